//! What keeps stored events readable: the steps from version to version, the names that a set of events is read under,
//! and what became of those that no longer happen.

mod filter;
mod known;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::aggregate::{Aggregate, EventSet, IntoEvents};
use crate::delivery::Stuck;
use crate::error::BoxError;
use crate::event::EventInfo;
use crate::store::{Page, StoredEvent};

pub use known::KnownEvents;

/// One step of an event's evolution: the shape of version n becomes the shape of version n + 1.
///
/// Write `From`, or `TryFrom` where a step can fail; this trait then comes by itself:
///
/// ```
/// use factum::Upcast;
///
/// struct V1 { cents: String }
/// struct V2 { cents: u64 }
///
/// impl TryFrom<V1> for V2 {
///     type Error = std::num::ParseIntError;
///     fn try_from(old: V1) -> Result<Self, Self::Error> {
///         Ok(Self { cents: old.cents.parse()? })
///     }
/// }
///
/// assert_eq!(Upcast::<V2>::upcast(V1 { cents: "250".into() })?.cents, 250);
/// assert!(Upcast::<V2>::upcast(V1 { cents: "?".into() }).is_err());
/// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "missing upcast step: `{Self}` cannot become `{To}`",
    label = "stored events of this version could not be read any more",
    note = "if the step can fail, write `TryFrom` with an `Error` that is a `std::error::Error` or a `String`; if not, write `impl From<{Self}> for {To} {{ fn from(old: {Self}) -> Self {{ todo!() }} }}`"
)]
pub trait Upcast<To>: Sized {
    /// Takes the step.
    fn upcast(self) -> Result<To, BoxError>;
}

#[diagnostic::do_not_recommend]
impl<From, To> Upcast<To> for From
where
    To: TryFrom<From>,
    To::Error: Into<BoxError>,
{
    #[inline]
    fn upcast(self) -> Result<To, BoxError> {
        To::try_from(self).map_err(Into::into)
    }
}

/// What an event that is stored, and no longer happens, is read as: any number of events that do.
///
/// ```
/// use factum::{Aggregate, Apply, Event, IntoEvents, Retired};
/// use serde::{Deserialize, Serialize};
/// # #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
/// # #[event(name = "account.opened")]
/// # pub struct Opened { pub owner: String }
/// # #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
/// # #[event(name = "account.deposited")]
/// # pub struct Deposited { pub cents: u64 }
///
/// #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
/// #[event(name = "account.opened-with-deposit")]
/// pub struct OpenedWithDeposit { pub owner: String, pub cents: u64 }
///
/// #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
/// #[aggregate(name = "account", id = String, events(Opened, Deposited), retired(OpenedWithDeposit))]
/// pub struct Account { cents: u64 }
///
/// impl Retired<AccountEvent> for OpenedWithDeposit {
///     fn replace(self) -> impl IntoEvents<AccountEvent> {
///         (Opened { owner: self.owner }, Deposited { cents: self.cents })
///     }
/// }
/// # impl Apply<Opened> for Account { fn apply(&mut self, _: &Opened) {} }
/// # impl Apply<Deposited> for Account { fn apply(&mut self, event: &Deposited) { self.cents += event.cents } }
///
/// Account::given_stored([("account.opened-with-deposit", 1, r#"{"owner":"ada","cents":5}"#)])
///     .when(|_| Ok::<_, String>(()))
///     .then_state_is(Account { cents: 5 });
/// ```
///
/// - What it is read as shares its revision, its position, its id and its metadata, and is told apart by
///   [`Recorded::index`](crate::Recorded::index), which counts from 0.
/// - It keeps its versions, its aliases and the steps up from each, like any event.
/// - It cannot be recorded any more.
#[diagnostic::on_unimplemented(
    message = "the retired event `{Self}` does not say which `{E}`s replace it",
    label = "no `impl Retired<{E}> for {Self}`",
    note = "write `impl factum::Retired<{E}> for {Self} {{ fn replace(self) -> impl factum::IntoEvents<{E}> {{ todo!() as Vec<{E}> }} }}`"
)]
pub trait Retired<E> {
    /// The events that it is read as, in order; `()` for none.
    fn replace(self) -> impl IntoEvents<E>;
}

