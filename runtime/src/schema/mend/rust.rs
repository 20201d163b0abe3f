//! A shape as Rust source: the structs that read what was stored, and the step from there.

use std::collections::VecDeque;
use std::fmt::Write;

use super::names::{self, Names, rename};
use crate::schema::kind;
use crate::schema::shape::Shape;

/// What stood for a field that was missing is no part of a shape.
const DEFAULT: &str = "#[serde(default /* or, as it was, = \"..\" */)]";

/// The old shape, and the step up from it, into the fields of the event if they are known.
pub(super) fn step(event: &str, old: &str, before: &Shape, now: Option<&Shape>) -> String {
    let mut types = Types::default();
    for name in [event, old] {
        types.given.give(name);
    }
    if before.opened() == "struct" {
        types.structure(old, before);
    } else {
        let ty = types.ty(before, &format!("{old}Content"));
        let _ = write!(
            types.out,
            "#[derive(serde::Deserialize)]\nstruct {old}({ty});\n\n"
        );
    }
    while let Some((name, shape)) = types.left.pop_front() {
        types.named(&name, &shape);
    }
    let is_struct = |shape: &&Shape| shape.opened() == "struct";
    let from = match now.filter(is_struct).filter(|_| is_struct(&before)) {
        Some(now) => fields(before, now),
        None => "        todo!()\n".to_owned(),
    };
    format!(
        "{}impl From<{old}> for {event} {{\n    fn from(old: {old}) -> Self {{\n{from}    }}\n}}\n",
        types.out
    )
}

/// What is as it was comes from the old shape.
fn fields(before: &Shape, now: &Shape) -> String {
    let mut out = "        Self {\n".to_owned();
    let old = names::fields(before);
    for (key, field) in names::fields(now) {
        let is_kept = |before: &&Shape| {
            let now = now.parts.get(key);
            now.is_some_and(|now| before.is_like(now)) && leaf(before).is_some()
        };
        let kept = before.parts.get(key).filter(is_kept);
        let kept = kept.and_then(|_| Some(format!("old.{}", old.get(key)?)));
        let value = kept.unwrap_or_else(|| "todo!()".to_owned());
        let _ = writeln!(out, "            {field}: {value},");
    }
    out + "        }\n"
}

#[derive(Default)]
struct Types {
    out: String,
    /// What is declared, or will be.
    given: Names,
    left: VecDeque<(String, Shape)>,
}

impl Types {
    fn named(&mut self, name: &str, shape: &Shape) {
        match shape.opened() {
            "enum" => self.enumeration(name, shape, None),
            "struct" => self.structure(name, shape),
            _ => self.enumeration(name, shape, shape.tag()),
        }
    }

    fn structure(&mut self, name: &str, shape: &Shape) {
        let _ = writeln!(self.out, "#[derive(serde::Deserialize)]\nstruct {name} {{");
        let fields = self.fields(name, shape, "    ");
        let _ = write!(self.out, "{fields}}}\n\n");
    }

