//! What a type asks for, place by place: the runs of a probe leave here what they were asked.

mod describe;
mod hints;
mod rounds;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use serde_json::Value;

use self::hints::Hints;
pub(super) use self::hints::part_of;
pub(crate) use self::rounds::Known;
use super::keys::UNKNOWN;
use super::knowledge::Kind;
use super::path::{Part, is_within, place};
use super::tape::{Choice, Way};

/// What was asked for at one place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Seen {
    /// There may be none.
    Null,
    /// A number, a bool, and whatever else has but one form.
    Plain(&'static str),
    Text,
    List,
    Tuple(usize),
    Map,
    Struct,
    Enum(&'static [&'static str]),
    /// The type takes what comes.
    Open,
    /// One of several names, which the type only says once it was given another one.
    Tag,
    /// The type that is open already, further up.
    Again(String),
}

/// The answers of one run, by place and by which of the questions there it was.
type Answers = HashMap<(String, usize), u64>;

/// One place, with all that was asked there and within.
#[derive(Debug, Default, Clone)]
pub(super) struct Node {
    place: String,
    seen: BTreeSet<Seen>,
    parts: BTreeMap<String, Self>,
    /// A run that was taken and came by here.
    by: Option<Arc<Answers>>,
}

impl Node {
    /// Forgets the runs that came by, of which something was passed over.
    fn forget(&mut self) {
        self.by = None;
        self.parts.values_mut().for_each(Self::forget);
    }
}

/// A run that differs from one that was taken in one thing.
#[derive(Debug)]
struct Trial {
    place: String,
    change: Change,
}

#[derive(Debug)]
enum Change {
    None,
    Without(String),
    Instead {
        without: String,
        with: String,
    },
    Unknown,
    /// A key that nobody knows, with a value of this kind.
    Other(Kind),
    Kind(Kind),
}

#[derive(Debug, Default)]
pub(super) struct Trace {
    root: Node,
    /// What this run was asked for.
    run: Vec<(Vec<String>, String, Seen)>,
    /// How often each way was gone.
    ways: HashMap<(String, usize, Way), Vec<u64>>,
    /// What this round answers, which is more than one run if some are refused.
    round: Answers,
    asked: HashMap<String, usize>,
    given_up: BTreeSet<String>,
    /// Places at which something was taken.
    taken: HashSet<String>,
    hints: Hints,
    /// A payload that the type takes: what stands in it is tried where nothing else is taken.
    pub(super) example: Option<Value>,
    trial: Option<Trial>,
}

impl Trace {
    /// Starts a run.
    pub(super) fn rewind(&mut self) {
        self.run.clear();
        self.hints.rewind();
        self.asked.clear();
    }

    /// Starts a round: the ways that were gone least are gone next.
    fn begin(&mut self) {
        self.round.clear();
        self.trial = None;
    }

    /// The way that was gone least; one that is as good as another is not counted.
    pub(super) fn way(
        &mut self,
        (way, is_again): (Way, bool),
        place: String,
        ways: u64,
        first: u64,
    ) -> u64 {
        let nth = self.nth(&place);
        let key = (place, nth);
        if let Some(decided) = self.round.get(&key) {
            return *decided;
        }
        let ways = match way {
            // Of what kind it is comes out by trials.
            Way::Value | Way::Kind => return first,
            // What comes up again has to end.
            Way::Some | Way::Length if is_again => return 0,
            _ if is_again => return first,
            // What that run was not asked is answered the same in each trial.
            _ if self.trial.is_some() => return first,
            // One item shows what all of them are.
            Way::Length => 2,
            _ => ways,
        };
        let gone = self.ways.entry((key.0.clone(), nth, way)).or_default();
        gone.resize(usize::try_from(ways).unwrap_or(1), 0);
        let turns = (0..gone.len()).map(|turn| {
            let first = usize::try_from(first).unwrap_or(0);
            (first + turn) % gone.len()
        });
        let least = turns.min_by_key(|way| gone[*way]).unwrap_or(0);
        gone[least] += 1;
        let least = u64::try_from(least).unwrap_or(0);
        self.round.insert(key, least);
        least
    }

    /// What a run that is repeated answered here.
    pub(super) fn answer(&mut self, place: &str) -> Option<u64> {
        let nth = self.nth(place);
        self.round.get(&(place.to_owned(), nth)).copied()
    }

