//! Keys that nobody asks for: behind a tag or flattened, what may be missing is never said to be.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::Trace;
use crate::probe::keys::UNKNOWN;
use crate::probe::knowledge::Knowledge;
use crate::probe::path::Part;
use crate::probe::text::kept;
use crate::schema::Shape;

/// Keys to try, by the place of the map.
#[derive(Debug, Default)]
pub(super) struct Hints {
    keys: HashMap<String, Vec<&'static str>>,
    /// Places of those that may be read no longer: whatever takes anything there reads nothing.
    unsure: HashSet<String>,
    /// Keys that are refused: by their names alone, since it is not said in which map.
    refused: HashSet<String>,
    /// Whether one came that no round has tried.
    is_new: bool,
    /// The maps of this run whose keys were learned.
    flat: Vec<Flat>,
    /// Keys of any name that were given in this run.
    others: Vec<&'static str>,
    /// Whether a key was written that no struct has.
    wrote_unknown: bool,
}

/// A map whose keys were learned, and where it stands in the payload.
#[derive(Debug)]
struct Flat {
    path: Vec<Part>,
    /// Without the variant that a tag said, and with it.
    places: [String; 2],
}

impl Trace {
    /// Keys that may be missing from a map.
    pub(in crate::probe) fn hinted(&self, place: &str) -> &[&'static str] {
        self.hints.keys.get(place).map_or(&[], Vec::as_slice)
    }

    /// A map whose keys were learned is closed.
    pub(in crate::probe) fn keep_flat(&mut self, path: &[Part], place: &str, variant: &str) {
        let path = path.to_vec();
        let places = [place.to_owned(), format!("{place}{variant}")];
        self.hints.flat.push(Flat { path, places });
    }

    /// Keeps a key of any name that a map was given.
    pub(in crate::probe) fn gave_key(&mut self, key: &'static str) {
        self.hints.others.push(key);
    }

    /// Whether this run wrote a key that no struct has.
    pub(super) const fn wrote_unknown(&self) -> bool {
        self.hints.wrote_unknown
    }

    /// What this run read was written as this payload: a key that it was not given may be read too.
    pub(in crate::probe) fn wrote(&mut self, payload: &Value, known: &Knowledge) {
        let flat = std::mem::take(&mut self.hints.flat);
        for Flat { path, places } in flat {
            let object = part_of(payload, &path).and_then(Value::as_object);
            let keys = object.into_iter().flatten();
            for (key, _) in keys {
                let is_known = places.iter().any(|place| {
                    known
                        .keys
                        .of(place)
                        .is_some_and(|keys| keys.contains(&key.as_str()))
                        || self.hinted(place).contains(&key.as_str())
                });
                self.hints.wrote_unknown |= key == UNKNOWN;
                if !is_known && key != UNKNOWN && !self.hints.others.contains(&key.as_str()) {
                    self.hint(&places[1], key);
                }
            }
        }
    }

    /// Keys that were read when the shape was recorded.
    pub(super) fn recall(&mut self, shape: &Shape, place: &str) {
        for (name, part) in &shape.parts {
            let is_bare = place.is_empty() || name.starts_with(['[', '{']);
            let dot = if is_bare { "" } else { "." };
            let within = format!("{place}{dot}{name}");
            self.recall(part, &within);
            if part.missing && !name.starts_with(['[', '{']) {
                self.hint(place, name);
                if part.kind != Shape::OPAQUE {
                    self.hints.unsure.insert(within);
                }
            }
        }
    }

    /// Whether a part may be read no longer.
    pub(super) fn is_unsure(&self, place: &str) -> bool {
        self.hints.unsure.contains(place)
    }

    /// Gives a key that was refused no more; whether it was one of these.
    pub(in crate::probe) fn forget(&mut self, key: &str) -> bool {
        let is_hinted = self.hints.keys.values().flatten().any(|hint| *hint == key);
        if is_hinted {
            self.hints.refused.insert(key.to_owned());
            for keys in self.hints.keys.values_mut() {
                keys.retain(|hint| *hint != key);
            }
        }
        is_hinted
    }

    fn hint(&mut self, place: &str, key: &str) {
        if self.hints.refused.contains(key) {
            return;
        }
        let keys = self.hints.keys.entry(place.to_owned()).or_default();
        keys.push(kept(key.to_owned()));
        self.repeat();
    }

    /// All that was seen is to be seen again, with a key more.
    pub(super) fn repeat(&mut self) {
        self.ways.clear();
        self.hints.is_new = true;
    }
}

impl Hints {
    /// Whether one came since this was asked.
    pub(super) fn have_come(&mut self) -> bool {
        std::mem::take(&mut self.is_new)
    }

    /// Starts a run.
    pub(super) fn rewind(&mut self) {
        self.flat.clear();
        self.others.clear();
        self.wrote_unknown = false;
    }
}

/// What stands in a payload where a path leads: any item or entry is as good as another one.
pub(in crate::probe) fn part_of<'a>(payload: &'a Value, path: &[Part]) -> Option<&'a Value> {
    path.iter().try_fold(payload, |at, part| {
        let [_, name] = part.names();
        match at {
            Value::Object(entries) if name == "[]" => entries.values().next(),
            Value::Array(items) if name.starts_with('[') => items.get(part.at).or(items.last()),
            _ => at.get(name),
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Part, part_of};

    #[test]
    fn a_path_leads_to_a_part_of_its_kind() {
        let payload = json!({"a": [1, {"b": 2}], "m": {"k": 3}});
        let field = |name| Part::field(name, "", false);
        let (any, second) = (Part::item("[]", 7), Part::item("[1]", 1));
        for (path, part) in [
            (
                &[field("a"), second.clone(), field("b")][..],
                Some(json!(2)),
            ),
            (&[field("a"), any.clone(), field("b")], Some(json!(2))),
            (&[field("m"), any.clone()], Some(json!(3))),
            (&[field("a"), field("b")], None),
            (&[field("m"), second], None),
        ] {
            assert_eq!(part_of(&payload, path), part.as_ref(), "{path:?}");
        }
    }
}
