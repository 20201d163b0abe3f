//! What refusals teach about a type, place by place.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::de::Unexpected;
use serde_json::Value;

use super::forms::Forms;
use super::keys::Keys;
use super::lengths::{self, Lengths};
use super::path::is_within;
use super::refusal::{Problem, Refusal};
use super::shown::Words;
use super::tags::Tags;
use super::tape::Tape;
use super::variants::Variants;

/// What serde says of a flattened enum for whose variants there is no key.
const NO_VARIANT: &str = "found in flattened data";

/// What is of another kind more often is of no kind that could be learned.
const TURNS: usize = 20;

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

    /// The kind of a value in JSON.
    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Nothing,
            Value::Bool(_) => Self::Bool,
            Value::Number(number) if number.is_f64() => Self::Float,
            Value::Number(_) => Self::Number,
            Value::String(_) => Self::Text,
            Value::Array(_) => Self::List,
            Value::Object(_) => Self::Map,
        }
    }

    /// The kind that an error message asks for, in the words of serde's own visitors.
    fn wanted(expected: &str) -> Option<Self> {
        let begins = |words: &[&str]| words.iter().any(|word| expected.starts_with(word));
        let has = |words: &[&str]| words.iter().any(|word| expected.contains(word));
        let kind = if begins(&["unit"]) {
            Self::Nothing
        } else if begins(&["map with a single key"]) {
            // An enum, whose variants are said where a text is none of them.
            Self::Text
        } else if begins(&["tuple", "a tuple", "a sequence", "sequence", "an array"]) {
            Self::List
        } else if begins(&["struct", "enum", "internally", "adjacently", "a map", "map"]) {
            Self::Map
        } else if has(&["string", "str", "char", "identifier", "index"]) {
            Self::Text
        } else if has(&["bool"]) {
            Self::Bool
        } else if has(&["f32", "f64", "float"]) {
            Self::Float
        } else if has(&["integer", "number", "size", "8", "16", "32", "64"]) {
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
    right: HashMap<String, usize>,
    pub(super) forms: Forms,
    kinds: HashMap<String, Kind>,
    /// The largest number that is taken.
    ranges: HashMap<String, u64>,
    /// How often each kind was another one than before.
    turns: HashMap<String, usize>,
    pub(super) keys: Keys,
    pub(super) variants: Variants,
    pub(super) lengths: Lengths,
    pub(super) words: Words,
    tags: Tags,
    /// Keys that say again what another one said, and the field's name.
    aliases: HashMap<(String, &'static str), &'static str>,
    taken: HashSet<String>,
    refused: BTreeMap<String, String>,
}

impl Knowledge {
    pub(super) fn form(&self, place: &str) -> usize {
        self.right.get(place).copied().unwrap_or(0)
    }

    pub(super) fn keep_form(&mut self, place: &str, form: usize) {
        if self.form(place) != form {
            self.right.insert(place.to_owned(), form);
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
        let taken = |place: &str| self.taken.iter().any(|taken| is_within(taken, place));
        let mut refused = self.refused.iter();
        let (place, reason) = refused.find(|(place, _)| !taken(place))?;
        Some((place, reason))
    }

    pub(super) fn kind(&self, place: &str) -> Option<Kind> {
        self.kinds.get(place).copied()
    }

    pub(super) const fn tags(&mut self) -> &mut Tags {
        &mut self.tags
    }

    /// The largest number that is taken at a place.
    pub(super) fn range(&self, place: &str) -> u64 {
        self.ranges.get(place).copied().unwrap_or(u64::MAX)
    }

    pub(super) fn is_tag(&self, place: &str) -> bool {
        self.tags.known.contains(place)
    }

    pub(super) fn is_alias(&self, map: &str, key: &'static str) -> bool {
        self.aliases.contains_key(&(map.to_owned(), key))
    }

    /// The aliases of a struct's fields, each with the field's name; the name itself, if an alias came before it.
    pub(super) fn aliases_at(&self, map: &str) -> BTreeMap<&'static str, &'static str> {
        let aliases = self.aliases.iter().filter(|((at, _), _)| at == map);
        aliases.map(|((_, alias), name)| (*alias, *name)).collect()
    }
}

/// The largest number of the type that is wanted; of those below zero, none is needed.
fn range(expected: &str) -> Option<u64> {
    let bits: u32 = expected.strip_prefix(['i', 'u'])?.parse().ok()?;
    let bits = bits - u32::from(expected.starts_with('i'));
    Some(u64::MAX >> 64_u32.saturating_sub(bits))
}

impl Tape {
    /// Whether there is something to learn from a refusal: then the same choices come further.
    pub(super) fn learn(&mut self, refusal: &Refusal) -> bool {
        if self.known.tags.learn(refusal)
            || self.known.keys.learn(refusal.problem())
            || self.learn_form(refusal.problem())
        {
            return true;
        }
        if !matches!(refusal.problem(), Problem::Length { .. }) {
            self.known.lengths.forget();
        }
        match refusal.problem() {
            Problem::Again => true,
            Problem::Missing(key) => self.known.keys.lack(&self.maps, key),
            Problem::Duplicate(name) => match self.key.take() {
                Some(alias) => self.known.aliases.insert(alias, name).is_none(),
                None => false,
            },
            Problem::Variant { got, known } => {
                let shown = format!("string {got:?}");
                let open = self.shown.at(&shown).next();
                open.is_some_and(|place| {
                    self.known.tags.doubt(place);
                    self.known.words.reserve(known);
                    self.known.variants.keep(place.to_owned(), known)
                })
            }
            Problem::Kind { got, expected } => self.learn_kind(got, expected),
            Problem::Length { got, expected } => self.learn_length(*got, expected),
            Problem::Unknown(key) => {
                let trace = self.trace.as_mut();
                trace.is_some_and(|trace| trace.forget(key))
            }
            Problem::Other if refusal.to_string().ends_with(NO_VARIANT) => {
                let Self { trace, known, .. } = self;
                let trace = trace.as_mut();
                trace.is_some_and(|trace| trace.hint_example(known))
            }
            Problem::Other => false,
        }
    }

    /// Only what stands where the run ended may be the text that was refused.
    fn learn_form(&mut self, problem: &Problem) -> bool {
        let place = self.place();
        let texts = self.texts.iter().filter(|text| is_within(text, &place));
        let texts: Vec<String> = texts.cloned().collect();
        self.known.learn_form(problem, &texts)
    }

    fn learn_length(&mut self, got: usize, expected: &str) -> bool {
        // A struct is read from a list of its fields as well, which no codec writes.
        let is_struct = Kind::wanted(expected) == Some(Kind::Map);
        match lengths::wanted(expected).filter(|_| !is_struct) {
            Some(wanted) => self.known.lengths.learn(got, wanted),
            None => self.learn_kind(&Unexpected::Seq.to_string(), expected),
        }
    }

    fn learn_kind(&mut self, got: &str, expected: &str) -> bool {
        if got == Unexpected::UnitVariant.to_string() {
            let Knowledge { variants, tags, .. } = &mut self.known;
            let named = self.named.iter();
            return variants.fill(named.filter(|(place, _)| !tags.known.contains(place)));
        }
        let Some(place) = self.shown.at(got).next() else {
            return false;
        };
        let is_text = got.starts_with("string");
        let kind = match Kind::wanted(expected) {
            Some(kind) => kind,
            None if is_text => return false,
            // What is wanted in words of its own is a text, as good as always.
            None => Kind::Text,
        };
        if kind == Kind::Nothing && self.known.variants.empty(place) {
            return true;
        }
        let place = place.to_owned();
        if let Some(range) = range(expected)
            && self.known.ranges.insert(place.clone(), range) != Some(range)
        {
            self.known.kinds.insert(place, kind);
            return true;
        }
        let turns = self.known.turns.entry(place.clone()).or_default();
        match self.known.kinds.insert(place.clone(), kind) {
            Some(before) if before == kind => return false,
            Some(_) => self.known.lengths.mix(&place),
            None => {}
        }
        *turns += 1;
        *turns <= TURNS
    }
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn the_words_of_visitors_say_what_is_wanted() {
        for (expected, kind) in [
            ("a string", Some(Kind::Text)),
            ("a borrowed string", Some(Kind::Text)),
            ("variant identifier", Some(Kind::Text)),
            ("variant index 0 <= i < 3", Some(Kind::Text)),
            ("struct Community", Some(Kind::Map)),
            (
                "struct variant Stringy::Bool with 2 elements",
                Some(Kind::Map),
            ),
            ("internally tagged enum Inside", Some(Kind::Map)),
            ("unit variant Beside::Unit", Some(Kind::Nothing)),
            ("tuple variant Two with 2 elements", Some(Kind::List)),
            ("a boolean", Some(Kind::Bool)),
            ("u64", Some(Kind::Number)),
            ("a nonzero i8", Some(Kind::Number)),
            ("f64", Some(Kind::Float)),
            ("map with a single key", Some(Kind::Text)),
            ("something else", None),
        ] {
            assert_eq!(Kind::wanted(expected), kind, "{expected}");
        }
    }
}
