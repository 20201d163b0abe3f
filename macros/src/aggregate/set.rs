//! The generated enum: a variant per event, the conversions, and how it is written and read.

mod coding;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::ext::IdentExt;
use syn::{DeriveInput, Type};

use crate::attrs::Listed;
use crate::diag::Diag;
use crate::paths::{hygienic_at, located};

/// `events(Opened, Deposited)`
pub(super) struct Set<'a> {
    input: &'a DeriveInput,
    pub(super) ident: Ident,
    /// What has the enum's name already; the stub's enum then goes by another.
    taken: Option<TokenStream>,
    listed: Option<Listed<Type>>,
    /// Of two events with one name the first alone, for the stub's sake.
    pub(super) members: Vec<Member>,
    pub(super) private: TokenStream,
}

/// One listed event and its variant.
pub(super) struct Member {
    place: usize,
    pub(super) ty: Type,
    pub(super) variant: Ident,
    /// Hygienic, and shown at the name of the event: rustc underlines it where something is missing.
    span: Span,
}

impl<'a> Set<'a> {
    pub(super) fn new(
        input: &'a DeriveInput,
        ident: Ident,
        listed: Option<Listed<Type>>,
        private: TokenStream,
    ) -> Self {
        let events: &[Type] = listed.as_ref().map_or(&[], |listed| &listed.items);
        let taken = match events.iter().find(|ty| declared_here(ty, &ident)) {
            Some(event) => Some(event.to_token_stream()),
            None => (ident == input.ident).then(|| ident.to_token_stream()),
        };
        let mut members: Vec<Member> = vec![];
        for ty in events {
            if let Some(variant) = last_segment(ty)
                && members.iter().all(|member| member.variant != *variant)
            {
                members.push(Member {
                    place: members.len(),
                    ty: ty.clone(),
                    variant: variant.clone(),
                    span: hygienic_at(variant),
                });
            }
        }
        Self {
            input,
            ident: match taken {
                Some(_) => format_ident!("__{}", ident.unraw()),
                None => ident,
            },
            taken,
            listed,
            members,
            private,
        }
    }

    pub(super) fn check(&self, intact: bool, diag: &Diag) {
        let aggregate = &self.input.ident;
        match &self.listed {
            Some(listed) if !listed.items.is_empty() => {}
            Some(listed) if intact => diag.error(
                &listed.key,
                format!("aggregate `{aggregate}` lists no events\nhelp: write `events(Opened, Deposited)` with its events"),
            ),
            None if intact => diag.error(
                aggregate,
                format!("aggregate `{aggregate}` does not list its events\nhelp: add `#[aggregate(events(..))]` with its events"),
            ),
            _ => {}
        }
        if let Some(taken) = &self.taken {
            diag.error(
                taken,
                format!("the generated enum would have this name too\nhelp: give it another one: `event = {}Events`", aggregate.unraw()),
            );
        }
        let types: &[Type] = self.listed.as_ref().map_or(&[], |listed| &listed.items);
        for (i, ty) in types.iter().enumerate() {
            let variant = last_segment(ty);
            let first = types[..i]
                .iter()
                .find(|first| last_segment(first) == variant);
            match (variant, first) {
                (None, _) => diag.error(ty, "an event is a struct, named by its path"),
                (Some(variant), Some(first)) => {
                    let again = format!(
                        "two events are named `{variant}`\nhelp: list it once, or rename one: `use other::{variant} as Other{variant};`"
                    );
                    let here = format!("the variant `{variant}` is first made here");
                    diag.twice((ty, again), (first, here));
                }
                (Some(_), None) => {}
            }
        }
    }

    /// The names of the variants.
    pub(super) fn names(&self) -> impl Iterator<Item = String> {
        self.members.iter().map(|member| member.variant.to_string())
    }

    fn each(&self, write: impl FnMut(&Member) -> TokenStream) -> TokenStream {
        self.members.iter().map(write).collect()
    }

    /// The variants and what each holds.
    pub(super) fn events(&self) -> impl Iterator<Item = (&Ident, &Type)> {
        self.members
            .iter()
            .map(|member| (&member.variant, &member.ty))
    }