/// What a subscription does with an event that this build does not know: another name, or another version.
///
/// ```
/// use factum::{Memory, OnUnknown, Subscription};
/// # use factum::{Aggregate, Apply, Event, Expected, Store, store::{Append, NewEvent}, EventId, Uuid};
/// # use serde::{Deserialize, Serialize};
/// # #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
/// # #[event(name = "account.deposited")]
/// # pub struct Deposited { pub cents: u64 }
/// # #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
/// # #[aggregate(name = "account", id = String, events(Deposited))]
/// # pub struct Account;
/// # impl Apply<Deposited> for Account { fn apply(&mut self, _: &Deposited) {} }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let store = Memory::new();
/// # let row = |id, name, json| NewEvent::json(EventId::new(Uuid::from_u128(id)), name, json);
/// # let rows = vec![row(1, "account.deposited", "{\"cents\":5}"), row(2, "account.audited", "{}")];
/// # store.append(Append::new("account-ada".parse()?, Expected::NoStream, rows)?).await?;
/// let mut events = Subscription::aggregate::<Account>(store).on_unknown(OnUnknown::Skip);
/// let batch = events.catch_up().await?.ok_or("nothing is there")?;
/// assert_eq!((batch.iter().count(), batch.len(), batch.skipped()), (1, 2, 1));
/// # Ok(()) }
/// ```
///
/// - An event that is known and cannot be read is an error under each of them.
/// - A repository always fails: it decides on what it has read.
/// - What a filter of names holds back is not met at all; a filter of categories, or none, lets it through: see
///   [`Subscription::filtered`](crate::Subscription::filtered).
/// - [`Batch::skipped`](crate::Batch::skipped) is the count of one batch. Its sum, kept with the checkpoint in one
///   transaction, is exact across restarts. The count of a stream starts at 0 behind the stream's checkpoint, and is by
///   at most a batch ahead of what was handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum OnUnknown {
    /// It is an error, since the event may matter.
    #[default]
    Fail,
    /// It is left out, and counted by [`Batch::skipped`](crate::Batch::skipped), or by
    /// [`Subscription::left_out`](crate::Subscription::left_out).
    Skip,
}

/// What to do with events that are not known, and how many a stream has left out.
#[derive(Debug, Clone, Default)]
pub(crate) struct Unknown {
    pub(crate) policy: OnUnknown,
    left_out: Arc<AtomicU64>,
}

impl Unknown {
    pub(crate) fn counter(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.left_out)
    }

    pub(crate) fn count(&self, skipped: usize) {
        self.left_out.fetch_add(skipped as u64, Ordering::Relaxed);
    }

    /// How many of a page are left out, up to where reading got stuck.
    pub(crate) fn skipped<E: EventSet>(&self, page: &Page, stuck: &Stuck) -> usize {
        let behind = stuck.behind.get();
        let unknown = |event: &StoredEvent<'_>| {
            behind.is_none_or(|behind| Some(event.position) <= *behind)
                && !knows::<E>(event.name, event.version)
        };
        match self.policy {
            OnUnknown::Fail => 0,
            OnUnknown::Skip => page.iter().filter(unknown).count(),
        }
    }
}

/// Whether this build reads, or ignores, what is stored under this name and version.
pub(crate) fn knows<E: EventSet>(name: &str, version: u16) -> bool {
    match E::READS.iter().find(|info| info.is_named(name)) {
        Some(info) => (info.oldest..=info.version).contains(&version),
        None => E::IGNORES.contains(&name),
    }
}

/// The place of a stored name among those that a set reads.
#[inline]
pub fn lookup(reads: &'static [EventInfo], name: &str) -> Option<usize> {
    reads.iter().position(|info| info.is_named(name))
}

/// Stops the build where two events of one set claim the same stored name, or one claims a name that is ignored.
pub const fn assert_unique_names(reads: &[EventInfo], mut ignored: &[&str]) {
    while let [name, others @ ..] = ignored {
        if let Some(event) = claimant(reads, name) {
            claimed_twice(name, event.rust, "ignored(..)");
        }
        ignored = others;
    }
    // A constant takes long over each byte: names are compared only where they fall into one place.
    let mut taken = [false; 4096];
    let (mut i, mut left) = (0, reads);
    while let [event, rest @ ..] = left {
        let (mut name, mut aliases) = (event.name, event.aliases);
        loop {
            let place = (fold(0, name.as_bytes()) % 4096) as usize;
            let earlier = reads.split_at(if taken[place] { i } else { 0 }).0;
            if let Some(other) = claimant(earlier, name) {
                claimed_twice(name, other.rust, event.rust);
            }
            taken[place] = true;
            let [next, more @ ..] = aliases else { break };
            (name, aliases) = (next, more);
        }
        (i, left) = (i + 1, rest);
    }
}

const fn claimant<'a>(mut events: &'a [EventInfo], name: &str) -> Option<&'a EventInfo> {
    while let [event, others @ ..] = events {
        let (mut is_one, mut aliases) = (same(event.name, name), event.aliases);
        while let [alias, more @ ..] = aliases {
            is_one |= same(alias, name);
            aliases = more;
        }
        if is_one {
            return Some(event);
        }
        events = others;
    }
    None
}

const fn same(a: &str, b: &str) -> bool {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    while let ([x, a_rest @ ..], [y, b_rest @ ..]) = (a, b) {
        if *x != *y {
            return false;
        }
        (a, b) = (a_rest, b_rest);
    }
    a.len() == b.len()
}

