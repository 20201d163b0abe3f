//! What refusals teach about a type, place by place.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::refusal::{Problem, Refusal};
use super::tape::Tape;

/// What a value is whose `Deserialize` leaves that open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Bool,
    Map,
    List,
    Nothing,
    Float,
}

impl Kind {
    pub(super) const ALL: [Self; 7] = [
        Self::Text,
        Self::Number,
        Self::Bool,
        Self::Map,
        Self::List,
        Self::Nothing,
        Self::Float,
    ];

    /// The kind that an error message asks for, in the words of serde's own visitors.
    fn wanted(expected: &str) -> Option<Self> {
        let has = |words: &[&str]| words.iter().any(|word| expected.contains(word));
        let kind = if has(&["string", "str", "char", "identifier", "index"]) && !has(&["struct"]) {
            Self::Text
        } else if has(&["bool"]) {
            Self::Bool
        } else if has(&["f32", "f64", "float"]) {
            Self::Float
        } else if has(&["unit"]) {
            Self::Nothing
        } else if has(&["tuple", "sequence", "array"]) {
            Self::List
        } else if has(&["struct", "map", "enum"]) {
            Self::Map
        } else if has(&[
            "integer", "number", "u8", "16", "32", "64", "128", "i8", "size",
        ]) {
            Self::Number
        } else {
            return None;
        };
        Some(kind)
    }
}

/// Learned from refusals, and good for the runs that follow.
#[derive(Debug, Default)]
pub(super) struct Knowledge {
    forms: HashMap<String, usize>,
    kinds: HashMap<String, Kind>,
    keys: HashMap<String, Vec<&'static str>>,
    variants: HashMap<String, &'static [&'static str]>,
    aliases: HashSet<(String, &'static str)>,
    flat: HashSet<String>,
    taken: HashSet<String>,
    refused: BTreeMap<String, String>,
}

impl Knowledge {
    pub(super) fn form(&self, place: &str) -> usize {
        self.forms.get(place).copied().unwrap_or(0)
    }

    pub(super) fn keep_form(&mut self, place: &str, form: usize) {
        if self.form(place) != form {
            self.forms.insert(place.to_owned(), form);
        }
    }

    pub(super) fn keep_taken(&mut self, place: &str) {
        if !self.taken.contains(place) {
            self.taken.insert(place.to_owned());
        }
    }

    pub(super) fn keep_refused(&mut self, place: &str, reason: &str) {
        if !self.refused.contains_key(place) {
            self.refused.insert(place.to_owned(), reason.to_owned());
        }
    }

    /// A place where something was refused and nothing ever taken, and why: an item of a list that could only
    /// be invented empty.
    pub(super) fn never_taken(&self) -> Option<(&str, &str)> {
        let taken = |place: &str| self.taken.iter().any(|taken| taken.starts_with(place));
        let mut refused = self.refused.iter();
        let (place, reason) = refused.find(|(place, _)| !taken(place))?;
        Some((place, reason))
    }

    pub(super) fn kind(&self, place: &str) -> Option<Kind> {
        self.kinds.get(place).copied()
    }

    pub(super) fn variants(&self, place: &str) -> Option<&'static [&'static str]> {
        self.variants.get(place).copied()
    }

    pub(super) fn is_alias(&self, map: &str, key: &'static str) -> bool {
        self.aliases.contains(&(map.to_owned(), key))
    }

    /// The keys that this map has to have; `None` if any will do.
    pub(super) fn keys(&self, map: &str) -> Option<&[&'static str]> {
        let keys = self.keys.get(map).map(Vec::as_slice);
        keys.or_else(|| self.flat.contains(map).then_some(&[]))
    }

    /// A map whose keys are a struct's: one that flattens others.
    pub(super) fn is_flat(&mut self, map: &str) {
        self.flat.insert(map.to_owned());
    }
}

impl Tape {
    /// Whether there is something to learn from a refusal: then the same choices come further.
    pub(super) fn learn(&mut self, refusal: &Refusal) -> bool {
        match &refusal.problem {
            Problem::Again => true,
            Problem::Missing(key) => self.learn_key(key),
            Problem::Duplicate => match self.key.take() {
                Some(alias) => self.known.aliases.insert(alias),
                None => false,
            },
            Problem::Variant { got, known } => {
                let shown = format!("string {got:?}");
                let open = self.opened(&shown);
                open.is_some_and(|place| self.known.variants.insert(place, known).is_none())
            }
            Problem::Kind { got, expected } => {
                let Some(place) = self.opened(got) else {
                    return false;
                };
                let Some(kind) = Kind::wanted(expected) else {
                    return false;
                };
                self.known.kinds.insert(place, kind) != Some(kind)
            }
            Problem::Other => false,
        }
    }

    /// The map that a missing key belongs to is not named: it is the last one that lacks it.
    fn learn_key(&mut self, key: &'static str) -> bool {
        let lacks = self.maps.iter().rev().find(|map| {
            let keys = self.known.keys.get(&map.place);
            keys.is_none_or(|keys| !keys.contains(&key))
        });
        let Some(place) = lacks.map(|map| map.place.clone()) else {
            return false;
        };
        self.known.keys.entry(place).or_default().push(key);
        true
    }

    /// The place of the last open question that was answered so.
    fn opened(&self, shown: &str) -> Option<String> {
        let mut choices = self.choices.iter().rev();
        let choice = choices.find(|choice| choice.shown.as_deref() == Some(shown))?;
        Some(choice.path.clone())
    }
}
