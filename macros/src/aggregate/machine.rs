//! An aggregate that is an enum, a state machine: its variants are the states, and arrows lead between them.

mod check;
mod expand;

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Data, DeriveInput, Meta, Path, Token, Type, Variant};

pub(super) use self::check::refuse_misplaced;
use crate::attrs::split;
use crate::input::newtype;

/// The first state is where it starts.
pub(super) struct Machine<'a> {
    input: &'a DeriveInput,
    states: Vec<&'a Variant>,
    arrows: Vec<Arrow>,
    /// What is no arrow, and what would stand around one there.
    unread: Vec<(TokenStream, [&'static str; 2])>,
}

/// `OrderPaid => Paid`; the event goes by the last part of its path.
struct Arrow {
    /// The place of the state that it leaves.
    from: usize,
    event: Ident,
    to: Ident,
}

impl Arrow {
    // Any word, so that `OrderPaid => Self` is told that there is no such state.
    fn parse(from: usize, input: ParseStream<'_>) -> syn::Result<Self> {
        let path = input.call(Path::parse_mod_style)?;
        let event = path.segments.last().map(|last| last.ident.clone());
        let event = event.ok_or_else(|| input.error("no event"))?;
        input.parse::<Token![=>]>()?;
        let to = input.call(Ident::parse_any)?;
        Ok(Self { from, event, to })
    }
}

impl<'a> Machine<'a> {
    /// `None` for an aggregate that is no enum.
    pub(super) fn parse(input: &'a DeriveInput) -> Option<Self> {
        let Data::Enum(data) = &input.data else {
            return None;
        };
        let (mut arrows, mut unread) = (vec![], vec![]);
        for (from, variant) in data.variants.iter().enumerate() {
            for attr in variant.attrs.iter().filter(|attr| is_state(attr)) {
                let (items, around) = match &attr.meta {
                    Meta::List(list) => (split(list.tokens.clone()), ["", ""]),
                    meta => (split(meta.to_token_stream()), ["state(", ")"]),
                };
                for item in items {
                    let arrow = |input: ParseStream<'_>| Arrow::parse(from, input);
                    match arrow.parse2(item.clone()) {
                        Ok(arrow) => arrows.push(arrow),
                        Err(_) => unread.push((item, around)),
                    }
                }
            }
        }
        let states = data.variants.iter().collect();
        Some(Self {
            input,
            states,
            arrows,
            unread,
        })
    }

    fn place(&self, name: &Ident) -> Option<usize> {
        self.states.iter().position(|state| state.ident == *name)
    }
}

/// The one struct that a state holds.
fn held(state: &Variant) -> Option<&Type> {
    newtype(&state.fields)
}

fn is_state(attr: &Attribute) -> bool {
    attr.path().is_ident("state")
}
