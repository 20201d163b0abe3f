//! The enum itself, what converts into it and back, and what every event can do and so can the enum.

use proc_macro2::TokenStream;
use quote::quote_spanned;

use super::Set;

impl Set<'_> {
    pub(super) fn items(&self) -> TokenStream {
        let (ident, private, vis) = (&self.ident, &self.private, &self.input.vis);
        let doc = format!("The events of `{}`.", self.input.ident);
        let variants = self.each(|_, variant, ty| {
            let doc = format!("`{variant}` happened.");
            hygienic!(#[doc = #doc] #variant(#ty),)
        });
        let (conversions, abilities) = (self.conversions(), self.abilities());
        hygienic! {
            #[doc = #doc]
            #[allow(clippy::exhaustive_enums, deprecated, non_camel_case_types)]
            #vis enum #ident { #variants }

            #conversions
            #abilities

            #[automatically_derived] #[allow(deprecated)]
            impl #private::IntoEvents<Self> for #ident {
                #[inline]
                fn into_events(self, out: &mut #private::Vec<Self>) {
                    #private::Vec::push(out, self);
                }
            }
        }
    }

    fn conversions(&self) -> TokenStream {
        let (ident, private, other) = (&self.ident, &self.private, self.otherwise());
        let other = other.map(|_| hygienic!(other => #private::Result::Err(other),));
        self.each(|_, variant, ty| {
            hygienic! {
                #[automatically_derived] #[allow(deprecated)]
                impl #private::From<#ty> for #ident {
                    #[inline]
                    fn from(event: #ty) -> Self {
                        Self::#variant(event)
                    }
                }

                #[automatically_derived] #[allow(deprecated)]
                impl #private::IntoEvents<#ident> for #ty {
                    #[inline]
                    fn into_events(self, out: &mut #private::Vec<#ident>) {
                        #private::Vec::push(out, #ident::#variant(self));
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
            }
        })
    }

    /// Not derived: of an event that cannot be copied, shown or compared, its own derive has said so.
    fn abilities(&self) -> TokenStream {
        let (ident, private, otherwise) = (&self.ident, &self.private, self.otherwise());
        let copy = self.each(|span, variant, ty| {
            let copy = self.call(span, ty, &hygienic!(copy), &hygienic!(event));
            quote_spanned!(span=> Self::#variant(event) => Self::#variant(#copy),)
        });
        let show = self.each(|span, variant, ty| {
            let name = variant.to_string();
            let show = self.call(span, ty, &hygienic!(show), &hygienic!(f, #name, event));
            quote_spanned!(span=> Self::#variant(event) => #show,)
        });
        let equal = self.each(|span, variant, ty| {
            let equal = self.call(span, ty, &hygienic!(equal), &hygienic!(event, other));
            quote_spanned!(span=> (Self::#variant(event), Self::#variant(other)) => #equal,)
        });
        hygienic! {
            #[automatically_derived] #[allow(deprecated)]
            impl #private::Clone for #ident {
                fn clone(&self) -> Self {
                    match self { #copy }
                }
            }

            #[automatically_derived] #[allow(deprecated)]
            impl #private::Debug for #ident {
                fn fmt(&self, f: &mut #private::fmt::Formatter<'_>) -> #private::fmt::Result {
                    match self { #show }
                }
            }

            #[automatically_derived] #[allow(deprecated)]
            impl #private::PartialEq for #ident {
                fn eq(&self, other: &Self) -> bool {
                    match (self, other) { #equal #otherwise }
                }
            }
        }
    }

    /// The last arm of a match in which one variant is not all.
    fn otherwise(&self) -> Option<TokenStream> {
        (self.members.len() > 1).then(|| hygienic!(_ => false,))
    }
}
