//! How the enum is written and read.

use proc_macro2::TokenStream;
use quote::quote_spanned;

use super::{Member, Set};
use crate::paths::located;

impl Set<'_> {
    pub(super) fn bodies(&self) -> [TokenStream; 4] {
        let private = &self.private;
        let reads = self.each(
            |Member { ty, span, .. }| quote_spanned!(*span=> <#ty as #private::Event>::INFO,),
        );
        let info = self.each(
            |Member {
                 ty, variant, span, ..
             }| {
                quote_spanned!(*span=> Self::#variant(_) => &<#ty as #private::Event>::INFO,)
            },
        );
        let encode = self.each(
            |Member {
                 ty, variant, span, ..
             }| {
                let there = located(private, *span);
                // `INFO` first: of what is no event, rustc then says here what it says there, once.
                quote_spanned! {*span=>
                    Self::#variant(event) => {
                        let _ = <#ty as #private::Event>::INFO;
                        #there::encode::<__Codec, #ty>(codec, event, out)
                    }
                }
            },
        );
        let decode = self.each(
            |Member {
                 place,
                 ty,
                 variant,
                 span,
             }| {
                quote_spanned! {*span=>
                    #private::Option::Some(#place) => #private::one(
                        <#ty as #private::Event>::decode(codec, version, payload),
                        Self::#variant,
                    ),
                }
            },
        );
        let decode = hygienic! {
            let reads = <Self as #private::EventSet>::READS;
            match #private::lookup(reads, name) {
                #decode
                _ => #private::Result::Err(#private::DecodeError::unknown_event(name, reads)),
            }
        };
        [
            reads,
            hygienic!(match self { #info }),
            hygienic!(match self { #encode }),
            decode,
        ]
    }

    pub(super) fn event_set(
        &self,
        [reads, info, encode, decode]: [&TokenStream; 4],
    ) -> TokenStream {
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
