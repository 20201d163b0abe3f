//! What was probably meant by an option that could not be read.

use proc_macro2::{TokenStream, TokenTree};
use syn::LitStr;
use syn::parse::Parse;

use crate::diag::help;

pub(super) fn wanted(name: &str, kind: &str, meant: Option<String>, sample: &str) -> String {
    let paste = meant.unwrap_or_else(|| sample.to_owned());
    format!("`{name}` takes {kind}{}", help(&paste))
}

pub(super) fn comma(next: &TokenTree) -> String {
    format!("expected `,` before `{next}`")
}

/// What was probably meant, if it is a `T` once the quotes, the brackets or the colon are gone.
pub(super) fn meant<T: Parse>(tokens: &TokenStream) -> Option<String> {
    let bare = Some(bare(tokens.clone())).filter(|tokens| !tokens.is_empty())?;
    let quoted = syn::parse2::<LitStr>(bare.clone()).and_then(|text| text.parse());
    let mut readings = [Some(bare), quoted.ok()].into_iter().flatten();
    let meant = readings.find(|tokens| syn::parse2::<T>(tokens.clone()).is_ok())?;
    Some(meant.to_string())
}

/// Without the colon before it and the brackets around it.
pub(super) fn bare(tokens: TokenStream) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    match tokens.as_slice() {
        [TokenTree::Punct(punct), rest @ ..] if punct.as_char() == ':' => {
            bare(rest.iter().cloned().collect())
        }
        [TokenTree::Group(group)] => bare(group.stream()),
        _ => tokens.into_iter().collect(),
    }
}
