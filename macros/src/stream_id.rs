//! `#[derive(StreamId)]`: a newtype that tells one aggregate from another.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::spanned::Spanned;
use syn::{DeriveInput, Fields, Type};

use crate::attrs::Attrs;
use crate::diag::Diag;
use crate::input::{Derive, fields, keyword, refuse_generics, refuse_inside};
use crate::paths::Root;

/// `struct AccountId(Uuid);`
pub(crate) struct StreamId<'a> {
    input: &'a DeriveInput,
    root: Root,
    inner: Option<&'a Type>,
}

impl<'a> Derive<'a> for StreamId<'a> {
    fn parse(input: &'a DeriveInput, diag: &Diag) -> Self {
        let mut attrs = Attrs::new("stream_id", &input.attrs, diag);
        let root = Root::ask(&mut attrs);
        attrs.finish();
        let inner = match fields(input) {
            Some(Fields::Unnamed(fields)) if fields.unnamed.len() == 1 => {
                fields.unnamed.first().map(|field| &field.ty)
            }
            _ => None,
        };
        Self { input, root, inner }
    }

    fn check(&self, diag: &Diag) {
        let ident = &self.input.ident;
        refuse_generics(self.input, "the id", diag);
        refuse_inside(self.input, "stream_id", diag);
        if self.inner.is_none() {
            diag.error(
                keyword(self.input),
                format!("an id is a struct around one value\nhelp: write `struct {ident}(String);`, or another id or integer within"),
            );
        }
    }

    fn expand(&self) -> TokenStream {
        let Some(inner) = self.inner else {
            return TokenStream::new();
        };
        let (ident, private) = (&self.input.ident, self.root.private());
        // Calls are spanned on the inner type, so that rustc underlines one that cannot name a stream.
        let span = Span::mixed_site().located_at(inner.span());
        let read = quote_spanned!(span=> <#inner as #private::StreamId>::from_text(text));
        let implementations = self.implementations([
            &quote_spanned!(span=> <#inner as #private::StreamId>::to_text(&self.0)),
            &quote_spanned!(span=> #private::Result::map(#read, Self)),
            &quote_spanned!(span=> #private::Serialize::serialize(&self.0, serializer)),
            &quote_spanned! {span=>
                #private::Result::map(<#inner as #private::Deserialize<'de>>::deserialize(deserializer), Self)
            },
        ]);
        hygienic! {
            #implementations

            #[automatically_derived]
            impl #private::From<#inner> for #ident {
                fn from(id: #inner) -> Self {
                    Self(id)
                }
            }
        }
    }

    fn stub(&self) -> TokenStream {
        // Without the bounds that the user would have to write, a stub with parameters is no help.
        if !self.input.generics.params.is_empty() {
            return TokenStream::new();
        }
        let unreachable = hygienic!(::core::unreachable!());
        self.implementations([&unreachable; 4])
    }
}

impl StreamId<'_> {
    fn implementations(
        &self,
        [to_text, from_text, serialize, deserialize]: [&TokenStream; 4],
    ) -> TokenStream {
        let (ident, private) = (&self.input.ident, self.root.private());
        let conversions = self.conversions();
        hygienic! {
            #[automatically_derived]
            impl #private::StreamId for #ident {
                fn to_text(&self) -> #private::Cow<'_, #private::str> {
                    #to_text
                }

                fn from_text(text: &#private::str) -> #private::Result<Self, #private::InvalidId> {
                    #from_text
                }
            }

            #[automatically_derived]
            impl #private::Serialize for #ident {
                fn serialize<__S: #private::Serializer>(
                    &self,
                    serializer: __S,
                ) -> #private::Result<__S::Ok, __S::Error> {
                    #serialize
                }
            }

            #[automatically_derived]
            impl<'de> #private::Deserialize<'de> for #ident {
                fn deserialize<__D: #private::Deserializer<'de>>(
                    deserializer: __D,
                ) -> #private::Result<Self, __D::Error> {
                    #deserialize
                }
            }

            #conversions
        }
    }

    /// `Display` and `FromStr` by way of the text, so that what is shown is what names the stream.
    fn conversions(&self) -> TokenStream {
        let (ident, private) = (&self.input.ident, self.root.private());
        hygienic! {
            #[automatically_derived]
            impl #private::Display for #ident {
                fn fmt(&self, f: &mut #private::fmt::Formatter<'_>) -> #private::fmt::Result {
                    #private::Display::fmt(&#private::StreamId::to_text(self), f)
                }
            }

            #[automatically_derived]
            impl #private::FromStr for #ident {
                type Err = #private::InvalidId;

                fn from_str(text: &#private::str) -> #private::Result<Self, #private::InvalidId> {
                    #private::StreamId::from_text(text)
                }
            }
        }
    }
}