    fn enumeration(&mut self, name: &str, shape: &Shape, tag: Option<&str>) {
        let mut variants = String::new();
        let mut given = Names::default();
        let bare = |name: &'_ str| {
            name.trim_start_matches('{')
                .trim_end_matches('}')
                .to_owned()
        };
        let parts = shape.parts.iter();
        for (key, part) in parts.filter(|(_, part)| part.alias().is_none()) {
            let variant = &bare(key);
            for alias in shape.names(key).skip(1).map(bare) {
                let _ = writeln!(variants, "    #[serde(alias = {alias:?})]");
            }
            let rust = given.give(&names::variant(variant));
            if let Some(rename) = rename(variant, &rust) {
                let _ = writeln!(variants, "    {rename}");
            }
            let _ = write!(variants, "    {rust}");
            match part.opened() {
                "nothing" => {}
                "struct" if !part.null => {
                    let fields = self.fields(&format!("{name}{rust}"), part, "        ");
                    let _ = write!(variants, " {{\n{fields}    }}");
                }
                _ => {
                    let ty = self.ty(part, &format!("{name}{rust}"));
                    // A tuple of one would be taken for its item.
                    let is_tuple = part.kind == "tuple" && part.parts.len() > 1 && !part.null;
                    let ty = if is_tuple { ty } else { format!("({ty})") };
                    variants.push_str(&ty);
                }
            }
            variants.push_str(",\n");
        }
        let tag = tag.map_or_else(String::new, |tag| format!("#[serde(tag = {tag:?})]\n"));
        let _ = write!(
            self.out,
            "#[derive(serde::Deserialize)]\n{tag}enum {name} {{\n{variants}}}\n\n"
        );
    }

    fn fields(&mut self, name: &str, shape: &Shape, indent: &str) -> String {
        let mut out = String::new();
        for (key, field) in names::fields(shape) {
            let Some(part) = shape.parts.get(key) else {
                continue;
            };
            if key == kind::OTHERS {
                let ty = self.ty(part, &format!("{name}Other"));
                let _ = writeln!(
                    out,
                    "{indent}#[serde(flatten)]\n{indent}{field}: std::collections::BTreeMap<String, {ty}>,"
                );
                continue;
            }
            let ty = self.ty(part, &format!("{name}{}", names::variant(key)));
            let default = (part.missing && !part.null).then(|| DEFAULT.to_owned());
            let aliases = shape.names(key).skip(1);
            let aliases = aliases.map(|alias| format!("#[serde(alias = {alias:?})]"));
            let attributes = default.into_iter().chain(rename(key, &field));
            for attribute in attributes.chain(aliases) {
                let _ = writeln!(out, "{indent}{attribute}");
            }
            let _ = writeln!(out, "{indent}{field}: {ty},");
        }
        out
    }

    /// The type of a part; one that has a name of its own is left for later.
    fn ty(&mut self, shape: &Shape, name: &str) -> String {
        let mut part = |key: &str, name: &str| {
            let opaque = Shape::opaque();
            let part = shape.parts.get(key).unwrap_or(&opaque).clone();
            self.ty(&part, name)
        };
        let ty = match shape.opened() {
            "list" => format!("Vec<{}>", part("[]", name)),
            "map" => format!(
                "std::collections::BTreeMap<{}, {}>",
                part("[key]", &format!("{name}Key")),
                part("[]", name)
            ),
            "tuple" => {
                let places = 0..shape.parts.len();
                let items = places.map(|place| part(&format!("[{place}]"), name));
                tuple(&items.collect::<Vec<_>>())
            }
            kind if has_name(kind, shape) => {
                let bare = Shape {
                    null: false,
                    missing: false,
                    ..shape.clone()
                };
                let name = self.given.give(name);
                self.left.push_back((name.clone(), bare));
                name
            }
            _ => kind::rust(&shape.kind)
                .unwrap_or("serde_json::Value")
                .to_owned(),
        };
        optional(shape, ty)
    }
}

/// Several types as one; serde has tuples of up to 16, and reads none of them as `()`.
fn tuple(items: &[String]) -> String {
    match items {
        [] => "[(); 0]".to_owned(),
        [one] => format!("({one},)"),
        [first, others @ ..] if items.len() > 16 && others.iter().all(|it| it == first) => {
            format!("[{first}; {}]", items.len())
        }
        _ => format!("({})", items.join(", ")),
    }
}

/// The type of what has no parts.
pub(super) fn leaf(shape: &Shape) -> Option<String> {
    let plain = kind::rust(&shape.kind)?;
    Some(optional(shape, plain.to_owned()))
}

fn optional(shape: &Shape, ty: String) -> String {
    if shape.null {
        format!("Option<{ty}>")
    } else {
        ty
    }
}

/// Whether a type is declared for it.
fn has_name(kind: &str, shape: &Shape) -> bool {
    let is_variant = |name: &String| name.starts_with('{');
    let told = || shape.tag().is_some() && shape.parts.keys().all(is_variant);
    matches!(kind, "struct" | "enum") || told()
}