/// Puts the message together byte by byte, since nothing can be formatted at compile time.
#[expect(
    clippy::panic,
    reason = "in a constant: this is a compile error, not a panic"
)]
const fn claimed_twice(name: &str, one: &str, other: &str) -> ! {
    let parts = [
        "the stored name `",
        name,
        "` is claimed by both `",
        one,
        "` and `",
        other,
        "`",
    ];
    let (mut message, mut len, mut parts) = ([0; 512], 0, parts.as_slice());
    while let [part, rest @ ..] = parts {
        let mut part = part.as_bytes();
        while let ([byte, more @ ..], true) = (part, len < message.len()) {
            message[len] = *byte;
            (len, part) = (len + 1, more);
        }
        parts = rest;
    }
    match core::str::from_utf8(message.split_at(len).0) {
        Ok(message) => panic!("{}", message),
        Err(_) => panic!("two events claim one stored name"),
    }
}

/// An aggregate that says which logic its states are folded by, so that they may be kept as snapshots.
///
/// ```
/// use factum::{Aggregate, Apply, Event, Memory, Repository};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
/// #[event(name = "tally.counted")]
/// struct Counted;
///
/// #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
/// #[aggregate(name = "tally", id = String, events(Counted), snapshot(logic = 1))]
/// struct Tally { count: u64 }
///
/// impl Apply<Counted> for Tally {
///     fn apply(&mut self, _: &Counted) { self.count += 1; }
/// }
///
/// let tallies = Repository::<Tally, _>::new(Memory::new()).snapshot_every(100);
/// # let _: TallyEvent = Counted.into();
/// ```
///
/// - Count `logic` up when `apply` computes something else.
/// - With `tests` in the attribute, the generated test notices where builds from before would take this one's snapshots for
///   older ones, and says which logic to write. See [snapshots](crate::_guide::releases#snapshots).
#[diagnostic::on_unimplemented(
    message = "`{Self}` takes snapshots and does not say which logic they are folded by",
    label = "no `snapshot(logic = ..)` on `{Self}`",
    note = "write `snapshot(logic = 1)` in `#[aggregate(..)]` of `{Self}`, and count it up when `apply` computes something else"
)]
pub trait Snapshot: Aggregate {}

/// Where a shape's count of what only grows begins.
const AGE: u32 = 48;

/// What a name counts that is read as another one: as much as its event did at version 63, whose type may be gone now. An event
/// that is retired counts as much more; a name that is ignored, twice that, since its event may have been retired before.
const FORMER: u64 = 64;

/// Folds all that is known of stored events into the hash of a state's declaration, in whatever order they are listed; FNV-1a,
/// 64 bits. The highest 16 are then a count of what only grows: events, their versions, former names, those that are retired,
/// names that are ignored, and the logic. The last events that are read are the `retired` ones.
pub const fn shape(
    declared: u64,
    logic: u64,
    mut reads: &[EventInfo],
    retired: usize,
    mut ignored: &[&str],
) -> u64 {
    let (mut all, mut age) = (0_u64, logic.saturating_add(count_ignored(ignored.len())));
    while let [event, rest @ ..] = reads {
        let is_retired = rest.len() < retired;
        let mut hash = fold(is_retired as u64, event.name.as_bytes());
        hash = fold(hash, &event.version.to_be_bytes());
        let mut aliases = event.aliases;
        while let [alias, rest @ ..] = aliases {
            all = all.wrapping_add(fold(hash, alias.as_bytes()));
            aliases = rest;
        }
        all = all.wrapping_add(hash);
        age = age.saturating_add(count(event.version, event.aliases.len(), is_retired));
        reads = rest;
    }
    while let [name, rest @ ..] = ignored {
        all = all.wrapping_add(fold(2, name.as_bytes()));
        ignored = rest;
    }
    let hash = fold(declared, &all.to_be_bytes());
    let most = u64::MAX >> AGE;
    let age = if age < most { age } else { most };
    (age << AGE) | (hash & (u64::MAX >> (u64::BITS - AGE)))
}

/// What one event counts, with so many versions and former names.
pub(crate) const fn count(version: u16, former: usize, is_retired: bool) -> u64 {
    1 + version as u64 + FORMER * (former as u64 + is_retired as u64)
}

/// What names count that are ignored.
pub(crate) const fn count_ignored(names: usize) -> u64 {
    2 * FORMER * names as u64
}

/// Whether code of the first shape is known to be newer than code of the other one.
pub(crate) const fn is_newer(shape: u64, other: u64) -> bool {
    shape >> AGE > other >> AGE
}

pub(crate) const fn fold(mut hash: u64, mut bytes: &[u8]) -> u64 {
    while let [byte, rest @ ..] = bytes {
        hash = (hash ^ *byte as u64).wrapping_mul(0x0100_0000_01b3);
        bytes = rest;
    }
    hash
}

#[cfg(test)]
mod tests;