    fn nth(&mut self, place: &str) -> usize {
        let asked = self.asked.entry(place.to_owned()).or_default();
        *asked += 1;
        *asked - 1
    }

    /// Whether each way was gone.
    fn is_complete(&mut self) -> bool {
        if self.hints.have_come() {
            return false;
        }
        let mut gone = self.ways.values().flatten();
        gone.all(|times| *times > 0)
    }

    pub(super) fn note(&mut self, path: &[Part], variant: Option<&str>, seen: Seen) {
        let names = path.iter().flat_map(Part::names).chain(variant);
        let names = names.filter(|name| !name.is_empty());
        let place = place(path);
        self.run
            .push((names.map(str::to_owned).collect(), place, seen));
    }

    /// Keeps what a run that was taken had been asked for.
    pub(super) fn keep(&mut self, choices: &[Choice]) {
        let mut asked: HashMap<&str, usize> = HashMap::new();
        let answers = choices.iter().map(|choice| {
            let nth = asked.entry(&choice.path).or_default();
            *nth += 1;
            ((choice.path.clone(), *nth - 1), choice.value)
        });
        let answers = Arc::new(answers.collect());
        let seen = self.run.iter().filter(|(_, _, seen)| *seen != Seen::Null);
        self.taken.extend(seen.map(|(_, place, _)| place.clone()));
        let is_good = !self.has_passed_over();
        self.merge(Some(&answers).filter(|_| is_good));
    }

    /// Whether a run that fails here fails for good.
    pub(super) fn gave_up(&self, place: &str) -> bool {
        self.given_up.contains(place)
    }

    /// Whether nothing was ever taken at a place that was given up.
    fn ended(&self, place: &str) -> bool {
        self.gave_up(place) && !self.taken.contains(place)
    }

    /// Keeps what came before the place that nothing is taken at; whether that is new.
    fn give_up(&mut self, place: String) -> bool {
        self.merge(None);
        self.given_up.insert(place)
    }

    fn merge(&mut self, by: Option<&Arc<Answers>>) {
        for (names, place, seen) in self.run.drain(..) {
            let mut node = &mut self.root;
            for name in names {
                node = node.parts.entry(name).or_default();
            }
            node.place = place;
            node.seen.insert(seen);
            if node.by.is_none() {
                node.by = by.cloned();
            }
        }
    }

    /// Whether this key is left out of the struct or map at this place, in a trial.
    pub(super) fn leaves_out(&self, place: &str, key: &str) -> bool {
        self.trial.as_ref().is_some_and(|trial| {
            let (Change::Without(without) | Change::Instead { without, .. }) = &trial.change else {
                return false;
            };
            trial.place == place && without == key
        })
    }

    /// Whether this key is given though it says again what another one said, in a trial.
    pub(super) fn insists(&self, place: &str, key: &str) -> bool {
        self.trial.as_ref().is_some_and(|trial| {
            trial.place == place
                && matches!(&trial.change, Change::Instead { with, .. } if with == key)
        })
    }

    /// Whether the struct or map at this place gets a key that nobody knows, in a trial.
    pub(super) fn adds_unknown(&self, place: &str) -> bool {
        let trial = self.trial.as_ref();
        let adds = |change: &Change| matches!(change, Change::Unknown | Change::Other(_));
        trial.is_some_and(|trial| trial.place == place && adds(&trial.change))
    }

    /// The kind that is tried at this place.
    pub(super) fn tries(&self, place: &str) -> Option<Kind> {
        match self.trial.as_ref()? {
            Trial {
                place: at,
                change: Change::Kind(kind),
            } if at == place => Some(*kind),
            Trial {
                place: at,
                change: Change::Other(kind),
            } if place.strip_prefix(at.as_str())?.ends_with(UNKNOWN) => Some(*kind),
            _ => None,
        }
    }

    /// How far behind the others a part is asked for: one that ends each run behind one that has such a part in it.
    pub(super) fn turn(&self, place: &str) -> u8 {
        let mut ends = self.given_up.iter();
        match ends.any(|end| is_within(end, place)) {
            _ if self.gave_up(place) => 2,
            within => u8::from(within),
        }
    }
}

#[cfg(test)]
mod tests;
