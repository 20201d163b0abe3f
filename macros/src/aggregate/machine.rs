//! An aggregate that is an enum, a state machine: its variants are the states, and arrows lead between them.

mod check;
mod dispatch;

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Data, DeriveInput, Fields, Meta, Token, Type, Variant};

pub(super) use self::check::refuse_misplaced;
use super::set::Set;
use crate::attrs::split;
use crate::diag::Diag;

/// The states, of which the first is where it starts.
pub(super) struct Machine<'a> {
    input: &'a DeriveInput,
    states: Vec<State<'a>>,
    intact: bool,
}

/// One variant, with the arrows that leave it.
struct State<'a> {
    variant: &'a Variant,
    name: &'a Ident,
    /// The one struct that it holds.
    holds: Option<&'a Type>,
    arrows: Vec<Arrow>,
}

/// `OrderPaid => Paid`
struct Arrow {
    /// The last part of the event's path.
    event: Ident,
    to: Ident,
}

impl Parse for Arrow {
    // Any word, so that `OrderPaid => Self` is told that there is no such state.
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let event = input.call(Ident::parse_any)?;
        input.parse::<Token![=>]>()?;
        let to = input.call(Ident::parse_any)?;
        Ok(Self { event, to })
    }
}

impl<'a> Machine<'a> {
    /// `None` for an aggregate that is no enum.
    pub(super) fn parse(input: &'a DeriveInput, set: &Set<'_>, diag: &Diag) -> Option<Self> {
        let Data::Enum(data) = &input.data else {
            return None;
        };
        let mut intact = true;
        let states = data.variants.iter().map(|variant| State {
            variant,
            name: &variant.ident,
            holds: match &variant.fields {
                Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                    fields.unnamed.first().map(|field| &field.ty)
                }
                _ => None,
            },
            arrows: arrows(variant, set, diag).unwrap_or_else(|| {
                intact = false;
                vec![]
            }),
        });
        Some(Self {
            input,
            states: states.collect(),
            intact,
        })
    }

    fn place(&self, name: &Ident) -> Option<usize> {
        self.states.iter().position(|state| state.name == name)
    }
}

/// `None` if one of them could not be read, and then what the others lack is no news.
fn arrows(variant: &Variant, set: &Set<'_>, diag: &Diag) -> Option<Vec<Arrow>> {
    let (mut arrows, mut intact) = (vec![], true);
    for attr in variant.attrs.iter().filter(|attr| is_state(attr)) {
        let items = match &attr.meta {
            Meta::List(list) => split(list.tokens.clone()),
            Meta::Path(_) => vec![],
            Meta::NameValue(meta) => {
                let sample = sample(&[], variant, set);
                diag.error(
                    meta,
                    format!(
                        "`state` takes its arrows in parentheses\nhelp: write `state({sample})`"
                    ),
                );
                intact = false;
                continue;
            }
        };
        for item in items {
            let tokens: TokenStream = item.iter().cloned().collect();
            match syn::parse2(tokens.clone()) {
                Ok(arrow) => arrows.extend(Some(arrow)),
                Err(_) => {
                    let sample = sample(&item, variant, set);
                    diag.error(
                        tokens,
                        format!("an arrow is an event and the state that it leads to\nhelp: write `{sample}`"),
                    );
                    intact = false;
                }
            }
        }
    }
    intact.then_some(arrows)
}

/// An arrow to paste, made of the words that are there.
fn sample(item: &[TokenTree], variant: &Variant, set: &Set<'_>) -> String {
    let words = item.iter().map(|token| token.to_string().replace('"', ""));
    let mut words = words.filter(|word| syn::parse_str::<Ident>(word).is_ok());
    let listed = set.members.first().map(|member| member.variant.to_string());
    let event = words.next().or(listed);
    let event = event.unwrap_or_else(|| "OrderPlaced".to_owned());
    let to = words.next().unwrap_or_else(|| variant.ident.to_string());
    format!("{event} => {to}")
}

fn is_state(attr: &Attribute) -> bool {
    attr.path().is_ident("state")
}
