//! Where expansions find the runtime.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Path, Type};

use crate::attrs::Attrs;

/// The runtime crate: `::factum`, or what `crate = path` says.
pub(crate) struct Root(Option<Path>);

impl Root {
    /// Asks for `crate`.
    pub(crate) fn ask(attrs: &mut Attrs<'_>) -> Self {
        let sample = "crate = ::factum";
        Self(attrs.value("crate", "the path of the factum crate", sample))
    }

    /// The module with all that expansions name.
    pub(crate) fn private(&self) -> TokenStream {
        let named = self.0.as_ref().map(ToTokens::to_token_stream);
        let path = named.unwrap_or_else(|| hygienic!(::factum));
        hygienic!(#path::__private)
    }

    /// A block in which that module goes by a name that the user can neither shadow nor need. That it is not
    /// there is then said once.
    pub(crate) fn block(&self, items: &TokenStream) -> TokenStream {
        let private = self.private();
        hygienic! {
            #[allow(deprecated, unused_imports)]
            const _: () = {
                use #private as __factum;
                #items
            };
        }
    }
}

/// Hygienic, and shown at the user's own tokens.
pub(crate) fn hygienic_at(tokens: &impl Spanned) -> Span {
    Span::mixed_site().located_at(tokens.span())
}

/// The same tokens, shown elsewhere: rustc underlines an expression from its first token on.
pub(crate) fn located(tokens: impl ToTokens, at: Span) -> TokenStream {
    let tokens = tokens.into_token_stream().into_iter();
    let located = tokens.map(|mut token| {
        token.set_span(token.span().located_at(at));
        token
    });
    located.collect()
}

/// The path of a type that is no more. `macro_rules!` passes a type on in an invisible group.
pub(crate) fn path_of(ty: &Type) -> Option<&Path> {
    match ty {
        Type::Group(group) => path_of(&group.elem),
        Type::Path(ty) if ty.qself.is_none() => Some(&ty.path),
        _ => None,
    }
}
