//! A shape as Rust source: the structs that read what was stored, and the step from there.

use std::fmt::Write;

use heck::{ToPascalCase, ToSnakeCase};

use crate::schema::kind;
use crate::schema::shape::Shape;

/// Names that a field has only with `r#` before them.
const KEYWORDS: [&str; 34] = [
    "as", "async", "await", "break", "const", "continue", "dyn", "else", "enum", "extern", "fn",
    "for", "gen", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref",
    "return", "static", "struct", "trait", "type", "unsafe", "use", "where", "while", "yield",
];

/// The old shape, and the step up from it.
pub(super) fn step(event: &str, old: &str, before: &Shape, now: &Shape) -> String {
    let mut types = Types {
        out: String::new(),
        left: Vec::new(),
    };
    let same = before.opened() == "struct" && now.opened() == "struct";
    if before.opened() == "struct" {
        types.structure(old, before);
    } else {
        let ty = types.ty(before, &format!("{old}Content"));
        let _ = write!(
            types.out,
            "#[derive(serde::Deserialize)]\nstruct {old}({ty});\n\n"
        );
    }
    while let Some((name, shape)) = types.left.pop() {
        types.named(&name, &shape);
    }
    let from = if same {
        fields(before, now)
    } else {
        "        todo!()\n".to_owned()
    };
    format!(
        "{}impl From<{old}> for {event} {{\n    fn from(old: {old}) -> Self {{\n{from}    }}\n}}\n",
        types.out
    )
}

/// What is as it was comes from the old shape.
fn fields(before: &Shape, now: &Shape) -> String {
    let mut out = "        Self {\n".to_owned();
    for (name, part) in now.parts.iter().filter(|(_, part)| part.alias().is_none()) {
        let (field, _) = field(name);
        let kept = before
            .parts
            .get(name)
            .filter(|before| before.is_like(part) && leaf(before).is_some());
        let value = kept.map_or_else(|| "todo!()".to_owned(), |_| format!("old.{field}"));
        let _ = writeln!(out, "            {field}: {value},");
    }
    out + "        }\n"
}

struct Types {
    out: String,
    left: Vec<(String, Shape)>,
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
        for (variant, part) in &shape.parts {
            let variant = variant.trim_start_matches('{').trim_end_matches('}');
            let (rust, rename) = renamed(variant, &variant.to_pascal_case());
            let _ = write!(variants, "{rename}    {rust}");
            match part.opened() {
                "nothing" => {}
                "struct" => {
                    let fields = self.fields(&format!("{name}{rust}"), part, "        ");
                    let _ = write!(variants, " {{\n{fields}    }}");
                }
                _ => {
                    let ty = self.ty(part, &format!("{name}{rust}"));
                    let tuple = part.kind == "tuple";
                    let ty = if tuple { ty } else { format!("({ty})") };
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
        for (key, part) in shape
            .parts
            .iter()
            .filter(|(_, part)| part.alias().is_none())
        {
            let (field, rename) = field(key);
            let ty = self.ty(part, &format!("{name}{}", key.to_pascal_case()));
            if part.missing && !part.null {
                let _ = writeln!(out, "{indent}#[serde(default)]");
            }
            for line in rename.lines() {
                let _ = writeln!(out, "{indent}{}", line.trim_start());
            }
            for alias in shape.names(key).skip(1) {
                let _ = writeln!(out, "{indent}#[serde(alias = {alias:?})]");
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
                let items = shape.parts.keys().map(|key| part(key, name));
                format!("({})", items.collect::<Vec<_>>().join(", "))
            }
            kind if has_name(kind, shape) => {
                let bare = Shape {
                    null: false,
                    missing: false,
                    ..shape.clone()
                };
                self.left.insert(0, (name.to_owned(), bare));
                name.to_owned()
            }
            _ => kind::rust(&shape.kind)
                .unwrap_or("serde_json::Value")
                .to_owned(),
        };
        optional(shape, ty)
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

/// The field that is stored under a key, and the attribute that says so.
pub(super) fn field(key: &str) -> (String, String) {
    let snake = key.to_snake_case();
    let is_plain = !KEYWORDS.contains(&snake.as_str());
    renamed(
        key,
        &if is_plain {
            snake
        } else {
            format!("r#{snake}")
        },
    )
}

fn renamed(key: &str, rust: &str) -> (String, String) {
    let rename = if key == rust.trim_start_matches("r#") {
        String::new()
    } else {
        format!("    #[serde(rename = {key:?})]\n")
    };
    (rust.to_owned(), rename)
}
