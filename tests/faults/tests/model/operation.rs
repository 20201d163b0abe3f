//! What can be asked of a store, and what it can answer; events are counted in the order of their appends.

use factum::store::{Direction, Span};
use factum::{Expected, Revision};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::reference::{Model, Stream};

/// Streams of two categories; the subscription follows the first.
pub(crate) const STREAMS: [&str; 4] = ["counter-a", "counter-b", "other-a", "other-b"];

/// Names of events; streams of counters hold the first only.
pub(crate) const NAMES: [&str; 3] = ["counter.added", "other.done", "other.undone"];

/// An event to be appended: equal numbers are equal ids, and equal content is equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wish {
    pub(crate) id: u64,
    pub(crate) content: u64,
    pub(crate) name: usize,
}

#[derive(Debug, Clone)]
pub(crate) enum Operation {
    Append(usize, Expected, Vec<Wish>),
    Read(Request),
    Delete(usize, Expected),
    SaveSnapshot(usize, Kept),
    LoadSnapshot(usize),
    Head,
    Reopen,
    /// A subscription takes in so many events behind its checkpoint; or one with a checkpoint past the end.
    Step(usize),
    StepAhead,
}

#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// One of the streams, or all of them.
    pub(crate) stream: Option<usize>,
    /// A revision, or the number of an event.
    pub(crate) after: Option<usize>,
    pub(crate) direction: Direction,
    pub(crate) categories: Vec<&'static str>,
    pub(crate) names: Vec<&'static str>,
    pub(crate) limit: usize,
    pub(crate) find: Option<u64>,
}

/// What decides over a snapshot, and a byte for its state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) first: u64,
    pub(crate) revision: u64,
    pub(crate) shape: u64,
    pub(crate) state: u8,
}

/// A stored event: which it was, where it stands, what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) number: usize,
    pub(crate) stream: usize,
    pub(crate) revision: Revision,
    pub(crate) wish: Wish,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    Nothing,
    Appended {
        first: Revision,
        numbers: Vec<usize>,
        repeated: bool,
    },
    Conflict(Option<Revision>),
    Refused(&'static str),
    Events {
        events: Vec<Seen>,
        span: Option<Span>,
        found: Option<Revision>,
    },
    Deleted(u64),
    Snapshot(Option<Kept>),
    Head(Option<usize>),
    /// The events by their ids, and the number of the one that the checkpoint is at.
    Batch(Option<(Vec<u64>, Option<usize>)>),
    CheckpointAhead,
}

/// Every kind of answer to an operation that has one.
pub(crate) const KINDS: [&str; 12] = [
    "appended",
    "repeated",
    "conflicts",
    "ids twice",
    "other content",
    "partly stored",
    "reads",
    "deletes",
    "snapshots",
    "heads",
    "batches",
    "checkpoints ahead",
];

impl Answer {
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Nothing => "done",
            Self::Appended {
                repeated: false, ..
            } => "appended",
            Self::Appended { repeated: true, .. } => "repeated",
            Self::Conflict(_) => "conflicts",
            Self::Refused(why) => why,
            Self::Events { .. } => "reads",
            Self::Deleted(_) => "deletes",
            Self::Snapshot(_) => "snapshots",
            Self::Head(_) => "heads",
            Self::Batch(_) => "batches",
            Self::CheckpointAhead => "checkpoints ahead",
        }
    }
}

/// What may be asked of a store in this state.
pub(crate) fn any(model: &Model) -> BoxedStrategy<Operation> {
    let events = model.log.len();
    let stream = 0..STREAMS.len();
    prop_oneof![
        10 => append(model),
        6 => request(events).prop_map(Operation::Read),
        2 => (stream.clone(), expected(model)).prop_map(|(stream, expected)| Operation::Delete(stream, expected)),
        3 => snapshot(model),
        3 => stream.prop_map(Operation::LoadSnapshot),
        1 => Just(Operation::Head),
        1 => Just(Operation::Reopen),
        4 => (1..6_usize).prop_map(Operation::Step),
        1 => Just(Operation::StepAhead),
    ]
    .boxed()
}

/// Fresh ids, those of a batch that is there, others next to it, and sometimes other content.
fn append(model: &Model) -> BoxedStrategy<Operation> {
    let fresh = model.fresh;
    let known = model.fresh.saturating_sub(8)..model.fresh.max(1);
    let first = prop_oneof![2 => Just(fresh), 2 => known];
    let content = prop_oneof![9 => Just(0_u64), 1 => Just(1)];
    let wishes = (
        first,
        prop::collection::vec((content, any_of_ten(), any_of_ten()), 1..5),
    );
    (0..STREAMS.len(), expected(model), wishes)
        .prop_map(|(stream, expected, (first, wishes))| {
            let wish = |(id, (content, renamed, out_of_order)): (u64, (u64, bool, bool))| Wish {
                id: if out_of_order {
                    id.saturating_sub(2)
                } else {
                    id
                },
                content,
                // By the id, so that a repetition is mostly equal.
                name: if stream < 2 {
                    0
                } else {
                    1 + usize::from(renamed ^ (id % 2 == 0))
                },
            };
            Operation::Append(stream, expected, (first..).zip(wishes).map(wish).collect())
        })
        .boxed()
}

fn any_of_ten() -> impl Strategy<Value = bool> {
    (0..10_u8).prop_map(|one| one == 0)
}

/// Mostly what may be true of one of the streams.
fn expected(model: &Model) -> BoxedStrategy<Expected> {
    let revisions: Vec<_> = model.streams.iter().filter_map(Stream::last).collect();
    let mut some = vec![
        Expected::NoStream,
        Expected::Exists,
        Expected::Revision(Revision::new(3)),
    ];
    some.extend(revisions.into_iter().map(Expected::Revision));
    prop_oneof![2 => Just(Expected::Any), 3 => select(some)].boxed()
}

fn request(events: usize) -> impl Strategy<Value = Request> {
    let after = prop::option::of(0..events + 3);
    let direction = select(vec![Direction::Forward, Direction::Backward]);
    let categories = subsequence(vec!["counter", "other", "count"], 0..3);
    let names = subsequence(NAMES.to_vec(), 0..3);
    let stream = prop::option::of(0..STREAMS.len());
    let find = prop::option::of(0..events as u64 + 1);
    (
        stream,
        after,
        direction,
        categories,
        names,
        1..6_usize,
        find,
    )
        .prop_map(
            |(stream, after, direction, categories, names, limit, find)| Request {
                stream,
                after,
                direction,
                categories,
                names,
                limit,
                find: stream.and(find),
            },
        )
}

fn snapshot(model: &Model) -> BoxedStrategy<Operation> {
    let streams = model.streams.clone();
    (
        0..STREAMS.len(),
        0..4_u64,
        0..2_u64,
        0..3_usize,
        proptest::num::u8::ANY,
    )
        .prop_map(move |(stream, back, first, shape, state)| {
            let live = &streams[stream];
            let last = live.last().map_or(0, Revision::get);
            Operation::SaveSnapshot(
                stream,
                Kept {
                    first: live.first.saturating_sub(first),
                    revision: (last + 1).saturating_sub(back),
                    // Two of one age, and one of newer code.
                    shape: [0, 1, 1 << 48][shape],
                    state,
                },
            )
        })
        .boxed()
}
