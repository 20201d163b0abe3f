//! Which stored names a set of events knows, for whoever meets another one.

use std::cmp::Reverse;
use std::fmt;

use crate::aggregate::EventSet;
use crate::event::EventInfo;

/// The most names that an error shows.
const SHOWN: usize = 12;

/// Every stored name that a set of events knows, for whoever meets another one.
///
/// ```
/// use factum::{Aggregate, Apply, DecodeError, Event, EventSet, Json};
/// # use serde::{Deserialize, Serialize};
/// #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
/// #[event(name = "account.deposited", alias("Deposited"))]
/// pub struct Deposited { pub cents: u64 }
///
/// #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
/// #[aggregate(name = "account", id = String, events(Deposited), ignored("account.noted"))]
/// pub struct Account { cents: u64 }
/// # impl Apply<Deposited> for Account { fn apply(&mut self, event: &Deposited) { self.cents += event.cents } }
///
/// let error = AccountEvent::decode(&Json::default(), "account.closed", 1, b"{}").unwrap_err();
/// let said = "nothing here reads the event `account.closed`; this build knows \
///             `account.deposited`, `Deposited` (alias), `account.noted` (ignored)";
/// assert_eq!(error.to_string(), said);
/// let DecodeError::UnknownEvent { known, .. } = error else { return };
/// assert!(known.names().eq(["account.deposited", "Deposited", "account.noted"]));
/// ```
///
/// An error shows 12 of them: where there are more, those that begin most like the one that was met.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct KnownEvents {
    /// What is read, those that are retired included.
    pub reads: &'static [EventInfo],
    /// The names of those that are read as others.
    pub retires: &'static [&'static str],
    /// The names of those that are read as nothing.
    pub ignores: &'static [&'static str],
}

impl KnownEvents {
    /// What this set knows.
    pub const fn of<E: EventSet>() -> Self {
        Self {
            reads: E::READS,
            retires: E::RETIRES,
            ignores: E::IGNORES,
        }
    }

    /// All of them: each event's name of today and those from before, then what is ignored.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.marked().map(|(name, _)| name)
    }

    /// Each with the word that tells it from an event's name of today.
    fn marked(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let reads = self.reads.iter().flat_map(|info| {
            let is_retired = self.retires.contains(&info.name);
            info.names()
                .map(move |name| match (is_retired, name == info.name) {
                    (true, _) => (name, " (retired)"),
                    (false, true) => (name, ""),
                    (false, false) => (name, " (alias)"),
                })
        });
        let ignored = self.ignores.iter().map(|name| (*name, " (ignored)"));
        reads.chain(ignored)
    }

    /// What is known, for whoever met `name`.
    pub(crate) fn beside(&self, name: &str) -> String {
        let mut marked: Vec<_> = self.marked().collect();
        let more = marked.len().saturating_sub(SHOWN);
        if more > 0 {
            marked.sort_by_key(|(known, _)| Reverse(in_common(known, name)));
            marked.truncate(SHOWN);
        }
        let listed = marked.iter().map(|(name, mark)| format!("`{name}`{mark}"));
        let listed: Vec<String> = listed.collect();
        let listed = listed.join(", ");
        match more {
            0 if listed.is_empty() => "no events".to_owned(),
            0 => listed,
            more => format!("{listed}, and {more} more"),
        }
    }
}

/// The names alone: an error that a test meets is printed like this.
impl fmt::Debug for KnownEvents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

/// With how many bytes both begin.
fn in_common(one: &str, other: &str) -> usize {
    let pairs = one.bytes().zip(other.bytes());
    pairs.take_while(|(one, other)| one == other).count()
}

#[cfg(test)]
mod tests;
