//! A number for the declaration of a state: a snapshot of another one is not read.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Data, DeriveInput, LitInt};

/// FNV-1a, 64 bits.
const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0100_0000_01b3;

/// Goes over tokens, not their text, which the compiler may space out in another way tomorrow.
pub(super) fn of(input: &DeriveInput, logic: Option<&LitInt>) -> u64 {
    let (attrs, ident) = (input.attrs.iter(), &input.ident);
    let attrs = attrs.filter(|attr| !attr.path().is_ident("aggregate"));
    let body = match &input.data {
        Data::Struct(data) => data.fields.to_token_stream(),
        Data::Enum(data) => data.variants.to_token_stream(),
        Data::Union(data) => data.fields.to_token_stream(),
    };
    let logic = logic.map_or("0", LitInt::base10_digits);
    text(tokens(OFFSET, quote!(#(#attrs)* #ident #body)), logic)
}

fn tokens(mut hash: u64, stream: TokenStream) -> u64 {
    let mut stream = stream.into_iter().peekable();
    while let Some(token) = stream.next() {
        hash = match token {
            TokenTree::Punct(punct)
                if punct.as_char() == '#' && stream.next_if(is_doc).is_some() =>
            {
                hash
            }
            TokenTree::Group(group) => {
                let open = text(hash, &format!("{:?}", group.delimiter()));
                text(tokens(open, group.stream()), "end")
            }
            leaf => text(hash, &leaf.to_string()),
        };
    }
    hash
}

/// A comment changes nothing about a state.
fn is_doc(token: &TokenTree) -> bool {
    let TokenTree::Group(group) = token else {
        return false;
    };
    matches!(group.stream().into_iter().next(), Some(TokenTree::Ident(word)) if word == "doc")
}

/// No text holds 0xff, so `ab c` and `a bc` differ.
fn text(hash: u64, text: &str) -> u64 {
    let bytes = text.bytes().chain([0xff]).map(u64::from);
    bytes.fold(hash, |hash, byte| (hash ^ byte).wrapping_mul(PRIME))
}
