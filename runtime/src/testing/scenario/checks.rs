//! What every scenario proves beside what its author wrote down.

use super::wire::Wire;
use crate::aggregate::{Aggregate, Decoded, EventSet};
use crate::testing::difference::fields::{differences, table};
use crate::testing::difference::paint::Paint;

/// The most cuts at which snapshots are tried; longer histories are cut at evenly spread places.
const CUTS: usize = 128;

/// How often an event is read to see whether its order matters.
const READS: usize = 10;

/// A history with all that was recorded, and where it starts.
pub(in crate::testing) struct Checks<'a, A: Aggregate> {
    pub(in crate::testing) start: A,
    pub(in crate::testing) events: Vec<&'a A::Event>,
    /// How many of them were given.
    pub(in crate::testing) given: usize,
    pub(in crate::testing) wire: &'a dyn Wire<A>,
}

impl<A: Aggregate> Checks<'_, A> {
    pub(in crate::testing) fn run(&self) -> Result<(), String> {
        self.codec()?;
        // Before the snapshots: an impure fold would fail there too, with a message that misleads.
        self.purity()?;
        self.order()?;
        self.snapshots()
    }

    /// Every event comes back from the codec as it went in.
    fn codec(&self) -> Result<(), String> {
        let mut events = self.events.iter().enumerate();
        events.try_for_each(|(place, event)| survives(self.wire, event, &self.place(place)))
    }

    /// Two folds of one history agree.
    fn purity(&self) -> Result<(), String> {
        let (Some(first), Some(second)) = (self.replayed(), self.replayed()) else {
            return Err(self.impure(None, "  the second fold refused an event\n"));
        };
        if first == second {
            return Ok(());
        }
        // Side by side, to name the first event after which they part.
        let (mut one, mut other) = (self.start.clone(), self.start.clone());
        for (place, event) in self.events.iter().enumerate() {
            if one.fold(event).is_err() || other.fold(event).is_err() || one != other {
                return Err(self.impure(Some(place), &states(&one, &other, ["first", "second"])));
            }
        }
        Err(self.impure(None, &states(&first, &second, ["first", "second"])))
    }

    /// An event that is read again is folded as before: a `HashMap` in it has another order each time.
    fn order(&self) -> Result<(), String> {
        let mut state = self.start.clone();
        for (place, &event) in self.events.iter().enumerate() {
            let mut folded = state.clone();
            if folded.fold(event).is_err() {
                return Ok(());
            }
            for read in self.read_again(event) {
                let mut other = state.clone();
                if other.fold(&read).is_err() || other != folded {
                    let (name, place) = (event.info().name, self.place(place));
                    let found = states(&folded, &other, ["first", "second"]);
                    return Err(format!(
                        "`{name}` is applied in another way once it is read again ({place})\n{found}\
                         help: `apply` must not depend on the order of a `HashMap` or `HashSet`; \
                         a `BTreeMap` or `BTreeSet` has one"
                    ));
                }
            }
            state = folded;
        }
        Ok(())
    }

    /// Often enough for two items to swap; not at all if there is no list or map in it.
    fn read_again(&self, event: &A::Event) -> impl Iterator<Item = A::Event> {
        let info = event.info();
        let bytes = self.wire.write(event).unwrap_or_default();
        let nested = bytes.iter().filter(|byte| b"[{".contains(byte)).count() > 1;
        let times = if nested { READS } else { 0 };
        (0..times).filter_map(
            move |_| match self.wire.read(info.name, info.version, &bytes) {
                Ok(Decoded::One(read)) => Some(read),
                _ => None,
            },
        )
    }

    fn impure(&self, place: Option<usize>, found: &str) -> String {
        let of = place.map_or_else(String::new, |place| {
            format!(
                " of `{}` ({})",
                self.events[place].info().name,
                self.place(place)
            )
        });
        format!(
            "folding the same {} twice gives two states: `apply`{of} is not pure\n{found}\
             help: let `apply` read nothing but the state and the event; what a clock, chance or the \
             outside says belongs into the event",
            events(self.events.len()),
        )
    }

    /// A snapshot after any number of events, with the rest applied, is the replay of all.
    fn snapshots(&self) -> Result<(), String> {
        let stride = self.events.len().div_ceil(CUTS).max(1);
        let Some(replayed) = self.replayed() else {
            return Ok(());
        };
        let mut state = self.start.clone();
        for cut in 0..=self.events.len() {
            if cut.is_multiple_of(stride) || cut == self.events.len() {
                self.snapshot(cut, &state, &replayed)?;
            }
            if let Some(event) = self.events.get(cut)
                && state.fold(event).is_err()
            {
                return Ok(());
            }
        }
        Ok(())
    }

    fn snapshot(&self, cut: usize, state: &A, replayed: &A) -> Result<(), String> {
        let after = format!("after {cut} of {}", events(self.events.len()));
        let lost = |found: String| {
            Err(format!(
                "a snapshot taken {after} loses state\n{found}\
                 help: `Serialize` and `Deserialize` have to carry every field of the state; \
                 look for `#[serde(skip)]` on it"
            ))
        };
        let bytes = self
            .wire
            .write_state(state)
            .map_err(|error| format!("the state {after} cannot be kept in a snapshot: {error}"))?;
        let restored = match self.wire.read_state(&bytes) {
            Ok(restored) => restored,
            Err(error) => return lost(format!("  it cannot be read back: {error}\n")),
        };
        if restored != *state {
            return lost(states(state, &restored, ["folded", "restored"]));
        }
        // Equal states may still differ in what `PartialEq` does not look at, and `apply` does.
        match self.folded(restored, cut) {
            Some(folded) if folded == *replayed => Ok(()),
            Some(folded) => lost(states(replayed, &folded, ["replayed", "from the snapshot"])),
            None => {
                lost("  restored from it, the state refuses an event that follows\n".to_owned())
            }
        }
    }

    fn replayed(&self) -> Option<A> {
        self.folded(self.start.clone(), 0)
    }

    fn folded(&self, mut state: A, from: usize) -> Option<A> {
        for event in &self.events[from..] {
            state.fold(event).ok()?;
        }
        Some(state)
    }

    fn place(&self, place: usize) -> String {
        let kind = if place < self.given {
            "given"
        } else {
            "recorded"
        };
        format!("{kind}, event {} of {}", place + 1, self.events.len())
    }
}

