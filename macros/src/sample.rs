//! What generated tests take where nothing can be invented: `sample = ..` and `stored(1 = "..")`.

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitInt, LitStr, Token};

use crate::attrs::{Attrs, Listed};
use crate::diag::Diag;
use crate::paths::hygienic_at;
use crate::upcast::{NO_VERSION, number};

/// A payload that an old version stored.
struct Stored {
    version: LitInt,
    payload: LitStr,
}

impl Parse for Stored {
    // 1 = "{\"amount\":\"250\"}"
    // 2 = r#"{"amount":250}"#
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let version = input.parse()?;
        input.parse::<Token![=]>()?;
        let payload = input.parse()?;
        Ok(Self { version, payload })
    }
}

/// `sample = Opened { owner: "Ada".into() }, stored(1 = r#"{"holder":"Ada"}"#)`
pub(crate) struct Samples {
    /// Any expression, which rustc reads.
    sample: Option<TokenStream>,
    stored: Option<Listed<Stored>>,
}

impl Samples {
    /// Asks for `sample` and `stored`.
    pub(crate) fn ask(attrs: &mut Attrs<'_>) -> Self {
        let kind = "a payload of each old version";
        Self {
            sample: attrs.value("sample", "an event", "sample = todo!()"),
            stored: attrs.list("stored", kind, "stored(1 = \"{}\")"),
        }
    }

    /// Each payload is of another old version.
    pub(crate) fn check(&self, event: &Ident, current: u16, diag: &Diag) {
        let stored = self.stored.as_ref().map_or(&[][..], |stored| &stored.items);
        for (i, Stored { version, .. }) in stored.iter().enumerate() {
            let old = number(version);
            let mut earlier = stored[..i].iter();
            let first = earlier.find(|first| number(&first.version) == old);
            if old == 0 {
                diag.error(version, NO_VERSION);
            } else if old >= current {
                let message = format!(
                    "`{event}` is at version {current}, so version {old} is not an old one\nnote: what the current version stores is made from `sample`"
                );
                diag.error(version, message);
            } else if let Some(first) = first {
                let again = format!("version {old} of `{event}` has two payloads");
                diag.twice(version, again, &first.version);
            }
        }
    }

    /// Overrides of what the trait gives none of.
    pub(crate) fn methods(&self) -> TokenStream {
        let sample = self.sample.as_ref().map(|sample| {
            let given = quote_spanned!(hygienic_at(sample)=> __factum::sample::<Self>(|| #sample));
            hygienic!(fn sample() -> __factum::Option<Self> { #given })
        });
        let stored = self.stored.as_ref().map(|Listed { items, .. }| {
            let versions = items.iter().map(|stored| number(&stored.version));
            let payloads = items.iter().map(|stored| &stored.payload);
            hygienic! {
                fn stored_sample(version: __factum::u16) -> __factum::Option<&'static __factum::str> {
                    match version {
                        #(#versions => __factum::Option::Some(#payloads),)*
                        _ => __factum::Option::None,
                    }
                }
            }
        });
        hygienic!(#sample #stored)
    }
}