    pub(super) fn expand(&self) -> TokenStream {
        let (ident, declaration) = (&self.ident, self.declaration());
        let event_set = self.event_set(self.bodies().each_ref());
        let key = self.listed.as_ref().map(|listed| &listed.key);
        let span = key.map_or_else(Span::mixed_site, hygienic_at);
        let there = located(&self.private, span);
        let unique = quote_spanned! {span=>
            const _: () = #there::assert_unique_names(<#ident as #there::EventSet>::READS);
        };
        hygienic!(#declaration #event_set #unique)
    }

    pub(super) fn stub(&self) -> TokenStream {
        let declaration = self.declaration();
        let unreachable = hygienic!(::core::unreachable!());
        let bodies = [
            &TokenStream::new(),
            &unreachable,
            &unreachable,
            &unreachable,
        ];
        let event_set = self.event_set(bodies);
        hygienic!(#declaration #event_set)
    }

    /// The `Apply` of each event.
    pub(super) fn apply(&self) -> TokenStream {
        let (ident, private) = (&self.ident, &self.private);
        let arms = self.each(
            |Member {
                 ty, variant, span, ..
             }| {
                quote_spanned! {*span=>
                    #ident::#variant(event) => <Self as #private::Apply<#ty>>::apply(self, event),
                }
            },
        );
        hygienic!(match event { #arms })
    }

    /// The enum and what converts into it and back.
    fn declaration(&self) -> TokenStream {
        let (ident, private, vis) = (&self.ident, &self.private, &self.input.vis);
        let doc = format!("The events of `{}`.", self.input.ident);
        let variants = self.each(|Member { ty, variant, .. }| {
            let doc = format!("`{variant}` happened.");
            hygienic!(#[doc = #doc] #variant(#ty),)
        });
        let conversions = self.each(|member| self.conversions(member));
        hygienic! {
            #[doc = #doc]
            #[allow(
                clippy::derive_partial_eq_without_eq, clippy::exhaustive_enums, deprecated,
                non_camel_case_types
            )]
            #[derive(#private::Debug, #private::Clone, #private::PartialEq)]
            #vis enum #ident { #variants }

            #conversions

            #[automatically_derived] #[allow(deprecated)]
            impl #private::IntoEvents<Self> for #ident {
                #[inline]
                fn into_events(self, out: &mut #private::Vec<Self>) {
                    #private::Vec::push(out, self);
                }
            }
        }
    }

    fn conversions(&self, Member { ty, variant, .. }: &Member) -> TokenStream {
        let (ident, private) = (&self.ident, &self.private);
        let several = self.members.len() > 1;
        let other = several.then(|| hygienic!(other => #private::Result::Err(other),));
        hygienic! {
            #[automatically_derived] #[allow(deprecated)]
            impl #private::From<#ty> for #ident {
                #[inline]
                fn from(event: #ty) -> Self {
                    Self::#variant(event)
                }
            }

            #[automatically_derived] #[allow(deprecated)]
            impl #private::TryFrom<#ident> for #ty {
                type Error = #ident;

                #[inline]
                fn try_from(event: #ident) -> #private::Result<Self, #ident> {
                    match event {
                        #ident::#variant(event) => #private::Result::Ok(event),
                        #other
                    }
                }
            }

            #[automatically_derived] #[allow(deprecated)]
            impl #private::IntoEvents<#ident> for #ty {
                #[inline]
                fn into_events(self, out: &mut #private::Vec<#ident>) {
                    #private::Vec::push(out, #ident::#variant(self));
                }
            }
        }
    }
}

/// What names the variant. A type that `macro_rules!` passes on stands in an invisible group.
fn last_segment(ty: &Type) -> Option<&Ident> {
    match ty {
        Type::Group(group) => last_segment(&group.elem),
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
    match ty {
        Type::Group(group) => declared_here(&group.elem, name),
        Type::Path(path) => path.path.is_ident(name),
        _ => false,
    }
}
