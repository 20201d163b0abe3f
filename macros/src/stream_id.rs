//! `#[derive(StreamId)]`: a newtype that tells one aggregate from another.

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::{DeriveInput, Fields, Type};

use crate::attrs::Attrs;
use crate::diag::{Diag, help};
use crate::input::{Derive, fields, keyword, refuse_generics, refuse_inside, stub_bounds};
use crate::paths::{Root, hygienic_at};

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
        let hint = "each aggregate has ids of its own: write one newtype for each";
        refuse_generics(self.input, "the id", hint, diag);
        refuse_inside(self.input, "stream_id", diag);
        if self.inner.is_none() {
            let paste = format!("struct {ident}(String);");
            diag.error(
                keyword(self.input),
                format!("an id is a struct around one value\nnote: a `String`, a `Uuid`, an integer or another id{}", help(&paste)),
            );
        }
    }

    fn expand(&self) -> TokenStream {
        let Some(inner) = self.inner else {
            return TokenStream::new();
        };
        let (ident, private) = (&self.input.ident, self.root.private());
        // Calls are spanned on the inner type, so that rustc underlines one that cannot name a stream.
        let span = hygienic_at(inner);
        let to_text = quote_spanned!(span=> <#inner as #private::StreamId>::to_text(&self.0));
        let read = quote_spanned!(span=> <#inner as #private::StreamId>::from_text(text));
        let from_text = quote_spanned!(span=> #private::Result::map(#read, Self));
        let id = self.id(&to_text, &from_text);
        // Not by way of `Self: StreamId`, of which rustc would report each missing supertrait once more.
        let others = self.others([
            &quote_spanned!(span=> #private::Display::fmt(&#to_text, f)),
            &from_text,
            &quote_spanned!(span=> #private::Serialize::serialize(&self.0, serializer)),
            &quote_spanned! {span=>
                #private::Result::map(<#inner as #private::Deserialize<'de>>::deserialize(deserializer), Self)
            },
        ]);
        hygienic! {
            #id
            #others

            #[automatically_derived] #[allow(deprecated)]
            impl #private::From<#inner> for #ident {
                fn from(id: #inner) -> Self {
                    Self(id)
                }
            }
        }
    }

    /// With parameters, the trait alone: it is what the aggregate asks for.
    fn stub(&self, _: &TokenStream) -> TokenStream {
        let unreachable = hygienic!(::core::unreachable!());
        let id = self.id(&unreachable, &unreachable);
        let plain = self.input.generics.params.is_empty();
        let others = plain.then(|| self.others([&unreachable; 4]));
        hygienic!(#id #others)
    }
}

impl StreamId<'_> {
    fn id(&self, to_text: &TokenStream, from_text: &TokenStream) -> TokenStream {
        let (ident, private) = (&self.input.ident, self.root.private());
        let (generics, parameters, _) = self.input.generics.split_for_impl();
        let bounds = hygienic!(#private::Clone + #private::Send + #private::Sync + 'static);
        let bounds = stub_bounds(self.input, &bounds);
        hygienic! {
            #[automatically_derived] #[allow(deprecated)]
            impl #generics #private::StreamId for #ident #parameters #bounds {
                fn to_text(&self) -> #private::Cow<'_, #private::str> {
                    #to_text
                }

                fn from_text(text: &#private::str) -> #private::Result<Self, #private::InvalidId> {
                    #from_text
                }
            }
        }
    }

    /// `Display` and `FromStr` by way of the text, so that what is shown is what names the stream; serde by
    /// way of the value within.
    fn others(
        &self,
        [display, from_str, serialize, deserialize]: [&TokenStream; 4],
    ) -> TokenStream {
        let (ident, private) = (&self.input.ident, self.root.private());
        hygienic! {
            #[automatically_derived] #[allow(deprecated)]
            impl #private::Display for #ident {
                fn fmt(&self, f: &mut #private::fmt::Formatter<'_>) -> #private::fmt::Result {
                    #display
                }
            }

            #[automatically_derived] #[allow(deprecated)]
            impl #private::FromStr for #ident {
                type Err = #private::InvalidId;

                fn from_str(text: &#private::str) -> #private::Result<Self, #private::InvalidId> {
                    #from_str
                }
            }

            #[automatically_derived] #[allow(deprecated)]
            impl #private::Serialize for #ident {
                fn serialize<__S: #private::Serializer>(
                    &self,
                    serializer: __S,
                ) -> #private::Result<__S::Ok, __S::Error> {
                    #serialize
                }
            }

            #[automatically_derived] #[allow(deprecated)]
            impl<'de> #private::Deserialize<'de> for #ident {
                fn deserialize<__D: #private::Deserializer<'de>>(
                    deserializer: __D,
                ) -> #private::Result<Self, __D::Error> {
                    #deserialize
                }
            }
        }
    }
}
