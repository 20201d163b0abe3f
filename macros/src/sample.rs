//! What generated tests take where nothing can be invented: `sample = ..` and `stored(1 = "..")`.

use proc_macro2::{Ident, TokenStream};
use quote::quote_spanned;
use syn::LitStr;

use crate::attrs::{Attrs, Listed};
use crate::diag::Diag;
use crate::evolve::versions::{self, Old};
use crate::paths::hygienic_at;

/// `sample = Opened { owner: "Ada".into() }, stored(1 = r#"{"holder":"Ada"}"#)`
pub(crate) struct Samples {
    /// Any expression, which rustc reads.
    sample: Option<TokenStream>,
    /// The payloads that old versions stored.
    stored: Option<Listed<Old<LitStr>>>,
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
    pub(crate) fn check(&self, event: &Ident, versions: [u16; 2], diag: &Diag) {
        let stored = self.stored.as_ref().map_or(&[][..], |stored| &stored.items);
        let refused =
            "is not an old one\nnote: what the current version stores is made from `sample`";
        versions::check(stored, event, versions, ["payloads", refused], diag);
    }

    /// Overrides of what the trait gives none of.
    pub(crate) fn methods(&self) -> TokenStream {
        let sample = self.sample.as_ref().map(|sample| {
            let given = quote_spanned!(hygienic_at(sample)=> __factum::sample::<Self>(|| #sample));
            hygienic!(fn sample() -> __factum::Option<Self> { #given })
        });
        let stored = self.stored.as_ref().map(|Listed { items, .. }| {
            let versions = items.iter().map(Old::pattern);
            let payloads = items.iter().map(|old| &old.value);
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
