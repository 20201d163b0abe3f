//! Keys that nobody asks for: behind a tag or flattened, what may be missing is never said to be.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::{Map, Value};

use super::Trace;
use crate::probe::keys::UNKNOWN;
use crate::probe::knowledge::Knowledge;
use crate::probe::path::{Part, place};
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
    /// The variants that were given in this run, and where.
    entered: Vec<(Vec<Part>, &'static str)>,
    /// Names of variants that are written under another one, by the place of the enum.
    renamed: HashMap<(String, String), String>,
    written: BTreeSet<String>,
    /// Keys that any run wrote, by the place of the map.
    ever: HashMap<String, BTreeSet<String>>,
    /// Places of keys that were written though they were not given, and those that are given nothing first: what they
    /// were given otherwise had something else passed over.
    came: BTreeSet<String>,
    shy: HashSet<String>,
    /// Whether this run had something passed over.
    passed_over: bool,
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

    /// Keeps a variant that was given, by its name.
    pub(in crate::probe) fn gave_variant(&mut self, path: &[Part], variant: &'static str) {
        self.hints.entered.push((path.to_vec(), variant));
    }

    /// The name under which a variant is written, if that is another one.
    pub(super) fn renamed(&self, place: &str, variant: &str) -> Option<String> {
        let at = (place.to_owned(), variant.to_owned());
        self.hints.renamed.get(&at).cloned()
    }

    /// A variant that is written under another name than it was given has two.
    fn learn_names(&mut self, payload: &Value) {
        for (path, given) in std::mem::take(&mut self.hints.entered) {
            let written = match part_of(payload, &path) {
                Some(Value::String(name)) => name,
                Some(Value::Object(content)) if content.len() == 1 => match content.keys().next() {
                    Some(name) => name,
                    None => continue,
                },
                _ => continue,
            };
            if written != given {
                let at = (place(&path), given.to_owned());
                self.hints.renamed.insert(at, written.clone());
            }
        }
    }

    /// Places that this run wrote, in maps whose keys were learned.
    pub(super) const fn written(&self) -> &BTreeSet<String> {
        &self.hints.written
    }

    /// What this run read was written as this payload, if that is known: a key that it was not given may be read too.
    pub(in crate::probe) fn wrote(&mut self, payload: Option<&Value>, known: &Knowledge) {
        if let Some(payload) = payload {
            self.learn_names(payload);
        }
        let flat = std::mem::take(&mut self.hints.flat);
        let mut has_lost = false;
        for flat in &flat {
            let object = payload.and_then(|payload| flat.object(payload));
            let Some(object) = object else {
                continue;
            };
            for key in object.keys() {
                self.hints.written.insert(flat.place(key));
                if self.learn_key(flat, key, known) {
                    self.hints.came.insert(flat.place(key));
                }
            }
            let ever = self.hints.ever.entry(flat.places[1].clone()).or_default();
            has_lost |= ever.iter().any(|key| !object.contains_key(key));
            ever.extend(object.keys().cloned());
        }
        self.hints.flat = flat;
        if has_lost && self.trial.is_none() {
            self.be_shy(known);
        }
        self.hint_example(known);
    }

    /// What was written once is not written any more: one of the keys that came had it passed over.
    fn be_shy(&mut self, known: &Knowledge) {
        let came = std::mem::take(&mut self.hints.came);
        for place in came {
            if known.kind(&place).is_none() && self.hints.shy.insert(place) {
                self.hints.passed_over = true;
                self.root.forget();
                self.repeat();
            }
        }
    }

    /// Whether this run says less than another one could.
    pub(super) const fn has_passed_over(&self) -> bool {
        self.hints.passed_over
    }

    /// Whether nothing is given first at a place.
    pub(in crate::probe) fn is_shy(&self, place: &str) -> bool {
        self.hints.shy.contains(place)
    }

    /// Keys that an example has may be read, whether or not this run could be; whether there are new ones.
    pub(in crate::probe) fn hint_example(&mut self, known: &Knowledge) -> bool {
        let Some(example) = self.example.take() else {
            return false;
        };
        let mut is_new = false;
        for flat in std::mem::take(&mut self.hints.flat) {
            let object = flat.object(&example).filter(|object| flat.is_told(object));
            for key in object.into_iter().flat_map(Map::keys) {
                if self.learn_key(&flat, key, known) {
                    self.hints.unsure.insert(flat.place(key));
                    is_new = true;
                }
            }
        }
        self.example = Some(example);
        is_new
    }

    fn learn_key(&mut self, flat: &Flat, key: &str, known: &Knowledge) -> bool {
        let has = |keys: &[&str]| keys.contains(&key);
        let is_known = flat
            .places
            .iter()
            .any(|place| known.keys.of(place).is_some_and(has) || has(self.hinted(place)));
        let is_any = key == UNKNOWN || has(&self.hints.others);
        !is_known && !is_any && self.hint(&flat.places[1], key)
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

    /// Gives a key from now on, unless it was refused.
    fn hint(&mut self, place: &str, key: &str) -> bool {
        if self.hints.refused.contains(key) {
            return false;
        }
        let keys = self.hints.keys.entry(place.to_owned()).or_default();
        keys.push(kept(key.to_owned()));
        self.repeat();
        true
    }

    /// All that was seen is to be seen again, with a key more.
    pub(super) fn repeat(&mut self) {
        self.ways.clear();
        self.hints.is_new = true;
    }
}

impl Flat {
    /// What stands in a payload where the map does.
    fn object<'a>(&self, payload: &'a Value) -> Option<&'a Map<String, Value>> {
        part_of(payload, &self.path).and_then(Value::as_object)
    }

    /// The place of a key.
    fn place(&self, key: &str) -> String {
        match self.places[1].as_str() {
            "" => key.to_owned(),
            map => format!("{map}.{key}"),
        }
    }

    /// Whether a map is of the variant that a tag said, if one did.
    fn is_told(&self, object: &Map<String, Value>) -> bool {
        let [map, told] = &self.places;
        let variant = told.strip_prefix(map.as_str()).unwrap_or_default();
        let mut values = object.values().filter_map(Value::as_str);
        variant.is_empty() || values.any(|value| variant == format!("{{{value}}}"))
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
        self.entered.clear();
        self.written.clear();
        self.passed_over = false;
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
