//! Options and list items, cut apart before they are parsed, so that one mistake does not hide another.

use proc_macro2::{Spacing, TokenStream, TokenTree};

/// Cuts at the commas that stand in no brackets, angle brackets included: `1 = Old<A, B>` is one item.
pub(crate) fn split(tokens: TokenStream) -> Vec<Vec<TokenTree>> {
    let (mut items, mut item, mut depth, mut arrow) = (vec![], vec![], 0_usize, false);
    for token in tokens {
        let mut starts_arrow = false;
        if let TokenTree::Punct(punct) = &token {
            match punct.as_char() {
                ',' if depth == 0 => {
                    items.push(std::mem::take(&mut item));
                    arrow = false;
                    continue;
                }
                '<' => depth += 1,
                '>' if !arrow => depth = depth.saturating_sub(1),
                '-' | '=' => starts_arrow = punct.spacing() == Spacing::Joint,
                _ => {}
            }
        }
        arrow = starts_arrow;
        item.push(token);
    }
    items.push(item);
    items.retain(|item| !item.is_empty());
    items
}
