//! The enum itself, what converts into it and back, and what every event can do and so can the enum.

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::ext::IdentExt;

use super::Set;
use super::coding::call;

impl Set<'_> {
    pub(in super::super) fn declaration(&self) -> TokenStream {
        let (ident, vis) = (&self.ident, &self.input.vis);
        let doc = format!("The events of `{}`.", self.input.ident);
        let variants = self.each(|_, variant, ty| {
            let doc = format!("`{variant}` happened.");
            hygienic!(#[doc = #doc] #variant(#ty),)
        });
        hygienic! {
            #[doc = #doc]
            #[allow(clippy::derive_partial_eq_without_eq)]
            #[allow(clippy::exhaustive_enums, deprecated, non_camel_case_types)]
            #vis enum #ident { #variants }
        }
    }

    pub(super) fn conversions(&self) -> TokenStream {
        let (ident, other) = (&self.ident, self.otherwise());
        let other = other.map(|_| hygienic!(other => __factum::Result::Err(other),));
        let events = self.each(|_, variant, ty| {
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
        });
        hygienic! {
            #events
            #[automatically_derived]
            impl __factum::IntoEvents<Self> for #ident {
                #[inline]
                fn into_events(self, out: &mut __factum::Vec<Self>) { out.push(self) }
            }
        }
    }

    /// Not derived: of an event that cannot be copied, shown or compared, its own derive has said so.
    pub(super) fn abilities(&self) -> TokenStream {
        let (ident, otherwise) = (&self.ident, self.otherwise());
        let copy = self.each(|span, variant, ty| {
            let copy = call(span, ty, "copy", &hygienic!(event));
            quote_spanned!(span=> Self::#variant(event) => Self::#variant(#copy),)
        });
        let show = self.each(|span, variant, ty| {
            let name = variant.unraw().to_string();
            let show = call(span, ty, "show", &hygienic!(f, #name, event));
            quote_spanned!(span=> Self::#variant(event) => #show,)
        });
        let equal = self.each(|span, variant, ty| {
            let equal = call(span, ty, "equal", &hygienic!(event, other));
            quote_spanned!(span=> (Self::#variant(event), Self::#variant(other)) => #equal,)
        });
        hygienic! {
            #[automatically_derived]
            impl __factum::Clone for #ident {
                fn clone(&self) -> Self { match self { #copy } }
            }

            #[automatically_derived]
            impl __factum::Debug for #ident {
                fn fmt(&self, f: &mut __factum::fmt::Formatter<'_>) -> __factum::fmt::Result {
                    match self { #show }
                }
            }

            #[automatically_derived]
            impl __factum::PartialEq for #ident {
                fn eq(&self, other: &Self) -> __factum::bool { match (self, other) { #equal #otherwise } }
            }
        }
    }

    /// The last arm of a match in which one variant is not all.
    fn otherwise(&self) -> Option<TokenStream> {
        (self.members.len() > 1).then(|| hygienic!(_ => false,))
    }
}
