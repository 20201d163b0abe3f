//! Payloads of one version of an event: together they show what a step may meet.

use std::collections::BTreeSet;
use std::fmt::{self, Display};

use serde_json::{Map, Value};

use super::invent::Subject;
use super::schema::{Kept, parsed};
use crate::probe::{Manner, Probe};
use crate::schema::Shape;
use crate::testing::caught::caught;

/// Whether what is stored of a version goes through steps, which may ask for whatever is in it.
pub(super) fn has_steps(event: &dyn Kept, version: u16) -> bool {
    version < event.info().version || !event.happens()
}

/// Payloads to choose from: the one that is given, or those that are invented, each as it is and without what may be
/// missing. What goes through steps has all that a few rounds bring up.
pub(super) fn samples(event: &dyn Kept, version: u16, shape: &Shape) -> Result<Vec<Value>, String> {
    let has_steps = has_steps(event, version);
    let made = match event.given(version) {
        Some(given) => vec![given?],
        None => invented(event, version, has_steps)?,
    };
    let mut all = Vec::new();
    for full in made {
        let bare = bare(shape, &full);
        if has_steps {
            all.extend([full, bare]);
        } else {
            all.push(as_written(event, full)?);
            // A default may be refused that nothing was stored for.
            all.extend(as_written(event, bare));
        }
    }
    Ok(all)
}

fn invented(event: &dyn Kept, version: u16, all: bool) -> Result<Vec<Value>, String> {
    let info = event.info();
    let subject = match (version == info.version, event.happens()) {
        (true, true) => Subject::Event(info),
        (true, false) => Subject::Retired(info),
        (false, _) => Subject::Version(info, version),
    };
    let probe = Probe::new();
    let read = |probe: &Probe| caught(|| event.probe(probe, version))?.map_err(Into::into);
    let in_round = |round| probe.invent(&[], &Manner::Covering(round), read);
    let first = in_round(0).map_err(|failed| failed.of(subject))?;
    let rounds = if all { probe.rounds() } else { 1 };
    let others = (1..rounds).filter_map(|round| in_round(round).ok());
    let made = std::iter::once(first).chain(others);
    made.map(|made| parsed(made.json.as_bytes())).collect()
}

/// As it is written today: an alias was as good for reading.
fn as_written(event: &dyn Kept, payload: Value) -> Result<Value, String> {
    let info = event.info();
    let mut read = event.read(info.name, info.version, payload.to_string().as_bytes())?;
    Ok(read.pop().map_or(payload, |written| written.payload))
}

/// What a payload shows of a shape, by its place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shown {
    Field(String),
    Variant(String),
    /// A part that is `null` or not there.
    Without(String),
    /// A part that is not there, and is read as something all the same.
    Default(String),
    /// A yes, a no or an empty list.
    Value(String),
}

impl Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(place) | Self::Variant(place) => {
                write!(f, "`{}`", place.trim_start_matches('.'))
            }
            Self::Value(shown) => write!(f, "`{}`", shown.trim_start_matches('.')),
            Self::Without(place) | Self::Default(place) => {
                write!(f, "it without `{}`", place.trim_start_matches('.'))
            }
        }
    }
}

/// What a payload shows of a shape; of what goes through no steps, which fields, and what is read where one is not there.
pub(super) fn shown(shape: &Shape, payload: &Value, has_steps: bool) -> BTreeSet<Shown> {
    let mut shown = BTreeSet::new();
    walk(shape, payload, "", &mut shown);
    shown.retain(|shown| has_steps || matches!(shown, Shown::Field(_) | Shown::Default(_)));
    shown
}

fn walk(shape: &Shape, payload: &Value, place: &str, shown: &mut BTreeSet<Shown>) {
    match payload {
        Value::Object(entries) => fields(shape, entries, place, shown),
        Value::Array(items) if items.is_empty() && shape.kind == "list" => {
            shown.insert(Shown::Value(format!("{place}=[]")));
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                if let Some((step, part)) = item_of(shape, at) {
                    walk(part, item, &format!("{place}{step}"), shown);
                }
            }
        }
        Value::Bool(value) if shape.kind == "bool" => {
            shown.insert(Shown::Value(format!("{place}={value}")));
        }
        Value::Null if shape.null => {
            shown.insert(Shown::Without(place.to_owned()));
        }
        Value::String(name) if shape.has_variants(name) && shape.parts.contains_key(name) => {
            shown.insert(Shown::Variant(format!("{place}{{{name}}}")));
        }
        _ => {}
    }
}

