//! The functions that start a scenario; they stand on the aggregate, so that a test names no other type.

use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::input::stub_bounds;

/// They are emitted always, not under `cfg(test)`: tests in other crates need them too. What is neither
/// generic nor `inline` would be compiled with the domain, and with it a codec for each event.
pub(super) fn functions(input: &DeriveInput, event: &TokenStream) -> TokenStream {
    let (ident, vis) = (&input.ident, &input.vis);
    let (generics, parameters, _) = input.generics.split_for_impl();
    let bounds = stub_bounds(input, Some("StoredState"));
    hygienic! {
        #[allow(clippy::impl_trait_in_params, dead_code)]
        #[automatically_derived]
        impl #generics #ident #parameters #bounds {
            /// Starts a scenario: these events have happened.
            #[track_caller]
            #vis fn given(history: impl __factum::IntoEvents<#event>) -> __factum::testing::Given<Self> {
                __factum::testing::Given::<Self>::events(history)
            }

            /// Starts a scenario: nothing has happened yet.
            #[inline] #[track_caller]
            #vis fn given_nothing() -> __factum::testing::Given<Self> {
                __factum::testing::Given::<Self>::nothing()
            }

            /// Starts a scenario: these rows are stored, each with its name, version and payload.
            #[track_caller]
            #vis fn given_stored(
                rows: impl __factum::IntoIterator<
                    Item = (&'static __factum::str, __factum::u16, &'static __factum::str),
                >,
            ) -> __factum::testing::Given<Self> {
                __factum::testing::Given::<Self>::stored(rows)
            }

            /// Starts a scenario: this state was read from a snapshot.
            #[inline] #[track_caller]
            #vis fn given_snapshot(state: Self) -> __factum::testing::Given<Self> {
                __factum::testing::Given::<Self>::snapshot(state)
            }
        }
    }
}
