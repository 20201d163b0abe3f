//! The keys that serde stores fields under.

use syn::ext::IdentExt;
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, ExprLit, Field, Lit, Meta, Token};

use super::shapes::options;

/// Who sees a key. Serde may be told to write another one than it reads.
#[derive(Clone, Copy)]
pub(super) enum Side {
    Written,
    Read,
}

impl Side {
    /// Serde's word in `rename(serialize = "..", deserialize = "..")`.
    fn word(self) -> &'static str {
        match self {
            Self::Written => "serialize",
            Self::Read => "deserialize",
        }
    }
}

/// The key of a field, whose struct says this to serde; its place, if it has no name.
pub(super) fn key(whole: &[Attribute], place: usize, field: &Field, side: Side) -> String {
    let Some(ident) = &field.ident else {
        return place.to_string();
    };
    let name = || ident.unraw().to_string();
    let spelt = || said(whole, "rename_all", side).map(|case| spelt(&name(), &case));
    let own = said(&field.attrs, "rename", side);
    own.or_else(spelt).unwrap_or_else(name)
}

// rename = "owner"
// rename(serialize = "owner", deserialize = "holder")
fn said(attrs: &[Attribute], option: &str, side: Side) -> Option<String> {
    let all = attrs.iter().filter_map(options).flatten();
    let mut texts = all.filter(|said| said.path().is_ident(option)).map(|said| {
        let Meta::List(sides) = &said else {
            return text(&said.require_name_value().ok()?.value);
        };
        let parse = Punctuated::<Meta, Token![,]>::parse_terminated;
        let mut sides = sides.parse_args_with(parse).ok()?.into_iter();
        let its = sides.find(|said| said.path().is_ident(side.word()))?;
        text(&its.require_name_value().ok()?.value)
    });
    texts.find_map(|text| text)
}

/// A field's name in one of serde's cases. As serde does, it takes the name to be in lower case with underscores.
fn spelt(name: &str, case: &str) -> String {
    match case {
        "UPPERCASE" | "SCREAMING_SNAKE_CASE" => name.to_ascii_uppercase(),
        "kebab-case" => name.replace('_', "-"),
        "SCREAMING-KEBAB-CASE" => name.to_ascii_uppercase().replace('_', "-"),
        "PascalCase" => joined(name),
        "camelCase" => headed(&joined(name), char::to_ascii_lowercase),
        _ => name.to_owned(),
    }
}

/// Its words without what stands between them, each with a capital.
fn joined(name: &str) -> String {
    let words = name.split('_');
    words
        .map(|word| headed(word, char::to_ascii_uppercase))
        .collect()
}

/// The word with another first letter.
fn headed(word: &str, turned: fn(&char) -> char) -> String {
    let mut letters = word.chars();
    let first = letters.next().as_ref().map(turned);
    first.into_iter().chain(letters).collect()
}

/// A literal text. `macro_rules!` passes one on in an invisible group.
pub(super) fn text(value: &Expr) -> Option<String> {
    match value {
        Expr::Group(group) => text(&group.expr),
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => Some(text.value()),
        _ => None,
    }
}
