//! How the enum is written and read.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::Type;

use super::{Member, Set};
use crate::paths::located;

impl Set<'_> {
    pub(super) fn event_set(&self) -> TokenStream {
        let (ident, private) = (&self.ident, &self.private);
        let (encode, decode) = (self.encode(), self.decode());
        let reads = self.each(|span, _, ty| quote_spanned!(span=> <#ty as #private::Event>::INFO,));
        let info = self.each(|span, variant, ty| {
            quote_spanned!(span=> Self::#variant(_) => &<#ty as #private::Event>::INFO,)
        });
        hygienic! {
            #[automatically_derived] #[allow(deprecated)]
            impl #private::EventSet for #ident {
                const READS: &'static [#private::EventInfo] = &[#reads];

                fn info(&self) -> &'static #private::EventInfo {
                    match self { #info }
                }

                fn encode<__Codec: #private::Codec>(
                    &self,
                    codec: &__Codec,
                    out: &mut #private::Vec<#private::u8>,
                ) -> #private::Result<(), #private::EncodeError> {
                    match self { #encode }
                }

                fn decode<__Codec: #private::Codec>(
                    codec: &__Codec,
                    name: &#private::str,
                    version: #private::u16,
                    payload: &[#private::u8],
                ) -> #private::Result<#private::Decoded<Self>, #private::DecodeError> {
                    let reads = <Self as #private::EventSet>::READS;
                    match #private::lookup(reads, name) {
                        #decode
                        _ => #private::Result::Err(#private::DecodeError::unknown_event(name, reads)),
                    }
                }
            }
        }
    }

    fn encode(&self) -> TokenStream {
        self.each(|span, variant, ty| {
            let encode = self.call(span, ty, &hygienic!(encode), &hygienic!(codec, event, out));
            quote_spanned!(span=> Self::#variant(event) => #encode,)
        })
    }

    /// Asks the runtime to do something with an event. `INFO` first: of what is no event, rustc then says here
    /// what it says there, once.
    pub(super) fn call(
        &self,
        span: Span,
        ty: &Type,
        function: &TokenStream,
        arguments: &TokenStream,
    ) -> TokenStream {
        let (private, there) = (&self.private, located(&self.private, span));
        quote_spanned! {span=> {
            let _ = <#ty as #private::Event>::INFO;
            #there::#function::<#ty>(#arguments)
        }}
    }

    fn decode(&self) -> TokenStream {
        let private = &self.private;
        let members = self.members.iter().enumerate();
        let arms = members.map(|(place, Member { span, variant, ty })| {
            quote_spanned! {*span=>
                #private::Option::Some(#place) => #private::one(
                    <#ty as #private::Event>::decode(codec, version, payload),
                    Self::#variant,
                ),
            }
        });
        arms.collect()
    }
}
