//! How the enum is written and read.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::Type;

use super::{Member, Set};

impl Set<'_> {
    pub(super) fn event_set(&self) -> TokenStream {
        let ident = &self.ident;
        let reads = self.each(|span, _, ty| quote_spanned!(span=> __factum::info::<#ty>(),));
        let info = self.arms("written", &hygienic!(event));
        let encode = self.arms("encode", &hygienic!(codec, event, out));
        let members = self.members.iter().enumerate();
        let decode = members.map(|(place, Member { span, variant, ty })| {
            let read = call(*span, ty, "read", &hygienic!(codec, version, payload));
            quote_spanned! {*span=>
                __factum::Option::Some(#place) => __factum::one(#read, Self::#variant),
            }
        });
        hygienic! {
            #[automatically_derived]
            impl __factum::EventSet for #ident {
                const READS: &'static [__factum::EventInfo] = &[#reads];

                fn info(&self) -> &'static __factum::EventInfo { match self { #info } }

                fn encode<__Codec: __factum::Codec>(
                    &self, codec: &__Codec, out: &mut __factum::Vec<__factum::u8>,
                ) -> __factum::Result<(), __factum::EncodeError> {
                    match self { #encode }
                }

                fn decode<__Codec: __factum::Codec>(
                    codec: &__Codec, name: &__factum::str, version: __factum::u16, payload: &[__factum::u8],
                ) -> __factum::Result<__factum::Decoded<Self>, __factum::DecodeError> {
                    let reads = <Self as __factum::EventSet>::READS;
                    match __factum::lookup(reads, name) {
                        #(#decode)*
                        _ => __factum::Result::Err(__factum::DecodeError::unknown_event(name, reads)),
                    }
                }
            }
        }
    }

    fn arms(&self, function: &str, arguments: &TokenStream) -> TokenStream {
        self.each(|span, variant, ty| {
            let call = call(span, ty, function, arguments);
            quote_spanned!(span=> Self::#variant(event) => #call,)
        })
    }
}

/// Has the runtime do something with an event, whatever it lacks. `info` first: of what is no event, rustc then
/// says everywhere what it says there, once.
pub(super) fn call(span: Span, ty: &Type, function: &str, arguments: &TokenStream) -> TokenStream {
    let function = Ident::new(function, span);
    quote_spanned! {span=> {
        let _ = __factum::info::<#ty>;
        __factum::#function::<#ty>(#arguments)
    }}
}