/// The event comes back from the codec as it went in.
pub(in crate::testing) fn survives<A: Aggregate>(
    wire: &dyn Wire<A>,
    event: &A::Event,
    place: &str,
) -> Result<(), String> {
    let info = event.info();
    let (name, codec) = (info.name, wire.name());
    let bytes = wire.write(event).map_err(|error| {
        format!("`{name}` cannot be stored with the codec `{codec}` ({place}): {error}")
    })?;
    let found = match wire.read(name, info.version, &bytes) {
        Ok(Decoded::One(read)) if read == *event => return Ok(()),
        Ok(Decoded::One(read)) => table(
            &differences(event, &read),
            ["written", "read"],
            "  ",
            Paint::of_stderr(),
        ),
        Ok(Decoded::Many(read)) => format!("  it is read as {} events\n", read.len()),
        Err(error) => format!("  {error}\n"),
    };
    Err(format!(
        "`{name}` does not survive the codec `{codec}` ({place})\n{found}\
         help: what serde skips or the codec changes is lost once it is stored; \
         make the field survive, or take it out of the event"
    ))
}

fn states<A: Aggregate>(one: &A, other: &A, words: [&str; 2]) -> String {
    table(&differences(one, other), words, "  ", Paint::of_stderr())
}

pub(super) fn events(count: usize) -> String {
    if count == 1 {
        "1 event".to_owned()
    } else {
        format!("{count} events")
    }
}
