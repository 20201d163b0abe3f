//! The generated enum: a variant per event, the conversions, and how it is written and read.

mod coding;
mod items;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::ext::IdentExt;
use syn::{DeriveInput, Type};

use crate::attrs::Listed;
use crate::diag::{Diag, help};
use crate::paths::hygienic_at;

/// `events(Opened, Deposited)`
pub(super) struct Set<'a> {
    input: &'a DeriveInput,
    pub(super) ident: Ident,
    listed: Option<Listed<Type>>,
    pub(super) members: Vec<Member>,
}

/// One listed event and its variant.
pub(super) struct Member {
    pub(super) ty: Type,
    pub(super) variant: Ident,
    /// Hygienic, and shown at the name of the event: rustc underlines it where something is missing.
    span: Span,
}

impl<'a> Set<'a> {
    pub(super) fn new(input: &'a DeriveInput, ident: Ident, listed: Option<Listed<Type>>) -> Self {
        let listed = listed.map(|Listed { key, items }| Listed {
            key,
            items: items.into_iter().map(ungrouped).collect(),
        });
        let members = listed.iter().flat_map(|listed| &listed.items);
        let members = members.filter_map(|ty| {
            let (ty, variant) = (ty.clone(), last_segment(ty)?.clone());
            let span = hygienic_at(&variant);
            Some(Member { ty, variant, span })
        });
        let members = members.collect();
        Self {
            input,
            ident,
            listed,
            members,
        }
    }

    pub(super) fn check(&self, intact: bool, diag: &Diag) {
        let aggregate = &self.input.ident;
        match &self.listed {
            Some(listed) if !listed.items.is_empty() => Self::check_items(&listed.items, diag),
            Some(listed) if intact => diag.error(
                &listed.key,
                format!("aggregate `{aggregate}` lists no events\nnote: name the types that it is folded from"),
            ),
            None if intact => diag.error(
                aggregate,
                format!("aggregate `{aggregate}` does not list its events\nnote: add the types that it is folded from to the options, `events(..)`"),
            ),
            _ => {}
        }
        if let Some(taken) = self.taken() {
            let other = format!("event = {}Events", aggregate.unraw());
            let message = "the generated enum would have this name too";
            diag.error(taken, message.to_owned() + &help(&other));
        }
    }

    fn check_items(types: &[Type], diag: &Diag) {
        for (i, ty) in types.iter().enumerate() {
            let variant = last_segment(ty);
            let mut earlier = types[..i].iter();
            let first = earlier.find(|first| last_segment(first) == variant);
            match (variant, first) {
                (None, _) => {
                    let message = "an event is a struct, named by its path";
                    diag.error(ty, message.to_owned() + &help(&owned(ty)));
                }
                (Some(variant), Some(first)) => {
                    let again = format!(
                        "two events are named `{variant}`\nnote: list it once, or import one under another name, `use .. as Other{variant}`"
                    );
                    diag.twice(ty, again, first);
                }
                (Some(_), None) => {}
            }
        }
    }

    /// What has the enum's name already.
    fn taken(&self) -> Option<TokenStream> {
        let mut members = self.members.iter();
        let event = members.find(|member| declared_here(&member.ty, &self.ident));
        let event = event.map(|event| event.ty.to_token_stream());
        event.or_else(|| (self.ident == self.input.ident).then(|| self.ident.to_token_stream()))
    }

    /// The names of the variants.
    pub(super) fn names(&self) -> impl Iterator<Item = String> {
        self.members.iter().map(|member| member.variant.to_string())
    }

    fn each(&self, write: impl Fn(Span, &Ident, &Type) -> TokenStream) -> TokenStream {
        let members = self.members.iter();
        members
            .map(|Member { span, variant, ty }| write(*span, variant, ty))
            .collect()
    }

    pub(super) fn expand(&self) -> TokenStream {
        let (conversions, abilities) = (self.conversions(), self.abilities());
        let (ident, event_set) = (&self.ident, self.event_set());
        let key = self.listed.as_ref().map(|listed| &listed.key);
        let span = key.map_or_else(Span::mixed_site, hygienic_at);
        let unique = quote_spanned! {span=>
            const _: () = __factum::assert_unique_names(<#ident as __factum::EventSet>::READS);
        };
        hygienic!(#conversions #abilities #event_set #unique)
    }

    /// A type of which rustc says nothing more: whatever is done with it may be right.
    pub(super) fn stub(&self, error: &TokenStream) -> TokenStream {
        let (ident, vis) = (&self.ident, &self.input.vis);
        let free = self.taken().is_none();
        let alias = free.then(|| hygienic!(#[allow(dead_code)] #vis type #ident = #error;));
        alias.unwrap_or_default()
    }

    /// The `Apply` of each event.
    pub(super) fn apply(&self) -> TokenStream {
        let ident = &self.ident;
        let arms = self.each(|span, variant, ty| {
            quote_spanned! {span=>
                #ident::#variant(event) => <Self as __factum::Apply<#ty>>::apply(self, event),
            }
        });
        hygienic!(match event { #arms })
    }
}

/// A type that `macro_rules!` passes on stands in an invisible group.
fn ungrouped(ty: Type) -> Type {
    match ty {
        Type::Group(group) => ungrouped(*group.elem),
        ty => ty,
    }
}

/// What names the variant.
fn last_segment(ty: &Type) -> Option<&Ident> {
    match ty {
        Type::Path(path) if path.qself.is_none() => {
            let ident = &path.path.segments.last()?.ident;
            // `Self`, `crate` and the like, for which a path has room, name no variant.
            syn::parse2::<Ident>(ident.to_token_stream()).ok()?;
            Some(ident)
        }
        _ => None,
    }
}

/// Whether the enum, which is declared beside the aggregate, would take this name.
fn declared_here(ty: &Type, name: &Ident) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident(name))
}

/// The type that was most likely meant.
fn owned(ty: &Type) -> String {
    match ty {
        Type::Reference(reference) => owned(&reference.elem),
        ty => last_segment(ty).map_or_else(String::new, |_| ty.to_token_stream().to_string()),
    }
}
