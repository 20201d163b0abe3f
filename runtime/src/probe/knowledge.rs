//! What refusals teach about a type, place by place.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::refusal::{Problem, Refusal};
use super::tags::Tags;
use super::tape::{Tape, is_within};

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
        let begins = |words: &[&str]| words.iter().any(|word| expected.starts_with(word));
        let has = |words: &[&str]| words.iter().any(|word| expected.contains(word));
        let kind = if begins(&["unit"]) {
            Self::Nothing
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
    forms: HashMap<String, usize>,
    kinds: HashMap<String, Kind>,
    keys: HashMap<String, Vec<&'static str>>,
    variants: HashMap<String, &'static [&'static str]>,
    tags: Tags,
    /// Keys that say again what another one said, and the field's name.
    aliases: HashMap<(String, &'static str), &'static str>,
    flat: HashSet<String>,
    /// The map that got the last missing key, and whether that was just now.
    guess: Option<(String, &'static str)>,
    guessed_now: bool,
    wrong: HashSet<(String, &'static str)>,
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
        let taken = |place: &str| self.taken.iter().any(|taken| is_within(taken, place));
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

    pub(super) const fn tags(&mut self) -> &mut Tags {
        &mut self.tags
    }

    pub(super) fn is_tag(&self, place: &str) -> bool {
        self.tags.known.contains(place)
    }

    fn has_key(&self, map: &str, key: &'static str) -> bool {
        self.keys.get(map).is_some_and(|keys| keys.contains(&key))
    }

    pub(super) fn is_alias(&self, map: &str, key: &'static str) -> bool {
        self.aliases.contains_key(&(map.to_owned(), key))
    }

    /// The aliases of a struct's fields, each with the field's name; the name itself, if an alias came before it.
    pub(super) fn aliases_at(&self, map: &str) -> BTreeMap<&'static str, &'static str> {
        let aliases = self.aliases.iter().filter(|((at, _), _)| at == map);
        aliases.map(|((_, alias), name)| (*alias, *name)).collect()
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
        if !matches!(refusal.problem, Problem::Missing(_)) {
            self.known.guessed_now = false;
        }
        if self.known.tags.learn(refusal) {
            return true;
        }
        match &refusal.problem {
            Problem::Again => true,
            Problem::Missing(key) => self.learn_key(key),
            Problem::Duplicate(name) => match self.key.take() {
                Some(alias) => self.known.aliases.insert(alias, name).is_none(),
                None => false,
            },
            Problem::Variant { got, known } => {
                let shown = format!("string {got:?}");
                let open = self.opened(&shown);
                open.is_some_and(|place| {
                    self.known.tags.doubt(&place);
                    self.known.variants.insert(place, known).is_none()
                })
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
            Problem::Unknown(key) => {
                let trace = self.trace.as_mut();
                trace.is_some_and(|trace| trace.forget(key))
            }
            Problem::Other => false,
        }
    }

    /// The map that a missing key belongs to is not named, so it is guessed: one without keys, or the one that got
    /// the last key. A guess is wrong if the same key is still missing.
    fn learn_key(&mut self, key: &'static str) -> bool {
        if let Some((place, last)) = &self.known.guess
            && *last == key
            && self.known.guessed_now
        {
            if let Some(keys) = self.known.keys.get_mut(place) {
                keys.retain(|other| *other != key);
                if keys.is_empty() {
                    self.known.keys.remove(place);
                }
            }
            self.known.wrong.insert((place.clone(), key));
        }
        let lacking = self.maps.iter().rev();
        let lacking = lacking.filter(|place| !self.known.has_key(place, key));
        let (all, last) = (lacking.collect::<Vec<_>>(), self.known.guess.as_ref());
        let right = |place: &&String| !self.known.wrong.contains(&((*place).clone(), key));
        let mut possible = all.iter().copied().filter(right);
        let first = possible
            .clone()
            .find(|place| !self.known.keys.contains_key(*place));
        let again = || {
            possible
                .clone()
                .find(|place| last.is_some_and(|(last, _)| last == *place))
        };
        let guess = first.or_else(again).or_else(|| possible.next()).cloned();
        // Where no single map was right, more than one needs it.
        let places = match &guess {
            Some(place) => vec![place.clone()],
            None => all.into_iter().cloned().collect(),
        };
        self.known.guess = guess.map(|place| (place, key));
        self.known.guessed_now = true;
        for place in &places {
            self.known.keys.entry(place.clone()).or_default().push(key);
        }
        !places.is_empty()
    }

    /// The place of the last open question that was answered so.
    fn opened(&self, shown: &str) -> Option<String> {
        let mut choices = self.choices.iter().rev();
        let choice = choices.find(|choice| choice.shown.as_deref() == Some(shown))?;
        Some(choice.path.clone())
    }
}

#[cfg(test)]
mod tests {
    use serde::de::Error;

    use super::{Kind, Refusal, Tape};

    /// A run in which these maps were closed, the outermost last.
    fn closed(maps: &[&str]) -> Tape {
        let mut tape = Tape::new();
        tape.maps = maps.iter().map(ToString::to_string).collect();
        tape
    }

    fn missing(tape: &mut Tape, key: &'static str) -> bool {
        tape.learn(&Refusal::missing_field(key))
    }

    #[test]
    fn a_key_that_is_missing_still_was_another_maps() {
        let mut tape = closed(&["inner", "outer"]);
        assert!(missing(&mut tape, "a"));
        assert_eq!(tape.known.keys("outer"), Some(&["a"][..]));
        assert!(missing(&mut tape, "a"));
        assert_eq!(tape.known.keys("outer"), None);
        assert_eq!(tape.known.keys("inner"), Some(&["a"][..]));
    }

    #[test]
    fn a_key_that_was_taken_may_be_missing_elsewhere() {
        let mut tape = closed(&["inner", "outer"]);
        assert!(missing(&mut tape, "a"));
        tape.learn(&Refusal::custom("further on"));
        assert!(missing(&mut tape, "a"));
        assert_eq!(tape.known.keys("outer"), Some(&["a"][..]));
        assert_eq!(tape.known.keys("inner"), Some(&["a"][..]));
    }

    #[test]
    fn a_wrong_guess_takes_no_other_key_away() {
        let mut tape = closed(&["inner", "outer"]);
        for key in ["a", "b", "c", "c"] {
            assert!(missing(&mut tape, key));
        }
        assert_eq!(tape.known.keys("outer"), Some(&["a", "c"][..]));
        assert_eq!(tape.known.keys("inner"), Some(&["b"][..]));
    }

    #[test]
    fn the_map_that_got_the_last_key_gets_the_next() {
        let mut tape = closed(&["inner", "outer"]);
        for key in ["a", "b", "c"] {
            assert!(missing(&mut tape, key));
        }
        assert_eq!(tape.known.keys("inner"), Some(&["b", "c"][..]));
    }

    #[test]
    fn a_key_that_no_map_alone_can_lack_goes_to_all() {
        let mut tape = closed(&["inner", "outer"]);
        for _ in 0..3 {
            assert!(missing(&mut tape, "a"));
        }
        assert_eq!(tape.known.keys("outer"), Some(&["a"][..]));
        assert_eq!(tape.known.keys("inner"), Some(&["a"][..]));
        assert!(!missing(&mut closed(&[]), "a"));
    }

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
            ("something else", None),
        ] {
            assert_eq!(Kind::wanted(expected), kind, "{expected}");
        }
    }
}
