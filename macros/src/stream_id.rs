//! `#[derive(StreamId)]`: a newtype that tells one aggregate from another.

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::{DeriveInput, Type};

use crate::attrs::Attrs;
use crate::diag::{Diag, help};
use crate::input::{Derive, fields, implement, keyword, newtype, refuse_generics, refuse_inside};
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
        let inner = fields(input).and_then(newtype);
        Self { input, root, inner }
    }

    fn check(&self, diag: &Diag) {
        let ident = &self.input.ident;
        let hint = "each aggregate has ids of its own: write one newtype for each";
        refuse_generics(self.input, "the id", hint, diag);
        refuse_inside(self.input, "stream_id", diag);
        if self.inner.is_none() {
            let paste = help(&format!("struct {ident}(String);"));
            diag.error(keyword(self.input), format!("an id is a struct around one value\nnote: a `String`, a `Uuid`, an integer or another id{paste}"));
        }
    }

    fn expand(&self) -> TokenStream {
        let (Some(inner), ident) = (self.inner, &self.input.ident) else {
            return TokenStream::new();
        };
        // Calls are spanned on the inner type, so that rustc underlines one that cannot name a stream.
        let span = hygienic_at(inner);
        let to_text = quote_spanned!(span=> <#inner as __factum::StreamId>::to_text(&self.0));
        let stream = quote_spanned!(span=> <#inner as __factum::StreamId>::stream(&self.0, of));
        let read = quote_spanned!(span=> <#inner as __factum::StreamId>::from_text(text));
        let from_text = quote_spanned!(span=> __factum::Result::map(#read, Self));
        // Not by way of `Self: StreamId`, of which rustc would report each missing supertrait once more.
        let shown = quote_spanned!(span=> __factum::Display::fmt(&#to_text, f));
        let stored = quote_spanned!(span=> __factum::Serialize::serialize(&self.0, serializer));
        let read = quote_spanned!(span=> <#inner as __factum::Deserialize<'de>>::deserialize(deserializer));
        let loaded = quote_spanned!(span=> __factum::Result::map(#read, Self));
        let id = self.id([&to_text, &from_text, &stream]);
        let others = self.others([&shown, &from_text, &stored, &loaded]);
        self.root.block(&hygienic! {
            #id
            #others
            #[automatically_derived]
            impl __factum::From<#inner> for #ident {
                fn from(id: #inner) -> Self { Self(id) }
            }
        })
    }

    /// With parameters, the trait alone: it is what the aggregate asks for.
    fn stub(&self, _: &TokenStream) -> TokenStream {
        let never = hygienic!(::core::unreachable!());
        let id = self.id([&never; 3]);
        let plain = self.input.generics.params.is_empty();
        let others = plain.then(|| self.others([&never; 4]));
        self.root.block(&hygienic!(#id #others))
    }
}

impl StreamId<'_> {
    fn id(&self, [to_text, from_text, stream]: [&TokenStream; 3]) -> TokenStream {
        let items = hygienic! {
            fn to_text(&self) -> __factum::Cow<'_, __factum::str> { #to_text }
            fn from_text(text: &__factum::str) -> __factum::Result<Self, __factum::InvalidId> { #from_text }
            fn stream(&self, of: &__factum::str) -> __factum::Result<__factum::StreamName, __factum::InvalidName> { #stream }
        };
        implement(self.input, "StreamId", Some("Clone"), &items)
    }

    /// Shown and parsed by way of the text, so that what is shown is what names the stream; stored as the value within.
    fn others(&self, [fmt, from_str, serialize, deserialize]: [&TokenStream; 4]) -> TokenStream {
        let ident = &self.input.ident;
        hygienic! {
            #[automatically_derived]
            impl __factum::Display for #ident {
                fn fmt(&self, f: &mut __factum::fmt::Formatter<'_>) -> __factum::fmt::Result { #fmt }
            }

            #[automatically_derived]
            impl __factum::FromStr for #ident {
                type Err = __factum::InvalidId;
                fn from_str(text: &__factum::str) -> __factum::Result<Self, __factum::InvalidId> { #from_str }
            }

            #[automatically_derived]
            impl __factum::Serialize for #ident {
                fn serialize<__S: __factum::Serializer>(
                    &self, serializer: __S,
                ) -> __factum::Result<__S::Ok, __S::Error> { #serialize }
            }

            #[automatically_derived]
            impl<'de> __factum::Deserialize<'de> for #ident {
                fn deserialize<__D: __factum::Deserializer<'de>>(
                    deserializer: __D,
                ) -> __factum::Result<Self, __D::Error> { #deserialize }
            }
        }
    }
}
