//! Names in Rust for what is stored under any name.

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToPascalCase, ToSnakeCase};

use crate::schema::shape::Shape;

/// Names that a field has only with `r#` before them.
const KEYWORDS: [&str; 34] = [
    "as", "async", "await", "break", "const", "continue", "dyn", "else", "enum", "extern", "fn",
    "for", "gen", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref",
    "return", "static", "struct", "trait", "type", "unsafe", "use", "where", "while", "yield",
];

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
        .map(|(key, _)| (key.as_str(), names.give(&field(key))))
        .collect()
}

/// The field that is stored under a key.
pub(super) fn field(key: &str) -> String {
    let snake = key.to_snake_case();
    if KEYWORDS.contains(&snake.as_str()) {
        return format!("r#{snake}");
    }
    snake
}

/// The variant that is stored under a name.
pub(super) fn variant(name: &str) -> String {
    name.to_pascal_case()
}

/// What says that this is stored under the key, where the name itself does not.
pub(super) fn rename(key: &str, rust: &str) -> Option<String> {
    (key != rust.trim_start_matches("r#")).then(|| format!("#[serde(rename = {key:?})]"))
}
