//! The contract in its simplest form: a list of events, and for each stream which of them it holds.

use factum::store::{Direction, Span};
use factum::{Expected, Revision};
use proptest::prelude::*;
use proptest_state_machine::ReferenceStateMachine;

use super::operation::{self, Answer, Kept, NAMES, Operation, Request, STREAMS, Seen, Wish};

/// All that was ever appended, and the answer to the last operation.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    /// `None` once it is deleted.
    pub(crate) log: Vec<Option<Seen>>,
    pub(crate) streams: [Stream; STREAMS.len()],
    /// The number of the event up to which the subscription has looked.
    checkpoint: Option<usize>,
    /// An id that was never used.
    pub(crate) fresh: u64,
    pub(crate) answer: Answer,
}

/// A stream's events, by their numbers; the first has the revision `first`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stream {
    pub(crate) first: u64,
    numbers: Vec<usize>,
    snapshot: Option<Kept>,
}

impl Stream {
    pub(crate) fn last(&self) -> Option<Revision> {
        let events = self.numbers.len() as u64;
        (events > 0).then(|| Revision::new(self.first + events - 1))
    }

    fn span(&self) -> Option<Span> {
        self.last().map(|last| Span {
            first: Revision::new(self.first),
            last,
        })
    }

    fn meets(&self, expected: Expected) -> bool {
        match expected {
            Expected::Any => true,
            Expected::NoStream => self.numbers.is_empty(),
            Expected::Exists => !self.numbers.is_empty(),
            Expected::Revision(revision) => self.last() == Some(revision),
        }
    }
}

impl ReferenceStateMachine for Model {
    type State = Self;
    type Transition = Operation;

    fn init_state() -> BoxedStrategy<Self> {
        Just(Self {
            log: Vec::new(),
            streams: Default::default(),
            checkpoint: None,
            fresh: 0,
            answer: Answer::Nothing,
        })
        .boxed()
    }

    fn transitions(state: &Self) -> BoxedStrategy<Operation> {
        operation::any(state)
    }

    fn apply(mut state: Self, operation: &Operation) -> Self {
        state.answer = match operation {
            Operation::Append(stream, expected, wishes) => state.append(*stream, *expected, wishes),
            Operation::Read(request) => state.read(request),
            Operation::Delete(stream, expected) => state.delete(*stream, *expected),
            Operation::SaveSnapshot(stream, kept) => state.save(*stream, *kept),
            Operation::LoadSnapshot(stream) => Answer::Snapshot(state.streams[*stream].snapshot),
            Operation::Head => Answer::Head(state.log.len().checked_sub(1)),
            Operation::Reopen => Answer::Nothing,
            Operation::Step(limit) => state.step(*limit),
            Operation::StepAhead => Answer::CheckpointAhead,
        };
        state
    }
}

impl Model {
    fn append(&mut self, stream: usize, expected: Expected, wishes: &[Wish]) -> Answer {
        let twice = |at: usize| wishes[..at].iter().any(|wish| wish.id == wishes[at].id);
        if (0..wishes.len()).any(twice) {
            return Answer::Refused("ids twice");
        }
        let live = &mut self.streams[stream];
        let events: Vec<_> = live
            .numbers
            .iter()
            .map(|at| self.log[*at].clone().unwrap())
            .collect();
        let known: Vec<_> = wishes
            .iter()
            .map(|wish| events.iter().find(|seen| seen.wish.id == wish.id))
            .collect();
        if known
            .iter()
            .zip(wishes)
            .any(|(known, wish)| known.is_some_and(|seen| seen.wish != *wish))
        {
            return Answer::Refused("other content");
        }
        if let Some(first) = known.iter().find_map(|known| *known) {
            let first = first.revision.get();
            let places = known
                .iter()
                .map(|known| known.map(|seen| seen.revision.get()));
            if !places.eq((first..).take(wishes.len()).map(Some)) {
                return Answer::Refused("partly stored");
            }
            return Answer::Appended {
                first: Revision::new(first),
                numbers: known.iter().map(|known| known.unwrap().number).collect(),
                repeated: true,
            };
        }
        if !live.meets(expected) {
            return Answer::Conflict(live.last());
        }
        let first = live.first + live.numbers.len() as u64;
        let numbers: Vec<_> = (self.log.len()..).take(wishes.len()).collect();
        for ((number, wish), revision) in numbers.iter().zip(wishes).zip(first..) {
            self.fresh = self.fresh.max(wish.id + 1);
            live.numbers.push(*number);
            self.log.push(Some(Seen {
                number: *number,
                stream,
                revision: Revision::new(revision),
                wish: *wish,
            }));
        }
        Answer::Appended {
            first: Revision::new(first),
            numbers,
            repeated: false,
        }
    }

