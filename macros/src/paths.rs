//! Where expansions find the runtime.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
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

    /// The module that expansions name everything through: the user may shadow any other name.
    pub(crate) fn private(&self) -> TokenStream {
        let named = self.0.as_ref().and_then(|path| path.segments.last());
        let span = named.map_or_else(Span::mixed_site, hygienic_at);
        quote_spanned!(span=> #self::__private)
    }
}

/// Hygienic, and shown at the user's own tokens.
pub(crate) fn hygienic_at(tokens: &impl Spanned) -> Span {
    Span::mixed_site().located_at(tokens.span())
}

/// The same path, shown elsewhere: rustc underlines an expression from its first token on. Not its words, so
/// that of a path that leads nowhere rustc speaks once.
pub(crate) fn located(path: &TokenStream, at: Span) -> TokenStream {
    let located = |mut token: TokenTree| {
        if let TokenTree::Punct(_) = &token {
            token.set_span(token.span().located_at(at));
        }
        token
    };
    path.clone().into_iter().map(located).collect()
}

impl ToTokens for Root {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match &self.0 {
            Some(path) => path.to_tokens(tokens),
            None => tokens.extend(hygienic!(::factum)),
        }
    }
}
