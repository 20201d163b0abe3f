//! `tests`: a `#[test]` per event, one for the state, one for histories; each is one call into the test kit.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote_spanned};
use syn::Type;

use crate::attrs::{Attrs, Listed};
use crate::diag::Diag;
use crate::names::words;
use crate::paths::{hygienic_at, located};

/// `tests, commands(Deposit, Withdraw)`
pub(super) struct Contract {
    tests: Option<Ident>,
    commands: Option<Listed<Type>>,
}

impl Contract {
    /// Asks for `tests` and `commands`.
    pub(super) fn ask(attrs: &mut Attrs<'_>) -> Self {
        Self {
            tests: attrs.flag("tests"),
            commands: attrs.list("commands", "types", "commands(Deposit, Withdraw)"),
        }
    }

    pub(super) fn check(&self, intact: bool, diag: &Diag) {
        if let (None, Some(commands), true) = (&self.tests, &self.commands, intact) {
            diag.error(
                &commands.key,
                "`commands` says what generated tests are made of, and there are none\nhelp: generate them: `tests`",
            );
        }
    }

    /// Beside the type, not in a module, where `super` would be another one for a type within a function.
    pub(super) fn expand<'s>(
        &self,
        aggregate: &Ident,
        events: impl Iterator<Item = (&'s Ident, &'s Type)>,
        private: &TokenStream,
    ) -> TokenStream {
        let Some(tests) = &self.tests else {
            return TokenStream::new();
        };
        let category = words(aggregate).join("_");
        let (mut functions, mut contracts, mut names) = (vec![], vec![], vec![]);
        for (variant, ty) in events {
            let there = located(private, hygienic_at(ty));
            let contract =
                quote_spanned!(hygienic_at(ty)=> #there::contract::EventContract::of::<#ty>());
            let name = unique(
                format!("{category}_contract_{}", words(variant).join("_")),
                &mut names,
            );
            let call =
                quote_spanned!(hygienic_at(ty)=> #there::contract::event::<#aggregate>(&#contract));
            functions.push(test(&name, variant, &call, private));
            contracts.push(contract);
        }
        let commands = self.commands.iter().flat_map(|listed| &listed.items);
        let commands = commands.map(|ty| {
            let there = located(private, hygienic_at(ty));
            quote_spanned!(hygienic_at(ty)=> #there::contract::CommandContract::of::<#ty>())
        });
        let span = hygienic_at(tests);
        let there = located(private, span);
        let contract = quote_spanned!(span=> #there::contract);
        let state = quote_spanned!(span=> #contract::state::<#aggregate>(&[#(#contracts),*]));
        let histories = quote_spanned! {span=>
            #contract::histories::<#aggregate>(&[#(#contracts),*], &[#(#commands),*])
        };
        functions.push(test(
            &format!("{category}_state_contract"),
            tests,
            &state,
            private,
        ));
        functions.push(test(
            &format!("{category}_histories_contract"),
            tests,
            &histories,
            private,
        ));
        functions.into_iter().collect()
    }
}

fn test(name: &str, at: &Ident, call: &TokenStream, private: &TokenStream) -> TokenStream {
    let name = format_ident!("{name}", span = hygienic_at(at));
    hygienic! {
        #[cfg(test)]
        #[allow(deprecated)]
        #[#private::test]
        fn #name() {
            #call;
        }
    }
}

/// `HTTPFailed` and `HttpFailed` have the same words.
fn unique(name: String, taken: &mut Vec<String>) -> String {
    let same = taken.iter().filter(|other| **other == name).count();
    taken.push(name.clone());
    match same {
        0 => name,
        same => format!("{name}__{}", same + 1),
    }
}
