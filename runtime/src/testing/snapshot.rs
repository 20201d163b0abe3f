//! Events as text that a reviewer can read, for the user's own insta.

mod numbered;
mod tree;
mod yaml;

use std::fmt::{Debug, Write};

use super::scenario::Then;
use super::scenario::scene::fail;
use numbered::Numbered;
use tree::Tree;

use crate::aggregate::{Aggregate, EventSet};
use crate::recorded::Recorded;

/// What [`assert_events_snapshot!`](crate::assert_events_snapshot) takes: the outcome of a scenario, or
/// events, recorded or not.
///
/// ```
/// use factum::testing::EventsSnapshot;
/// # use factum::{Aggregate, Apply, Event, Uuid};
/// # use serde::{Deserialize, Serialize};
/// # #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
/// # #[event(name = "account.opened")]
/// # pub struct Opened { pub number: Uuid, pub owner: String }
/// # #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
/// # #[aggregate(name = "account", id = String, events(Opened))]
/// # pub struct Account;
/// # impl Apply<Opened> for Account { fn apply(&mut self, _: &Opened) {} }
///
/// let then = Account::given_nothing()
///     .when_with(|_, context| Ok::<_, String>(Opened { number: context.fresh_id(), owner: "Ada".into() }));
/// assert_eq!(then.events_snapshot(), "\
/// - account.opened v1:
///     number: [uuid#1]
///     owner: Ada
/// ");
/// ```
pub trait EventsSnapshot {
    /// The events as text, one field a line.
    fn events_snapshot(&self) -> String;
}

impl<A: Aggregate, R: Debug> EventsSnapshot for Then<'_, A, R> {
    #[track_caller]
    fn events_snapshot(&self) -> String {
        match &self.last {
            Err(rejection) if self.recorded.is_empty() => format!("rejected: {rejection:?}\n"),
            _ => self.recorded.events_snapshot(),
        }
    }
}

impl<E: EventSet> EventsSnapshot for [E] {
    #[track_caller]
    fn events_snapshot(&self) -> String {
        written(self)
    }
}

impl<E: EventSet> EventsSnapshot for [Recorded<E>] {
    #[track_caller]
    fn events_snapshot(&self) -> String {
        written(self.iter().map(|recorded| &recorded.event))
    }
}

impl<E> EventsSnapshot for Vec<E>
where
    [E]: EventsSnapshot,
{
    #[track_caller]
    fn events_snapshot(&self) -> String {
        self.as_slice().events_snapshot()
    }
}

impl<E, const N: usize> EventsSnapshot for [E; N]
where
    [E]: EventsSnapshot,
{
    #[track_caller]
    fn events_snapshot(&self) -> String {
        self.as_slice().events_snapshot()
    }
}

impl<T: EventsSnapshot + ?Sized> EventsSnapshot for &T {
    #[track_caller]
    fn events_snapshot(&self) -> String {
        (**self).events_snapshot()
    }
}

#[track_caller]
fn written<'a, E: EventSet>(events: impl IntoIterator<Item = &'a E>) -> String {
    let mut numbered = Numbered::default();
    let mut out = String::new();
    for event in events {
        let info = event.info();
        let mut tree = match Tree::of(event) {
            Ok(tree) => tree,
            Err(error) => fail(&format!(
                "`{}` cannot be written as text: {error}",
                info.name
            )),
        };
        numbered.redact(&mut tree);
        let _ = write!(out, "- {} v{}:", info.name, info.version);
        yaml::value(&tree, 4, &mut out);
    }
    if out.is_empty() {
        "[]\n".to_owned()
    } else {
        out
    }
}

/// Asserts that events are those of a snapshot that was reviewed, with your own
/// [insta](https://docs.rs/insta).
///
/// It calls the insta of your crate, whichever version that is; no feature of factum is needed:
///
/// ```toml
/// [dev-dependencies]
/// insta = "1"
/// ```
///
/// ```
/// use factum::assert_events_snapshot;
/// # use factum::{Aggregate, Apply, Event};
/// # use serde::{Deserialize, Serialize};
/// # #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
/// # #[event(name = "account.deposited")]
/// # pub struct Deposited { pub cents: u64 }
/// # #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
/// # #[aggregate(name = "account", id = String, events(Deposited))]
/// # pub struct Account;
/// # impl Apply<Deposited> for Account { fn apply(&mut self, _: &Deposited) {} }
///
/// let then = Account::given_nothing().when(|_| Ok::<_, String>(Deposited { cents: 5 }));
/// assert_events_snapshot!(then, @r"
/// - account.deposited v1:
///     cents: 5
/// ");
/// ```
///
/// - `assert_events_snapshot!(then)` keeps the snapshot in a file named after the test, and
///   `assert_events_snapshot!("first deposit", then)` in one of that name.
/// - A snapshot that is new or that changed on purpose is taken over with `cargo insta review` (of the package
///   `cargo-insta`), and one in a file also with `INSTA_UPDATE=always cargo test`.
/// - Each event stands under its stored name and version, with its fields as serde sees them, in the order
///   of their declaration. Maps are in the order of their keys.
/// - UUIDs, ULIDs and times in RFC 3339 are numbered by identity (`[uuid#1]`, `[time#1]`): they may differ
///   from run to run, and "the same id" stays visible.
/// - It takes a [`Then`](crate::testing::Then), events, or [`Recorded`](crate::Recorded) events. A
///   rejection is a snapshot too.
#[macro_export]
macro_rules! assert_events_snapshot {
    ($events:expr $(,)?) => {
        match $crate::testing::EventsSnapshot::events_snapshot(&$events) {
            events => ::insta::assert_snapshot!(events),
        }
    };
    ($events:expr, @$snapshot:literal $(,)?) => {
        match $crate::testing::EventsSnapshot::events_snapshot(&$events) {
            events => ::insta::assert_snapshot!(events, @$snapshot),
        }
    };
    ($name:expr, $events:expr $(,)?) => {
        match $crate::testing::EventsSnapshot::events_snapshot(&$events) {
            events => ::insta::assert_snapshot!($name, events),
        }
    };
}
