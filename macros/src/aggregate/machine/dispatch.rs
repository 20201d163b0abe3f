//! What a machine is given: where it starts, how it folds, what it lets each state decide, and its diagram.

use std::fmt::Write;

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::ext::IdentExt;

use super::{Arrow, Machine, State};
use crate::aggregate::set::{Member, Set};
use crate::paths::{hygienic_at, located};

/// An arrow with both of its ends and its event.
struct Drawn<'a> {
    from: &'a State<'a>,
    event: &'a Member,
    to: &'a State<'a>,
    arrow: &'a Arrow,
}

impl Machine<'_> {
    /// What one event does.
    pub(in crate::aggregate) fn fold(&self, set: &Set<'_>) -> TokenStream {
        let (events, private) = (&set.ident, &set.private);
        let drawn = self.drawn(set);
        let arms = drawn.iter().map(|Drawn { from, event, to, arrow }| {
            let (span, variant, ty) = (hygienic_at(&arrow.event), &event.variant, &event.ty);
            let (here, there, from, to) = (from.holds, to.holds, from.name, to.name);
            let private = located(private, span);
            let lead = quote_spanned!(span=> <#here as #private::Leads<#ty, #there>>::lead(state, event));
            hygienic!((Self::#from(state), #events::#variant(event)) => Self::#to(#lead),)
        });
        let some = drawn.len() < self.states.len() * set.members.len();
        let otherwise = some.then(|| {
            hygienic! {
                (state, event) => {
                    *self = state;
                    return #private::Result::Err(#private::Illegal {
                        state: Self::state_name(self),
                        event: <#events as #private::EventSet>::info(event).name,
                    });
                }
            }
        });
        hygienic! {
            *self = match (#private::take(self), event) {
                #(#arms)*
                #otherwise
            };
        }
    }

    pub(in crate::aggregate) fn expand(&self, set: &Set<'_>) -> TokenStream {
        let (machine, private) = (&self.input.ident, &set.private);
        let names = self.states.iter().map(|State { name, .. }| {
            let text = name.unraw().to_string();
            hygienic!(Self::#name(_) => #text,)
        });
        let inherent = self.inherent(
            set,
            &hygienic!(match self { #(#names)* }),
            &hygienic! {
                where
                    __State: #private::State<Self>,
                    __Answer: #private::TakenIn<__State, Self>,
                    __Rejection: #private::From<#private::WrongState>,
            },
            &hygienic!(#private::within(self, Self::state_name(self), decide)),
        );
        let start = self.states.first().map(|State { name, holds, .. }| {
            let there = located(private, hygienic_at(holds));
            let start = quote_spanned!(hygienic_at(holds)=> <#holds as #there::Initial>::initial());
            self.default(set, &hygienic!(Self::#name(#start)))
        });
        let states = self.states.iter().map(|state| self.state(state, private));
        let arrows = self.drawn(set).into_iter().map(
            |Drawn {
                 from, event, to, ..
             }| {
                let (from, ty, to) = (from.holds, &event.ty, to.holds);
                hygienic! {
                    #[automatically_derived] #[allow(deprecated)]
                    impl #private::TakenIn<#from, #machine> for #ty {
                        type Leads = #private::At<#to>;
                    }
                }
            },
        );
        hygienic!(#start #inherent #(#states)* #(#arrows)*)
    }

    /// The same items, without the conditions. A variant's `#[default]` tells of a `Default` that is there.
    pub(in crate::aggregate) fn stub(&self, set: &Set<'_>) -> TokenStream {
        let unreachable = hygienic!(::core::unreachable!());
        let inherent = self.inherent(set, &unreachable, &TokenStream::new(), &unreachable);
        let mut attrs = self.states.iter().flat_map(|state| &state.variant.attrs);
        let marked = attrs.any(|attr| attr.path().is_ident("default"));
        let default = !marked && self.input.generics.params.is_empty();
        let default = default.then(|| self.default(set, &unreachable));
        hygienic!(#inherent #default)
    }

    fn drawn<'s>(&'s self, set: &'s Set<'_>) -> Vec<Drawn<'s>> {
        let each = |from: &'s State<'s>, arrow: &'s Arrow| {
            let event = set
                .members
                .iter()
                .find(|member| member.variant == arrow.event)?;
            let to = self.states.get(self.place(&arrow.to)?)?;
            Some(Drawn {
                from,
                event,
                to,
                arrow,
            })
        };
        let arrows = self.states.iter();
        let arrows = arrows.flat_map(|from| from.arrows.iter().map(move |arrow| (from, arrow)));
        arrows
            .filter_map(|(from, arrow)| each(from, arrow))
            .collect()
    }

    fn default(&self, set: &Set<'_>, start: &TokenStream) -> TokenStream {
        let (machine, private) = (&self.input.ident, &set.private);
        hygienic! {
            #[automatically_derived] #[allow(deprecated)]
            impl #private::Default for #machine {
                fn default() -> Self {
                    #start
                }
            }
        }
    }

    fn state(&self, State { name, holds, .. }: &State<'_>, private: &TokenStream) -> TokenStream {
        let (machine, text) = (&self.input.ident, name.unraw().to_string());
        let several = self.states.len() > 1;
        let other = several.then(|| hygienic!(_ => #private::Option::None,));
        hygienic! {
            #[automatically_derived] #[allow(deprecated)]
            impl #private::State<#machine> for #holds {
                const NAME: &'static #private::str = #text;

                fn of(machine: &#machine) -> #private::Option<&Self> {
                    match machine {
                        #machine::#name(state) => #private::Option::Some(state),
                        #other
                    }
                }
            }
        }
    }

    /// What stands on the machine itself, so that its user imports nothing.
    fn inherent(
        &self,
        set: &Set<'_>,
        name: &TokenStream,
        conditions: &TokenStream,
        within: &TokenStream,
    ) -> TokenStream {
        let (machine, vis, private) = (&self.input.ident, &self.input.vis, &set.private);
        let (generics, parameters, bounds) = self.input.generics.split_for_impl();
        let diagram = self.diagram();
        hygienic! {
            #[allow(clippy::impl_trait_in_params, dead_code, deprecated)]
            #[automatically_derived]
            impl #generics #machine #parameters #bounds {
                /// The states and the arrows between them, as a Mermaid diagram.
                #vis const DIAGRAM: &'static #private::str = #diagram;

                /// The name of the state that it is in.
                #vis fn state_name(&self) -> &'static #private::str {
                    #name
                }

                /// Makes a decision that is written on one state, if that is the state that it is in.
                #vis fn within<__State, __Answer, __Rejection>(
                    &self,
                    decide: impl #private::FnOnce(&__State) -> #private::Result<__Answer, __Rejection>,
                ) -> #private::Result<__Answer, __Rejection>
                #conditions
                {
                    #within
                }
            }
        }
    }

    fn diagram(&self) -> String {
        let mut text = "stateDiagram-v2\n".to_owned();
        for (i, State { name, arrows, .. }) in self.states.iter().enumerate() {
            let name = name.unraw();
            if i == 0 {
                let _ = writeln!(text, "    [*] --> {name}");
            }
            for Arrow { event, to } in arrows {
                let _ = writeln!(text, "    {name} --> {}: {}", to.unraw(), event.unraw());
            }
            if arrows.is_empty() {
                let _ = writeln!(text, "    {name} --> [*]");
            }
        }
        text
    }
}
