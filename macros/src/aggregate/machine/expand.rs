//! What a machine is given: where it starts, how it folds, what each state may decide, and its diagram.

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::Variant;
use syn::ext::IdentExt;

use super::{Arrow, Machine, held};
use crate::aggregate::set::{Member, Set};
use crate::paths::{hygienic_at, located};

impl Machine<'_> {
    /// What an event does. Calls are shown at the arrows, where rustc then says that an `On` is missing.
    pub(in crate::aggregate) fn fold(&self, set: &Set<'_>) -> TokenStream {
        let events = &set.ident;
        let arms = self.each(set, |[from, to], Member { ty, variant, .. }, arrow| {
            let span = hygienic_at(&arrow.event);
            let [here, there] = [from, to].map(|it| located(held(it), span));
            let (from, to) = (&from.ident, &to.ident);
            quote_spanned! {span=>
                (Self::#from(state), #events::#variant(event)) => {
                    Self::#to(<#here as __factum::Leads<#ty, #there>>::lead(state, event))
                }
            }
        });
        hygienic! {
            #[allow(unreachable_patterns)]
            let next = match (__factum::take(self), event) {
                #arms
                (state, event) => {
                    *self = state;
                    return __factum::Result::Err(__factum::Illegal {
                        state: Self::state_name(self),
                        event: <#events as __factum::EventSet>::info(event).name,
                    });
                }
            };
            *self = next;
        }
    }

    /// Its states and arrows, as data.
    pub(in crate::aggregate) fn consts(&self, set: &Set<'_>) -> TokenStream {
        let states = self.states.iter().map(|it| it.ident.unraw().to_string());
        let arrows = self.each(set, |states, Member { ty, .. }, _| {
            let [from, to] = states.map(|state| state.ident.unraw().to_string());
            hygienic!([#from, __factum::info::<#ty>().name, #to],)
        });
        hygienic! {
            const STATES: &'static [&'static __factum::str] = &[#(#states),*];
            const ARROWS: &'static [[&'static __factum::str; 3]] = &[#arrows];
        }
    }

    pub(in crate::aggregate) fn expand(&self, set: &Set<'_>) -> TokenStream {
        let machine = &self.input.ident;
        let names = self.states.iter().map(|Variant { ident, .. }| {
            let text = ident.unraw().to_string();
            hygienic!(Self::#ident(_) => #text,)
        });
        let start = self.states.first().map(|state| {
            let (name, first, span) = (&state.ident, held(state), hygienic_at(&held(state)));
            quote_spanned!(span=> Self::#name(<#first as __factum::Initial>::initial()))
        });
        let conditions = hygienic! {
            where
                __State: __factum::State<Self>,
                __Answer: __factum::TakenIn<<__State as __factum::State<Self>>::Itself, Self>,
                __Rejection: __factum::Rejection,
        };
        let (start, names) = (hygienic!(#start), hygienic!(match self { #(#names)* }));
        let within = hygienic!(__factum::within(self, Self::state_name(self), decide));
        let items = self.items([&start, &names, &conditions, &within]);
        let states = self.states.iter().map(|state| self.part(state));
        let arrows = self.each(set, |states, Member { ty, .. }, _| {
            let [from, to] = states.map(held);
            hygienic! {
                #[automatically_derived]
                impl __factum::TakenIn<#from, #machine> for #ty {
                    type Leads = __factum::At<#to>;
                }
            }
        });
        hygienic!(#items #(#states)* #arrows)
    }

    /// Asks for nothing. `#[default]` on a variant tells of a `Default` that is there.
    pub(in crate::aggregate) fn stub(&self) -> TokenStream {
        let unreachable = hygienic!(::core::unreachable!());
        let mut attrs = self.states.iter().flat_map(|state| &state.attrs);
        let free = attrs.all(|attr| !attr.path().is_ident("default"));
        let (none, start) = (TokenStream::new(), free.then_some(&unreachable));
        self.items([start.unwrap_or(&none), &unreachable, &none, &unreachable])
    }

    /// Something for each arrow.
    fn each(
        &self,
        set: &Set<'_>,
        write: impl Fn([&Variant; 2], &Member, &Arrow) -> TokenStream,
    ) -> TokenStream {
        let write = |arrow: &Arrow| {
            let mut events = set.members.iter();
            let event = events.find(|member| member.variant == arrow.event)?;
            let to = self.states[self.place(&arrow.to)?];
            Some(write([self.states[arrow.from], to], event, arrow))
        };
        self.arrows.iter().filter_map(write).collect()
    }

    fn part(&self, state: &Variant) -> TokenStream {
        let (machine, name, holds) = (&self.input.ident, &state.ident, held(state));
        let text = name.unraw().to_string();
        hygienic! {
            #[automatically_derived] #[allow(unreachable_patterns)]
            impl __factum::State<#machine> for #holds {
                const NAME: &'static __factum::str = #text;
                type Itself = Self;

                fn of(machine: &#machine) -> __factum::Option<&Self> {
                    match machine {
                        #machine::#name(state) => __factum::Option::Some(state),
                        _ => __factum::Option::None,
                    }
                }
            }
        }
    }

    /// What stands on the machine itself, so that its user imports nothing. Without a start, no `Default`.
    fn items(&self, parts: [&TokenStream; 4]) -> TokenStream {
        let (machine, vis) = (&self.input.ident, &self.input.vis);
        let (generics, parameters, bounds) = self.input.generics.split_for_impl();
        let ([start, name, conditions, within], diagram) = (parts, self.diagram());
        let start = (!start.is_empty()).then_some(start).into_iter();
        hygienic! {
            #(
                #[automatically_derived]
                impl #generics __factum::Default for #machine #parameters #bounds {
                    fn default() -> Self { #start }
                }
            )*

            #[allow(clippy::impl_trait_in_params, dead_code)]
            #[automatically_derived]
            impl #generics #machine #parameters #bounds {
                /// The states and the arrows between them, as a Mermaid diagram.
                #vis const DIAGRAM: &'static __factum::str = #diagram;

                /// The name of the state that it is in.
                #vis fn state_name(&self) -> &'static __factum::str { #name }

                /// Makes a decision that is written on one state, if that is the state that it is in.
                #vis fn within<__State, __Answer, __Rejection>(
                    &self,
                    decide: impl __factum::FnOnce(&__State) -> __factum::Result<__Answer, __Rejection>,
                ) -> __factum::Result<__Answer, __Rejection>
                #conditions
                { #within }
            }
        }
    }

    /// States that no arrow leaves are where it ends.
    fn diagram(&self) -> String {
        let names: Vec<_> = self.states.iter().map(|it| it.ident.unraw()).collect();
        let mut lines = vec!["stateDiagram-v2".to_owned()];
        lines.extend(names.first().map(|first| format!("[*] --> {first}")));
        lines.extend(self.arrows.iter().map(|Arrow { from, event, to }| {
            format!("{} --> {}: {}", names[*from], to.unraw(), event.unraw())
        }));
        let ends = (0..names.len()).filter(|i| self.arrows.iter().all(|arrow| arrow.from != *i));
        lines.extend(ends.map(|i| format!("{} --> [*]", names[i])));
        lines.join("\n    ")
    }
}
