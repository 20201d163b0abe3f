//! A number for the declaration of a state: a snapshot of another one is not read.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Attribute, DeriveInput, LitInt};

/// FNV-1a, 64 bits.
const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0100_0000_01b3;

/// Goes over tokens, not their text, which the compiler may space out in another way tomorrow.
pub(super) fn of(input: &DeriveInput, logic: Option<&LitInt>) -> u64 {
    let DeriveInput {
        attrs, ident, data, ..
    } = input;
    let matters =
        |attr: &&Attribute| !attr.path().is_ident("doc") && !attr.path().is_ident("aggregate");
    let attrs = attrs.iter().filter(matters);
    let body = match data {
        syn::Data::Struct(data) => data.fields.to_token_stream(),
        syn::Data::Enum(data) => data.variants.to_token_stream(),
        syn::Data::Union(data) => data.fields.to_token_stream(),
    };
    let logic = logic.map_or("0", LitInt::base10_digits);
    text(tokens(OFFSET, quote!(#(#attrs)* #ident #body)), logic)
}

fn tokens(mut hash: u64, stream: TokenStream) -> u64 {
    let mut stream = stream.into_iter().peekable();
    while let Some(token) = stream.next() {
        let is_hash = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '#');
        if is_hash && stream.peek().is_some_and(is_doc) {
            stream.next();
            continue;
        }
        hash = match token {
            TokenTree::Group(group) => {
                let inner = tokens(
                    text(hash, &format!("{:?}", group.delimiter())),
                    group.stream(),
                );
                text(inner, "end")
            }
            TokenTree::Ident(ident) => text(hash, &ident.to_string()),
            TokenTree::Punct(punct) => text(hash, punct.as_char().encode_utf8(&mut [0; 4])),
            TokenTree::Literal(literal) => text(hash, &literal.to_string()),
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

fn text(hash: u64, text: &str) -> u64 {
    // No text holds 0xff, so `ab c` and `a bc` differ.
    let bytes = text.bytes().chain([0xff]);
    bytes.fold(hash, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(PRIME)
    })
}

#[cfg(test)]
mod tests {
    use syn::{DeriveInput, parse_quote};

    #[test]
    fn comments_do_not_matter_and_fields_do() {
        let state: DeriveInput = parse_quote!(
            struct Account {
                open: bool,
            }
        );
        let documented: DeriveInput = parse_quote! {
            /// An account.
            #[aggregate(name = "account")]
            struct Account {
                /// Whether it is open.
                open: bool,
            }
        };
        let other: DeriveInput = parse_quote!(
            struct Account {
                open: u8,
            }
        );
        assert_eq!(super::of(&state, None), super::of(&documented, None));
        assert_ne!(super::of(&state, None), super::of(&other, None));
        assert_ne!(
            super::of(&state, None),
            super::of(&state, Some(&parse_quote!(2)))
        );
    }
}
