//! The functions that start a scenario; they stand on the aggregate, so that a test names no other type.

use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::paths::Root;

/// They are emitted always, not under `cfg(test)`: tests in other crates need them too.
pub(super) fn functions(input: &DeriveInput, root: &Root, event: &TokenStream) -> TokenStream {
    let (ident, vis, private) = (&input.ident, &input.vis, root.private());
    let (generics, parameters, _) = input.generics.split_for_impl();
    let bounds = super::bounds(input, &private);
    hygienic! {
        #[allow(clippy::impl_trait_in_params, dead_code, deprecated)]
        #[automatically_derived]
        impl #generics #ident #parameters #bounds {
            /// Starts a scenario: these events have happened.
            #[track_caller]
            #vis fn given(history: impl #private::IntoEvents<#event>) -> #root::testing::Given<Self> {
                #root::testing::Given::<Self>::events(history)
            }

            /// Starts a scenario: nothing has happened yet.
            #[track_caller]
            #vis fn given_nothing() -> #root::testing::Given<Self> {
                #root::testing::Given::<Self>::nothing()
            }

            /// Starts a scenario: these rows are stored, each with its name, version and payload.
            #[track_caller]
            #vis fn given_stored(
                rows: impl #private::IntoIterator<
                    Item = (&'static #private::str, #private::u16, &'static #private::str),
                >,
            ) -> #root::testing::Given<Self> {
                #root::testing::Given::<Self>::stored(rows)
            }

            /// Starts a scenario: this state was read from a snapshot.
            #[track_caller]
            #vis fn given_snapshot(state: Self) -> #root::testing::Given<Self> {
                #root::testing::Given::<Self>::snapshot(state)
            }
        }
    }
}
