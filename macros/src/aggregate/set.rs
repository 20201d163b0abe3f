//! The generated enum: a variant per event, the conversions, and how it is written and read.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::ext::IdentExt;
use syn::{DeriveInput, Type};

use crate::attrs::Listed;
use crate::diag::Diag;
use crate::paths::located;

/// `events(Opened, Deposited)`
pub(super) struct Set<'a> {
    input: &'a DeriveInput,
    pub(super) ident: Ident,
    /// What has the enum's name already; the stub's enum then goes by another.
    taken: Option<TokenStream>,
    listed: Option<Listed<Type>>,
    private: TokenStream,
}

/// One listed event and its variant.
struct Member<'a> {
    ty: &'a Type,
    variant: &'a Ident,
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
        let events = listed.iter().flat_map(|listed| &listed.items);
        let taken = match events.into_iter().find(|ty| declared_here(ty, &ident)) {
            Some(event) => Some(event.to_token_stream()),
            None => (ident == input.ident).then(|| ident.to_token_stream()),
        };
        Self {
            input,
            ident: match taken {
                Some(_) => format_ident!("__{}", ident.unraw()),
                None => ident,
            },
            taken,
            listed,
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
        let types = self.types();
        for (i, ty) in types.iter().enumerate() {
            let Some(variant) = last_segment(ty) else {
                diag.error(ty, "an event is a struct, named by its path");
                continue;
            };
            let first = types[..i]
                .iter()
                .find(|first| last_segment(first) == Some(variant));
            if let Some(first) = first {
                let help = format!(
                    "list it once, or rename one: `use other::{variant} as Other{variant};`"
                );
                diag.twice(
                    (
                        ty,
                        format!("two events are named `{variant}`\nhelp: {help}"),
                    ),
                    (first, format!("the variant `{variant}` is first made here")),
                );
            }
        }
    }

    fn types(&self) -> &[Type] {
        self.listed.as_ref().map_or(&[], |listed| &listed.items)
    }

    /// The events; of two with one variant the first, for the stub's sake.
    fn members(&self) -> Vec<Member<'_>> {
        let mut members: Vec<Member<'_>> = vec![];
        for ty in self.types() {
            if let Some(variant) = last_segment(ty)
                && members.iter().all(|member| member.variant != variant)
            {
                let span = Span::mixed_site().located_at(variant.span());
                members.push(Member { ty, variant, span });
            }
        }
        members
    }

    pub(super) fn expand(&self) -> TokenStream {
        let (ident, private) = (&self.ident, &self.private);
        let (declaration, bodies) = (self.declaration(), self.bodies());
        let event_set = self.event_set(bodies.each_ref());
        let key = self.listed.as_ref().map(|listed| listed.key.span());
        let span = key.map_or_else(Span::mixed_site, |at| Span::mixed_site().located_at(at));
        let there = located(private, span);
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

    pub(super) fn apply_arms(&self) -> TokenStream {
        let (ident, private) = (&self.ident, &self.private);
        let arm = |Member { ty, variant, span }| {
            quote_spanned! {span=>
                #ident::#variant(event) => <Self as #private::Apply<#ty>>::apply(self, event),
            }
        };
        self.members().into_iter().map(arm).collect()
    }

    /// The enum and what converts into it and back.
    fn declaration(&self) -> TokenStream {
        let (ident, private, vis) = (&self.ident, &self.private, &self.input.vis);
        let doc = format!("The events of `{}`.", self.input.ident);
        let variants = self
            .members()
            .into_iter()
            .map(|Member { ty, variant, .. }| {
                let doc = format!("`{variant}` happened.");
                hygienic!(#[doc = #doc] #variant(#ty))
            });
        let conversions = self
            .members()
            .into_iter()
            .map(|member| self.conversions(&member));
        hygienic! {
            #[doc = #doc]
            #[allow(clippy::derive_partial_eq_without_eq, deprecated, non_camel_case_types)]
            #[derive(#private::Debug, #private::Clone, #private::PartialEq)]
            #vis enum #ident { #(#variants),* }

            #(#conversions)*

            #[automatically_derived] #[allow(deprecated)]
            impl #private::IntoEvents<Self> for #ident {
                #[inline]
                fn into_events(self, out: &mut #private::Vec<Self>) {
                    #private::Vec::push(out, self);
                }
            }
        }
    }

    fn conversions(&self, Member { ty, variant, .. }: &Member<'_>) -> TokenStream {
        let (ident, private) = (&self.ident, &self.private);
        let other =
            (self.members().len() > 1).then(|| hygienic!(other => #private::Result::Err(other),));
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

    fn bodies(&self) -> [TokenStream; 4] {
        let (private, members) = (&self.private, self.members());
        let infos = members
            .iter()
            .map(|Member { ty, span, .. }| quote_spanned!(*span=> <#ty as #private::Event>::INFO));
        let info_arms = members.iter().map(|Member { ty, variant, span }| {
            quote_spanned!(*span=> Self::#variant(_) => &<#ty as #private::Event>::INFO)
        });
        let encode_arms = members.iter().map(|Member { ty, variant, span }| {
            let there = located(private, *span);
            // `INFO` first: of what is no event, rustc then says here what it says there, once.
            quote_spanned! {*span=>
                Self::#variant(event) => {
                    let _ = <#ty as #private::Event>::INFO;
                    #there::encode::<__Codec, #ty>(codec, event, out)
                }
            }
        });
        let decode_arms =
            members
                .iter()
                .enumerate()
                .map(|(place, Member { ty, variant, span })| {
                    quote_spanned! {*span=>
                        #private::Option::Some(#place) => #private::one(
                            <#ty as #private::Event>::decode(codec, version, payload),
                            Self::#variant,
                        )
                    }
                });
        let decode = hygienic! {
            let reads = <Self as #private::EventSet>::READS;
            match #private::lookup(reads, name) {
                #(#decode_arms,)*
                _ => #private::Result::Err(#private::DecodeError::unknown_event(name, reads)),
            }
        };
        [
            hygienic!(#(#infos),*),
            hygienic!(match self { #(#info_arms,)* }),
            hygienic!(match self { #(#encode_arms)* }),
            decode,
        ]
    }

    fn event_set(&self, [reads, info, encode, decode]: [&TokenStream; 4]) -> TokenStream {
        let (ident, private) = (&self.ident, &self.private);
        hygienic! {
            #[automatically_derived] #[allow(deprecated)]
            impl #private::EventSet for #ident {
                const READS: &'static [#private::EventInfo] = &[#reads];

                fn info(&self) -> &'static #private::EventInfo {
                    #info
                }

                fn encode<__Codec: #private::Codec>(
                    &self,
                    codec: &__Codec,
                    out: &mut #private::Vec<#private::u8>,
                ) -> #private::Result<(), #private::EncodeError> {
                    #encode
                }

                fn decode<__Codec: #private::Codec>(
                    codec: &__Codec,
                    name: &#private::str,
                    version: #private::u16,
                    payload: &[#private::u8],
                ) -> #private::Result<#private::Decoded<Self>, #private::DecodeError> {
                    #decode
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
