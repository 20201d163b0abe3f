//! The derive macros of [factum](https://docs.rs/factum), which re-exports them.

/// Tokens of the macros' own, whose locals meet no name of the user's.
macro_rules! hygienic {
    ($($tokens:tt)*) => {
        ::quote::quote_spanned!(::proc_macro2::Span::mixed_site()=> $($tokens)*)
    };
}

mod aggregate;
mod attrs;
mod command;
mod diag;
mod event;
mod evolve;
mod input;
mod names;
mod paths;
mod sample;
mod stream_id;
#[cfg(test)]
mod tests;

use input::{derive, run};
use proc_macro::TokenStream;

#[doc = include_str!("../doc/event.md")]
#[proc_macro_derive(Event, attributes(event))]
pub fn event(item: TokenStream) -> TokenStream {
    run(item, |input| derive::<event::Event<'_>>(input))
}

#[doc = include_str!("../doc/aggregate.md")]
#[doc = include_str!("../doc/machine.md")]
#[proc_macro_derive(Aggregate, attributes(aggregate, state))]
pub fn aggregate(item: TokenStream) -> TokenStream {
    run(item, |input| derive::<aggregate::Aggregate<'_>>(input))
}

#[doc = include_str!("../doc/command.md")]
#[proc_macro_derive(Command, attributes(command))]
pub fn command(item: TokenStream) -> TokenStream {
    run(item, |input| derive::<command::Command<'_>>(input))
}

#[doc = include_str!("../doc/stream_id.md")]
#[proc_macro_derive(StreamId, attributes(stream_id))]
pub fn stream_id(item: TokenStream) -> TokenStream {
    run(item, |input| derive::<stream_id::StreamId<'_>>(input))
}