    fn read(&self, request: &Request) -> Answer {
        let lets = |seen: &&Seen| {
            let category = STREAMS[seen.stream].split_once('-').unwrap().0;
            let name = NAMES[seen.wish.name];
            (request.categories.is_empty() || request.categories.contains(&category))
                && (request.names.is_empty() || request.names.contains(&name))
        };
        let behind = |seen: &&Seen| {
            let place = match request.stream {
                Some(_) => usize::try_from(seen.revision.get()).unwrap(),
                None => seen.number,
            };
            request.after.is_none_or(|after| match request.direction {
                Direction::Forward => place > after,
                Direction::Backward => place < after,
            })
        };
        let of_stream = |seen: &&Seen| request.stream.is_none_or(|stream| seen.stream == stream);
        let events = self
            .log
            .iter()
            .flatten()
            .filter(of_stream)
            .filter(behind)
            .filter(lets);
        let mut events: Vec<_> = events.cloned().collect();
        if request.direction == Direction::Backward {
            events.reverse();
        }
        let live = request.stream.map(|stream| &self.streams[stream]);
        let found = live.and_then(|live| {
            let mut events = live.numbers.iter().flat_map(|number| &self.log[*number]);
            events.find(|seen| Some(seen.wish.id) == request.find)
        });
        Answer::Events {
            events,
            span: live.and_then(Stream::span),
            found: found.map(|seen| seen.revision),
        }
    }

    fn delete(&mut self, stream: usize, expected: Expected) -> Answer {
        let live = &mut self.streams[stream];
        if !live.meets(expected) {
            return Answer::Conflict(live.last());
        }
        live.first += live.numbers.len() as u64;
        live.snapshot = None;
        let numbers = std::mem::take(&mut live.numbers);
        for number in &numbers {
            self.log[*number] = None;
        }
        Answer::Deleted(numbers.len() as u64)
    }

    fn save(&mut self, stream: usize, kept: Kept) -> Answer {
        let live = &mut self.streams[stream];
        let of_stream =
            live.first == kept.first && live.last().is_some_and(|last| kept.revision <= last.get());
        let newer = live.snapshot.is_none_or(|old| {
            let not_older = old.shape >> 48 <= kept.shape >> 48;
            let replaces = old.shape != kept.shape || old.revision < kept.revision;
            old.first < kept.first || (not_older && replaces)
        });
        if of_stream && newer {
            live.snapshot = Some(kept);
        }
        Answer::Nothing
    }

    fn step(&mut self, limit: usize) -> Answer {
        let from = self.checkpoint.map_or(0, |checkpoint| checkpoint + 1);
        let end = self.log.len();
        if from == end {
            return Answer::Batch(None);
        }
        let events = self.log[from..]
            .iter()
            .flatten()
            .filter(|seen| seen.stream < 2);
        let events: Vec<_> = events.take(limit).collect();
        self.checkpoint = match events.last() {
            Some(last) if events.len() == limit => Some(last.number),
            _ => Some(end - 1),
        };
        let ids = events.iter().map(|seen| seen.wish.id).collect();
        Answer::Batch(Some((ids, self.checkpoint)))
    }
}
