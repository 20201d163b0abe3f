//! Options and list items, cut apart before they are parsed, so that one mistake does not hide another.

use proc_macro2::{Spacing, TokenStream, TokenTree};

/// Cuts at the commas that stand in no brackets, angle brackets included: `1 = Old<A, B>` is one item.
pub(crate) fn split(tokens: TokenStream) -> Vec<TokenStream> {
    let (mut items, mut depth, mut arrow) = (vec![TokenStream::new()], 0_usize, false);
    for token in tokens {
        let mut starts_arrow = false;
        if let TokenTree::Punct(punct) = &token {
            match punct.as_char() {
                ',' if depth == 0 => {
                    items.push(TokenStream::new());
                    continue;
                }
                '<' => depth += 1,
                '>' if !arrow => depth = depth.saturating_sub(1),
                '-' | '=' => starts_arrow = punct.spacing() == Spacing::Joint,
                _ => {}
            }
        }
        arrow = starts_arrow;
        if let Some(item) = items.last_mut() {
            item.extend([token]);
        }
    }
    items.retain(|item| !item.is_empty());
    items
}
