//! Where expansions find the runtime.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::Path;
use syn::spanned::Spanned;

use crate::attrs::Attrs;

/// The runtime crate: `::factum`, or what `crate = path` says.
pub(crate) struct Root(Option<Path>);

impl Root {
    /// Asks for `crate`.
    pub(crate) fn ask(attrs: &mut Attrs<'_>) -> Self {
        let sample = "crate = ::factum";
        Self(attrs.value("crate", "the path of the factum crate", sample))
    }

    /// A block in which the runtime goes by a name that the user can neither shadow nor need. That there is no
    /// runtime is then said once.
    pub(crate) fn block(&self, items: &TokenStream) -> TokenStream {
        hygienic! {
            #[allow(deprecated, unused_imports)]
            const _: () = {
                use #self::__private as __factum;
                #items
            };
        }
    }
}

/// Hygienic, and shown at the user's own tokens.
pub(crate) fn hygienic_at(tokens: &impl Spanned) -> Span {
    Span::mixed_site().located_at(tokens.span())
}

impl ToTokens for Root {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match &self.0 {
            Some(path) => path.to_tokens(tokens),
            None => tokens.extend(hygienic!(::factum)),
        }
    }
}
