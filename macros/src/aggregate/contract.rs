//! `tests`: a `#[test]` per event, one for what is stored, one for the state, one for histories; each is one call.

use proc_macro2::{Ident, TokenStream};
use syn::{DeriveInput, Type};

use crate::attrs::{Attrs, Listed};
use crate::diag::{Diag, repeated, source};
use crate::names::snake;
use crate::paths::{Root, hygienic_at};

use super::set::{Member, Set};

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
            commands: attrs.list("commands", "command types", "commands(Deposit, Withdraw)"),
        }
    }

    pub(super) fn check(&self, intact: bool, diag: &Diag) {
        let Some(commands) = self.commands.as_ref().filter(|_| intact) else {
            return;
        };
        if commands.items.is_empty() {
            diag.error(&commands.key, "`commands` lists none\nnote: without the option, generated histories are made of random events");
        }
        for (ty, first) in repeated(&commands.items, |a, b| source(a) == source(b)) {
            if let Some(first) = first {
                diag.twice(
                    ty,
                    format!("the command `{}` is listed twice", source(ty)),
                    first,
                );
            }
        }
        if self.tests.is_none() {
            diag.error(&commands.key, "`commands` has no use without tests\nnote: generated histories are made of these commands\nhelp: add `tests`");
        }
    }

    /// Beside the type, not in a module, where `super` would be another one for a type within a function.
    pub(super) fn expand(
        &self,
        DeriveInput { ident, .. }: &DeriveInput,
        set: &Set<'_>,
        root: &Root,
        folds: Option<&TokenStream>,
    ) -> TokenStream {
        let Some(tests) = &self.tests else {
            return TokenStream::new();
        };
        let private = root.private();
        let category = snake(ident);
        let named = |name: String, at: &Ident| Ident::new(&name, hygienic_at(at));
        let events: Vec<&Member> = set.members.iter().chain(&set.past.members).collect();
        let tested = (0..events.len()).map(|i| {
            let Member { variant, ty, .. } = events[i];
            // `HTTPFailed` and `HttpFailed` have the same words.
            let same = |it: &&&Member| snake(&it.variant) == snake(variant);
            let nth = match events[..i].iter().filter(same).count() {
                0 => String::new(),
                earlier => format!("__{}", earlier + 1),
            };
            let name = format!("{category}_contract_{}{nth}", snake(variant));
            let name = named(name, variant);
            hygienic!(#name #ty)
        });
        let mut tested: Vec<TokenStream> = tested.collect();
        let retired = tested.split_off(set.members.len());
        let of = |what| named(format!("{category}_{what}_contract"), tests);
        let [schema, state, histories] = ["schema", "state", "histories"].map(of);
        let commands = self.commands.iter().flat_map(|listed| &listed.items);
        hygienic! {
            #private::contract_tests! {
                #ident [#(#tested),*] [#(#retired),*] #schema #state #histories [#(#commands),*] [#folds]
            }
        }
    }
}
