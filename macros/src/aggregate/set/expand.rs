//! What the set writes: the enum, what converts into it and back, and how it is written and read.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::Type;
use syn::ext::IdentExt;

use super::{Member, Set};
use crate::paths::hygienic_at;

impl Set<'_> {
    pub(in crate::aggregate) fn declaration(&self) -> TokenStream {
        let (ident, vis) = (&self.ident, &self.input.vis);
        let doc = format!("The events of `{}`.", self.input.ident);
        let variants = self.each(|_, variant, ty| {
            let doc = format!("`{variant}` happened.");
            hygienic!(#[doc = #doc] #variant(#ty),)
        });
        hygienic! {
            #[doc = #doc]
            #[allow(clippy::derive_partial_eq_without_eq, clippy::enum_variant_names)]
            #[allow(clippy::exhaustive_enums, deprecated, non_camel_case_types)]
            #vis enum #ident { #variants }
        }
    }

    pub(in crate::aggregate) fn expand(&self) -> TokenStream {
        let (conversions, abilities) = (self.conversions(), self.abilities());
        let match_each = self.match_each();
        let (ident, event_set) = (&self.ident, self.event_set());
        let key = self.listed.as_ref().map(|listed| &listed.key);
        let span = key.map_or_else(Span::mixed_site, hygienic_at);
        let unique = quote_spanned! {span=>
            const _: () = __factum::assert_unique_names(
                <#ident as __factum::EventSet>::READS,
                <#ident as __factum::EventSet>::IGNORES,
            );
        };
        hygienic! {
            #conversions
            #[automatically_derived]
            impl __factum::IntoEvents<Self> for #ident {
                #[inline]
                fn into_events(self, out: &mut __factum::Vec<Self>) { out.push(self) }
            }

            #match_each
            #abilities
            #event_set
            #unique
        }
    }

    /// A type of which rustc says nothing more: whatever is done with it may be right.
    pub(in crate::aggregate) fn stub(&self, error: &TokenStream) -> TokenStream {
        let (ident, vis) = (&self.ident, &self.input.vis);
        match self.taken() {
            Some(_) => TokenStream::new(),
            None => hygienic!(#[allow(dead_code)] #vis type #ident = #error;),
        }
    }

    /// The `Apply` of each event.
    pub(in crate::aggregate) fn apply(&self) -> TokenStream {
        let ident = &self.ident;
        let arms = self.each(|span, variant, ty| {
            quote_spanned! {span=>
                #ident::#variant(event) => <Self as __factum::Apply<#ty>>::apply(self, event),
            }
        });
        hygienic!(match event { #arms })
    }

    fn conversions(&self) -> TokenStream {
        let ident = &self.ident;
        let others = self.members.len() > 1;
        let other = others.then(|| hygienic!(other => __factum::Result::Err(other),));
        self.each(|_, variant, ty| {
            hygienic! {
                #[automatically_derived]
                impl __factum::From<#ty> for #ident {
                    #[inline]
                    fn from(event: #ty) -> Self { Self::#variant(event) }
                }

                #[automatically_derived]
                impl __factum::IntoEvents<#ident> for #ty {
                    #[inline]
                    fn into_events(self, out: &mut __factum::Vec<#ident>) { out.push(#ident::#variant(self)) }
                }

                #[automatically_derived]
                impl __factum::TryFrom<#ident> for #ty {
                    type Error = #ident;

                    #[inline]
                    fn try_from(event: #ident) -> __factum::Result<Self, #ident> {
                        match event {
                            #ident::#variant(event) => __factum::Result::Ok(event),
                            #other
                        }
                    }
                }
            }
        })
    }

    /// What is done with an event, whichever it is, is one match: all else is the runtime's. `info` first: of what is no
    /// event, rustc then says everywhere what it says there, once.
    fn match_each(&self) -> TokenStream {
        let ident = &self.ident;
        let arms = self.each(|span, variant, ty| {
            let name = variant.unraw().to_string();
            quote_spanned! {span=> #ident::#variant(event) => {
                let _ = __factum::info::<#ty>;
                __Each::event::<#ty>(each, #name, event)
            }}
        });
        hygienic! {
            fn __factum_each<'event, __Each: __factum::Each<'event, #ident>>(
                set: &'event #ident, each: __Each,
            ) -> <__Each as __factum::Each<'event, #ident>>::Output { match set { #arms } }
        }
    }

    /// Not derived: of an event that cannot be copied, shown or compared, its own derive has said so.
    fn abilities(&self) -> TokenStream {
        let ident = &self.ident;
        hygienic! {
            #[automatically_derived]
            impl __factum::Clone for #ident {
                #[inline]
                fn clone(&self) -> Self { __factum_each(self, __factum::Copied) }
            }

            #[automatically_derived]
            impl __factum::Debug for #ident {
                #[inline]
                fn fmt(&self, f: &mut __factum::fmt::Formatter<'_>) -> __factum::fmt::Result {
                    __factum_each(self, __factum::Shown(f))
                }
            }

            #[automatically_derived]
            impl __factum::PartialEq for #ident {
                #[inline]
                fn eq(&self, other: &Self) -> __factum::bool {
                    __factum_each(self, __factum::EqualTo(__factum_each(other, __factum::Held)))
                }
            }
        }
    }

    fn event_set(&self) -> TokenStream {
        let ident = &self.ident;
        let reads = self.each(|span, _, ty| quote_spanned!(span=> __factum::info::<#ty>(),));
        let (past, ignores) = (self.past.reads(), self.past.consts());
        let places = self.members.iter().enumerate();
        let places =
            places.map(|(place, Member { variant, .. })| hygienic!(Self::#variant(_) => #place,));
        let decode = self.decode();
        hygienic! {
            #[automatically_derived]
            impl __factum::EventSet for #ident {
                const READS: &'static [__factum::EventInfo] = &[#reads #past];

                #ignores

                fn info(&self) -> &'static __factum::EventInfo {
                    &<Self as __factum::EventSet>::READS[match self { #(#places)* }]
                }

                #[inline]
                fn encode<__Codec: __factum::Codec>(
                    &self, codec: &__Codec, out: &mut __factum::Vec<__factum::u8>,
                ) -> __factum::Result<(), __factum::EncodeError> {
                    __factum_each(self, __factum::Encoded { codec, out })
                }

                fn decode<__Codec: __factum::Codec>(
                    codec: &__Codec, name: &__factum::str, version: __factum::u16, payload: &[__factum::u8],
                ) -> __factum::Result<__factum::Decoded<Self>, __factum::DecodeError> {
                    match __factum::lookup(<Self as __factum::EventSet>::READS, name) {
                        #decode
                        _ => __factum::Result::Err(__factum::DecodeError::unknown_event::<Self>(name)),
                    }
                }
            }
        }
    }

    /// The arms that read what stands at each place of what is read.
    fn decode(&self) -> TokenStream {
        let members = self.members.iter().enumerate();
        let happens = members.map(|(place, Member { variant, ty })| {
            quote_spanned! {hygienic_at(variant)=> __factum::Option::Some(#place) => {
                let _ = __factum::info::<#ty>;
                __factum::read::<#ty, Self>(codec, version, payload)
            }}
        });
        let past = self.past.arms(self.members.len());
        hygienic!(#(#happens)* #past)
    }

    /// Something for each event; spanned on its name, which rustc then underlines where something is missing.
    fn each(&self, write: impl Fn(Span, &Ident, &Type) -> TokenStream) -> TokenStream {
        let write = |Member { variant, ty }: &Member| write(hygienic_at(variant), variant, ty);
        self.members.iter().map(write).collect()
    }
}
