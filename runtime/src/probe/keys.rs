//! Which keys a map has to have: a refusal names the key that is missing, and not the map.

use std::collections::{HashMap, HashSet};

use serde::de::Unexpected;

use super::refusal::Problem;
use super::tags::INDEX;

/// A key that no struct has.
pub(super) const UNKNOWN: &str = "unknown to all";

/// A key that a map of any keys is given.
pub(super) const OTHER: &str = "any other";

/// Values of which a map takes one at most, and a struct that passes them over both.
const STRANGE: [Unexpected<'static>; 2] =
    [Unexpected::Str(UNKNOWN), Unexpected::Unsigned(INDEX - 1)];

#[derive(Debug, Default)]
pub(super) struct Keys {
    needed: HashMap<String, Vec<&'static str>>,
    /// Maps whose keys are a struct's, as far as it is known: behind a tag, or one that flattens others.
    flat: HashSet<String>,
    /// Maps that are given keys of any name.
    others: HashSet<String>,
    /// The map that got the last missing key, and whether that was just now.
    guess: Option<(String, &'static str)>,
    guessed_now: bool,
    wrong: HashSet<(String, &'static str)>,
    asked: Option<Asked>,
    /// How many questions each map has answered when a key was missing, and which are no structs.
    answered: HashMap<(String, &'static str), usize>,
    maps: HashSet<String>,
}

/// The map that is given a strange key, and the key that was missing before.
#[derive(Debug)]
struct Asked {
    map: String,
    missing: &'static str,
}

impl Keys {
    /// The keys that this map has to have; `None` if any will do.
    pub(super) fn of(&self, map: &str) -> Option<&[&'static str]> {
        let keys = self.needed.get(map).map(Vec::as_slice);
        keys.or_else(|| self.flat.contains(map).then_some(&[]))
    }

    /// Keeps that a map's keys are a struct's.
    pub(super) fn is_flat(&mut self, map: &str) {
        self.flat.insert(map.to_owned());
    }

    /// Whether a map takes keys of any name.
    pub(super) fn takes_others(&self, map: &str) -> bool {
        self.others.contains(map)
    }

    /// Keeps that a map takes keys of any name.
    pub(super) fn keep_others(&mut self, map: String) {
        self.others.insert(map);
    }

    /// Gives no keys of any name where none of them can be invented: this is their place.
    pub(super) fn forget_others(&mut self, place: &str) {
        self.others
            .retain(|map| !place.starts_with(&format!("{map}[")));
    }

    /// Whether this map is given a strange key.
    pub(super) fn asks(&self, map: &str) -> bool {
        self.asked.as_ref().is_some_and(|asked| asked.map == map)
    }

    /// What stands under the strange key, which this is the place of.
    pub(super) fn strange(&self, place: &str) -> Option<Unexpected<'static>> {
        let asked = self.asked.as_ref()?;
        let is_there = place.strip_prefix(&asked.map)?.ends_with(UNKNOWN);
        let count = self.count(&asked.map, asked.missing);
        is_there.then(|| STRANGE[count % STRANGE.len()])
    }

    fn count(&self, map: &str, missing: &'static str) -> usize {
        let answered = self.answered.get(&(map.to_owned(), missing));
        answered.copied().unwrap_or(0)
    }

    /// Whether a refusal answers what a map was asked by a strange key.
    pub(super) fn learn(&mut self, problem: &Problem) -> bool {
        let Some(Asked { map, missing }) = self.asked.take() else {
            self.guessed_now &= matches!(problem, Problem::Missing(_));
            return false;
        };
        let is_as_before = matches!(problem, Problem::Missing(key) if *key == missing);
        let is_refused = |shown: &str| STRANGE.iter().any(|it| it.to_string() == shown);
        let is_map = match problem {
            Problem::Kind { got, .. } => is_refused(got),
            Problem::Variant { got, .. } => got == UNKNOWN,
            Problem::Other => true,
            _ => false,
        };
        let answers = if is_as_before { 1 } else { STRANGE.len() };
        if is_map {
            self.maps.insert(map.clone());
        }
        *self.answered.entry((map, missing)).or_default() += answers;
        // As before: so it is as missing as it was.
        !is_as_before
    }

    /// The map that a missing key belongs to is guessed: one without keys, or the one that got the last key. A guess is
    /// wrong if the same key is still missing. What is a map of any keys is asked first.
    pub(super) fn lack(&mut self, closed: &[String], key: &'static str) -> bool {
        let all = self.lacking(closed, key);
        let unknown = all.iter().find(|map| self.count(map, key) < STRANGE.len());
        if let Some(map) = unknown.filter(|_| all.len() > 1) {
            let map = map.clone();
            self.asked = Some(Asked { map, missing: key });
            return true;
        }
        if let Some((place, last)) = &self.guess
            && *last == key
            && self.guessed_now
        {
            if let Some(keys) = self.needed.get_mut(place) {
                keys.retain(|other| *other != key);
                if keys.is_empty() {
                    self.needed.remove(place);
                }
            }
            self.wrong.insert((place.clone(), key));
        }
        let all = self.lacking(closed, key);
        let right = |place: &&String| !self.wrong.contains(&((*place).clone(), key));
        let mut possible = all.iter().filter(right);
        let first = possible
            .clone()
            .find(|place| !self.needed.contains_key(*place));
        let last = self.guess.as_ref();
        let again = || {
            possible
                .clone()
                .find(|place| last.is_some_and(|(last, _)| last == *place))
        };
        let guess = first.or_else(again).or_else(|| possible.next()).cloned();
        // Where no single map was right, more than one needs it.
        let places = match &guess {
            Some(place) => vec![place.clone()],
            None => all,
        };
        self.guess = guess.map(|place| (place, key));
        self.guessed_now = true;
        for place in &places {
            self.needed.entry(place.clone()).or_default().push(key);
        }
        !places.is_empty()
    }

    /// Those of the maps that may be a struct without this key, the outermost first.
    fn lacking(&self, closed: &[String], key: &str) -> Vec<String> {
        let has_key = |map: &&String| {
            let keys = self.needed.get(*map);
            keys.is_some_and(|keys| keys.contains(&key))
        };
        let lacking = closed.iter().rev();
        let lacking = lacking.filter(|map| !has_key(map) && !self.maps.contains(*map));
        lacking.cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Keys, Problem, STRANGE, UNKNOWN};

    /// In each run these maps were closed, the outermost last.
    fn closed() -> [String; 2] {
        ["inner", "outer"].map(str::to_owned)
    }

    /// Both are structs.
    fn structs() -> Keys {
        let mut keys = Keys::default();
        for map in closed() {
            for key in ["a", "b", "c"] {
                keys.answered.insert((map.clone(), key), 2);
            }
        }
        keys
    }

    fn missing(keys: &mut Keys, key: &'static str) -> bool {
        keys.learn(&Problem::Missing(key)) || keys.lack(&closed(), key)
    }

    #[test]
    fn a_key_that_is_missing_still_was_another_maps() {
        let mut keys = structs();
        assert!(missing(&mut keys, "a"));
        assert_eq!(keys.of("outer"), Some(&["a"][..]));
        assert!(missing(&mut keys, "a"));
        assert_eq!(keys.of("outer"), None);
        assert_eq!(keys.of("inner"), Some(&["a"][..]));
    }

    #[test]
    fn a_key_that_was_taken_may_be_missing_elsewhere() {
        let mut keys = structs();
        assert!(missing(&mut keys, "a"));
        assert!(!keys.learn(&Problem::Other));
        assert!(missing(&mut keys, "a"));
        assert_eq!(keys.of("outer"), Some(&["a"][..]));
        assert_eq!(keys.of("inner"), Some(&["a"][..]));
    }

    #[test]
    fn a_wrong_guess_takes_no_other_key_away() {
        let mut keys = structs();
        for key in ["a", "b", "c", "c"] {
            assert!(missing(&mut keys, key));
        }
        assert_eq!(keys.of("outer"), Some(&["a", "c"][..]));
        assert_eq!(keys.of("inner"), Some(&["b"][..]));
    }

    #[test]
    fn the_map_that_got_the_last_key_gets_the_next() {
        let mut keys = structs();
        for key in ["a", "b", "c"] {
            assert!(missing(&mut keys, key));
        }
        assert_eq!(keys.of("inner"), Some(&["b", "c"][..]));
    }

    #[test]
    fn a_key_that_no_map_alone_can_lack_goes_to_all() {
        let mut keys = structs();
        for _ in 0..3 {
            assert!(missing(&mut keys, "a"));
        }
        assert_eq!(keys.of("outer"), Some(&["a"][..]));
        assert_eq!(keys.of("inner"), Some(&["a"][..]));
        assert!(!structs().lack(&[], "a"));
    }

    #[test]
    fn a_map_of_any_keys_lacks_none() {
        let refused = Problem::Kind {
            got: STRANGE[0].to_string(),
            expected: "u8".to_owned(),
        };
        for answer in [Problem::Other, refused] {
            let mut keys = Keys::default();
            assert!(missing(&mut keys, "a"));
            assert!(keys.asks("outer") && !keys.asks("inner"));
            let strange = format!("outer.{UNKNOWN}");
            assert_eq!(keys.strange(&strange), Some(STRANGE[0]));
            // A struct passes over what it does not know, whatever it is.
            assert!(missing(&mut keys, "a"));
            assert_eq!(keys.strange(&strange), Some(STRANGE[1]));
            assert!(missing(&mut keys, "a"));
            assert!(keys.asks("inner"));
            assert!(keys.learn(&answer));
            assert!(!keys.asks("inner"));
            assert!(missing(&mut keys, "a"));
            assert!(missing(&mut keys, "b"));
            assert_eq!(keys.of("outer"), Some(&["a", "b"][..]));
            assert_eq!(keys.of("inner"), None);
        }
    }

    #[test]
    fn what_refuses_a_strange_key_is_a_struct() {
        let mut keys = Keys::default();
        for map in ["outer", "inner"] {
            assert!(missing(&mut keys, "a"));
            assert!(keys.asks(map));
            assert!(keys.learn(&Problem::Unknown(UNKNOWN.to_owned())));
        }
        assert!(missing(&mut keys, "a"));
        assert_eq!(keys.of("outer"), Some(&["a"][..]));
        assert!(missing(&mut keys, "a"));
        assert_eq!(keys.of("inner"), Some(&["a"][..]));
    }
}
