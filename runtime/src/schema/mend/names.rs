//! Names in Rust for what is stored under any name.

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToPascalCase, ToSnakeCase};

use crate::schema::kind;
use crate::schema::shape::Shape;

/// Names that a field has only with `r#` before them.
const KEYWORDS: [&str; 48] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];

/// Names that nothing has, whatever stands before them.
const RESERVED: [&str; 4] = ["Self", "crate", "self", "super"];

/// The names of one scope, none of which is given twice.
#[derive(Default)]
pub(super) struct Names(BTreeSet<String>);

impl Names {
    /// This name, or the first free one with a number behind it.
    pub(super) fn give(&mut self, name: &str) -> String {
        let numbered = (2..).map(|number: u32| format!("{name}{number}"));
        let names = std::iter::once(name.to_owned()).chain(numbered);
        let mut free = names.filter(|name| self.0.insert(name.clone()));
        free.next().unwrap_or_default()
    }
}

/// The field of each part of a struct, by its key.
pub(super) fn fields(shape: &Shape) -> BTreeMap<&str, String> {
    let mut names = Names::default();
    let parts = shape.parts.iter();
    let parts = parts.filter(|(_, part)| part.alias().is_none());
    parts
        .map(|(key, _)| {
            let field = match key.as_str() {
                kind::OTHERS => "others".to_owned(),
                key => field(key),
            };
            (key.as_str(), names.give(&field))
        })
        .collect()
}

/// The field that is stored under a key.
pub(super) fn field(key: &str) -> String {
    let field = identifier(key.to_snake_case(), "field");
    if KEYWORDS.contains(&field.as_str()) {
        return format!("r#{field}");
    }
    field
}

/// The variant that is stored under a name.
pub(super) fn variant(name: &str) -> String {
    identifier(name.to_pascal_case(), "Variant")
}

/// A name as Rust allows it, or another one if nothing of it is left.
fn identifier(mut name: String, other: &str) -> String {
    name.retain(|c| c.is_alphabetic() || c.is_ascii_digit() || c == '_');
    match name.chars().next() {
        None => other.to_owned(),
        Some(first) if first.is_ascii_digit() => format!("_{name}"),
        _ if RESERVED.contains(&name.as_str()) => name + "_",
        _ => name,
    }
}

/// What says that this is stored under the key, where the name itself does not.
pub(super) fn rename(key: &str, rust: &str) -> Option<String> {
    (key != rust.trim_start_matches("r#")).then(|| format!("#[serde(rename = {key:?})]"))
}