fn fields(shape: &Shape, entries: &Map<String, Value>, place: &str, shown: &mut BTreeSet<Shown>) {
    for (name, value) in entries {
        let Some(part) = entry_of(shape, name) else {
            continue;
        };
        let step = match shape.kind.as_str() {
            "enum" => format!("{{{name}}}"),
            "map" => "[]".to_owned(),
            _ => format!(
                ".{}",
                shape.parts.get(name).and_then(Shape::alias).unwrap_or(name)
            ),
        };
        let place = format!("{place}{step}");
        walk(part, value, &place, shown);
        shown.insert(match shape.kind.as_str() {
            "enum" => Shown::Variant(place),
            _ => Shown::Field(place),
        });
    }
    for (name, part) in &shape.parts {
        let is_there = || shape.names(name).any(|name| entries.contains_key(name));
        if part.missing && !is_there() {
            let place = format!("{place}.{name}");
            shown.insert(if part.null {
                Shown::Without(place)
            } else {
                Shown::Default(place)
            });
        }
    }
    if let Some((variant, part)) = told(shape, entries) {
        let place = format!("{place}{variant}");
        fields(part, entries, &place, shown);
        shown.insert(Shown::Variant(place));
    }
}

/// The same payload without all that may be missing.
fn bare(shape: &Shape, payload: &Value) -> Value {
    match payload {
        Value::Object(entries) => {
            let told = told(shape, entries).map(|(_, variant)| variant);
            let left = entries.iter().filter_map(|(name, value)| {
                let part = told.and_then(|told| entry_of(told, name));
                let left = match part.or_else(|| entry_of(shape, name)) {
                    Some(part) if part.null => Value::Null,
                    Some(part) if part.missing => return None,
                    Some(part) => bare(part, value),
                    None => value.clone(),
                };
                Some((name.clone(), left))
            });
            Value::Object(left.collect())
        }
        Value::Array(items) => {
            let left = items
                .iter()
                .enumerate()
                .map(|(at, item)| match item_of(shape, at) {
                    Some((_, part)) if part.null => Value::Null,
                    Some((_, part)) => bare(part, item),
                    None => item.clone(),
                });
            left.collect()
        }
        _ => payload.clone(),
    }
}

/// The part that an entry of an object is.
fn entry_of<'a>(shape: &'a Shape, name: &str) -> Option<&'a Shape> {
    shape.part(if shape.kind == "map" { "[]" } else { name })
}

/// The part that an item of an array is.
fn item_of(shape: &Shape, at: usize) -> Option<(String, &Shape)> {
    let steps = ["[]".to_owned(), format!("[{at}]")];
    steps.into_iter().find_map(|step| {
        let part = shape.parts.get(&step)?;
        Some((step, part))
    })
}

/// The variant that a tag in an object tells.
fn told<'a>(shape: &'a Shape, entries: &Map<String, Value>) -> Option<(String, &'a Shape)> {
    let variant = format!("{{{}}}", entries.get(shape.tag()?)?.as_str()?);
    let part = shape.parts.get(&variant)?;
    Some((variant, part))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{bare, shown};
    use crate::schema::Shape;

    fn shape() -> Shape {
        let shape = json!({
            "id": "u8",
            "note": "text or null, may be missing",
            "memo": "alias of note",
            "given": "u8, may be missing",
            "one": {"": "enum", "Cash": "nothing", "Card": {"fee": "u8 or null"}},
            "kind": {"": "closed struct told by is", "at": "u8, may be missing", "{A}": {"x": "u8 or null"}, "{B}": "struct"},
            "pair": {"": "tuple", "[0]": "u8", "[1]": "u8 or null"},
            "map": {"": "map", "[key]": "text", "[]": {"y": "u8, may be missing"}},
            "unit": "nothing",
        });
        serde_json::from_value(shape).unwrap()
    }

    fn full() -> Value {
        json!({
            "id": 1, "memo": "a", "given": 2, "one": {"Card": {"fee": 3}}, "kind": {"is": "A", "at": 1, "x": 4},
            "pair": [5, 6], "map": {"k": {"y": 7}}, "unit": null, "other": 8,
        })
    }

    fn seen(payload: &Value, is_old: bool) -> String {
        let shown = shown(&shape(), payload, is_old).into_iter();
        let shown: Vec<String> = shown.map(|shown| shown.to_string()).collect();
        shown.join("\n")
    }

    #[test]
    fn what_may_be_missing_is_taken_out_by_whichever_name_it_has_there() {
        let expected = json!({
            "id": 1, "memo": null, "one": {"Card": {"fee": null}}, "kind": {"is": "A", "x": null},
            "pair": [5, null], "map": {"k": {}}, "unit": null, "other": 8,
        });
        assert_eq!(bare(&shape(), &full()), expected);
    }

    #[test]
    fn each_field_and_variant_is_shown_and_what_is_left_out() {
        insta::assert_snapshot!(seen(&full(), true));
        insta::assert_snapshot!(seen(&bare(&shape(), &full()), true));
        let unknown = seen(&json!({"one": "Bank"}), true);
        assert!(!unknown.contains("Bank"), "{unknown}");
        let others = json!({"id": 1, "one": "Cash", "kind": {"is": "B"}, "pair": [], "map": {}});
        insta::assert_snapshot!(seen(&others, true));
    }

    #[test]
    fn the_current_version_shows_its_fields() {
        let shown = seen(&bare(&shape(), &full()), false);
        let has = |line: &str| shown.lines().any(|shown| shown == line);
        assert!(has("`note`") && has("it without `given`"), "{shown}");
        assert!(!has("it without `note`") && !has("`kind{A}`"), "{shown}");
    }
}
