//! The shape of a payload, as serde sees it.

use std::collections::BTreeMap;
use std::fmt::{self, Display};

use serde_json::Value;

use super::field::FieldInfo;
use super::kind;

/// What is read at one place of a payload, and in its parts.
///
/// In JSON it is a text, or an object with a member for each part, and `""` for what a text would say unless that is
/// `struct`:
///
/// ```
/// use factum::Shape;
///
/// let json = serde_json::json!({
///     "owner": "text",
///     "limit": "u64 or null, may be missing",
///     "lines": {"": "list", "[]": {"cents": "u64"}},
/// });
/// let shape: Shape = serde_json::from_value(json.clone())?;
/// assert!(shape.parts["limit"].null && shape.parts["limit"].missing);
/// assert_eq!(shape.parts["lines"].parts["[]"].parts["cents"], Shape::of("u64"));
/// assert_eq!(serde_json::to_value(&shape)?, json);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// | kind | what it is | its parts |
/// | --- | --- | --- |
/// | `text`, `text like 2026-01-06` | a text, one of a form | |
/// | `bool`, `char`, `u8` to `u128`, `i8` to `i128`, `f32`, `f64`, `number`, `bytes`, `nothing` | as in Rust | |
/// | `struct`, `closed struct` | a struct; one that refuses what it does not know | its fields; `[]` for what stands under any other name |
/// | `alias of owner` | another name of the field or variant `owner` | |
/// | `enum` | one of several, by name | its variants |
/// | `struct told by kind` | a struct whose field `kind` tells the variant | its fields; `{Card}` for those of one variant |
/// | `list`, `tuple`, `map` | several | `[]`; `[0]`, `[1]`; `[key]` and `[]` |
/// | `lines again` | the type that stands at `lines`, around it | |
/// | `opaque` | what could not be traced | |
/// | any other | what `#[event(shape = "..")]` says | |
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shape {
    /// What it is, in a word or a few.
    pub kind: String,
    /// Whether it may be `null`.
    pub null: bool,
    /// Whether it may be left out.
    pub missing: bool,
    /// Its fields, items or variants, by name.
    pub parts: BTreeMap<String, Self>,
}

const NULL: &str = " or null";
const MISSING: &str = ", may be missing";
const ALIAS: &str = "alias of ";
const CLOSED: &str = "closed ";
const STRUCT: &str = "struct";

impl Shape {
    /// The kind of what could not be traced.
    pub const OPAQUE: &'static str = "opaque";

    /// One of a kind, without parts.
    pub fn of(kind: impl Into<String>) -> Self {
        Self {
            kind: kind.into(),
            ..Self::default()
        }
    }

    /// One that could not be traced.
    pub fn opaque() -> Self {
        Self::of(Self::OPAQUE)
    }

    /// As it stands in a file: a text, or an object with a member for each part.
    pub fn to_json(&self) -> Value {
        let own = self.to_string();
        if self.parts.is_empty() {
            return own.into();
        }
        let own = (own != STRUCT).then(|| (String::new(), own.into()));
        let parts = self.parts.iter();
        let parts = parts.map(|(name, part)| (name.clone(), part.to_json()));
        Value::Object(own.into_iter().chain(parts).collect())
    }

    /// The shape that a file holds; `None` if it is none.
    pub fn from_json(value: &Value) -> Option<Self> {
        let Value::Object(parts) = value else {
            return value.as_str().map(Self::from_text);
        };
        let own = parts.get("").map_or(Some(STRUCT), Value::as_str)?;
        let mut shape = Self::from_text(own);
        for (name, part) in parts.iter().filter(|(name, _)| !name.is_empty()) {
            shape.parts.insert(name.clone(), Self::from_json(part)?);
        }
        Some(shape)
    }

    /// Takes what the source says of the fields of a version, where that could not be traced.
    pub(crate) fn declare(&mut self, fields: &[FieldInfo], version: u16) {
        let said = |field: &&FieldInfo| !field.shape.is_empty() && field.since <= version;
        for FieldInfo { name, shape, .. } in fields.iter().filter(said) {
            let Some(part) = self.field(name) else {
                continue;
            };
            if part.kind == Self::OPAQUE {
                (*shape).clone_into(&mut part.kind);
            }
        }
    }

    /// The part of a field; that of a newtype is the whole.
    fn field(&mut self, name: &str) -> Option<&mut Self> {
        let read = self
            .parts
            .get(name)
            .map(|part| part.alias().unwrap_or(name));
        match read.map(str::to_owned) {
            Some(key) => self.parts.get_mut(&key),
            None => (name == "0").then_some(self),
        }
    }

    /// Another name of one of the parts.
    pub(crate) fn alias_of(name: &str) -> Self {
        Self::of(format!("{ALIAS}{name}"))
    }

    /// The part that this is another name of.
    pub(crate) fn alias(&self) -> Option<&str> {
        self.kind.strip_prefix(ALIAS)
    }

    /// The part of this name, or of that which the name is an alias of.
    pub(crate) fn part(&self, name: &str) -> Option<&Self> {
        let part = self.parts.get(name)?;
        part.alias().map_or(Some(part), |name| self.parts.get(name))
    }

    /// What this name is read as: its part, or what stands under names that are no field's.
    pub(crate) fn reads(&self, name: &str) -> Option<&Self> {
        let others = || self.parts.get(kind::OTHERS);
        let is_name = !name.starts_with(['[', '{']);
        self.part(name).or_else(|| others().filter(|_| is_name))
    }

    /// All names of a part.
    pub(crate) fn names<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let is_alias = move |part: &Self| part.alias() == Some(name);
        let aliases = self.parts.iter().filter(move |(_, part)| is_alias(part));
        std::iter::once(name).chain(aliases.map(|(alias, _)| alias.as_str()))
    }

    /// A struct that refuses what it does not know.
    pub(crate) fn closed(mut self) -> Self {
        self.kind.insert_str(0, CLOSED);
        self
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.kind.starts_with(CLOSED)
    }

    /// The kind, whether or not it is closed.
    pub(crate) fn opened(&self) -> &str {
        self.kind.strip_prefix(CLOSED).unwrap_or(&self.kind)
    }

    /// The field that tells what others there are.
    pub(crate) fn tag(&self) -> Option<&str> {
        self.opened().strip_prefix(kind::TOLD)
    }

    /// Whether both hold the same, wherever they may be missing.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        (&self.kind, self.null, &self.parts) == (&other.kind, other.null, &other.parts)
    }

    /// Whether the part of this name is one of several, of which one is there.
    pub(crate) fn has_variants(&self, name: &str) -> bool {
        self.kind == "enum" || name.starts_with('{')
    }

    fn from_text(text: &str) -> Self {
        let (text, missing) = without(text, MISSING);
        let (text, null) = without(text, NULL);
        Self {
            null,
            missing,
            ..Self::of(text)
        }
    }
}

fn without<'a>(text: &'a str, end: &str) -> (&'a str, bool) {
    text.strip_suffix(end)
        .map_or((text, false), |text| (text, true))
}

impl Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let null = if self.null { NULL } else { "" };
        let missing = if self.missing { MISSING } else { "" };
        write!(f, "{}{null}{missing}", self.kind)
    }
}
