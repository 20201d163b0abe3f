//! What each event promises: it survives its codec, and every old version of it can still be read.

use serde_json::Value;

use super::invent::{self, Subject};
use crate::aggregate::{Aggregate, Decoded, EventSet, collected};
use crate::codec::{Codec, Json};
use crate::event::{Event, EventInfo};
use crate::evolve::Retired;
use crate::probe::chance::Chance;
use crate::probe::{Invented, Manner, Probe};
use crate::testing::caught::caught;
use crate::testing::difference::fields::{differences, line, table};
use crate::testing::difference::paint::Paint;
use crate::testing::row;
use crate::testing::scenario::checks::survives;
use crate::testing::scenario::scene::fail;
use crate::testing::scenario::wire::Wire;

/// How many samples are invented once each variant has come up.
const RANDOM: u64 = 24;

/// One event of a set, without its type: what is asked of an event is compiled for the set alone.
pub struct EventContract<S> {
    pub(super) info: &'static EventInfo,
    pub(super) sample: fn() -> Option<S>,
    pub(super) stored: fn(u16) -> Option<&'static str>,
    /// How its sample was written, of an event that no longer happens.
    pub(super) retired: Option<fn() -> Option<Vec<u8>>>,
}

impl<S: EventSet> EventContract<S> {
    /// The contract of one event.
    pub const fn of<E: Event + Into<S>>() -> Self {
        Self {
            info: &E::INFO,
            sample: || E::sample().map(Into::into),
            stored: E::stored_sample,
            retired: None,
        }
    }

    /// The contract of one that no longer happens.
    pub const fn retired<E: Event + Retired<S>>() -> Self {
        Self {
            info: &E::INFO,
            sample: || None,
            stored: E::stored_sample,
            retired: Some(|| payload(&E::sample()?)),
        }
    }
}

/// Checks one event of an aggregate: samples that are given or invented survive the codec, and so does what
/// each old version is read as. What it says otherwise names the event, and the version, field or step.
pub fn event<A: Aggregate, E: Event + Into<A::Event>>() -> Result<(), String> {
    kept::<A>(&EventContract::of::<E>())
}

/// Checks one event that is retired from an aggregate: what each version of it is read as survives the codec.
pub fn retired<A: Aggregate, E: Event + Retired<A::Event>>() -> Result<(), String> {
    if let Some(sample) = E::sample() {
        let events = Decoded::Many(collected(sample.replace()));
        all_sound::<A>(&events, "read of its sample")?;
    } else {
        invented::<A>(Subject::Retired(&E::INFO))?;
    }
    old_versions::<A>(&E::INFO, E::stored_sample)
}

/// An event as it is written, if it can be.
pub(super) fn payload<E: Event>(event: &E) -> Option<Vec<u8>> {
    let mut payload = Vec::new();
    let written = Json::default().encode(event, &mut payload);
    written.ok().map(|()| payload)
}

/// Makes the check of one event, whose type is behind it: it is compiled once for all.
///
/// # Panics
///
/// If the check finds something; the message is what it found.
#[track_caller]
pub fn passes(check: fn() -> Result<(), String>) {
    if let Err(problem) = check() {
        fail(&problem);
    }
}

fn kept<A: Aggregate>(contract: &EventContract<A::Event>) -> Result<(), String> {
    current::<A>(contract)?;
    old_versions::<A>(contract.info, contract.stored)
}

fn old_versions<A: Aggregate>(
    info: &EventInfo,
    stored: fn(u16) -> Option<&'static str>,
) -> Result<(), String> {
    let mut versions = info.oldest..info.version;
    versions.try_for_each(|version| match stored(version) {
        Some(payload) => given::<A>(info, version, payload),
        None => invented::<A>(Subject::Version(info, version)),
    })
}

fn current<A: Aggregate>(contract: &EventContract<A::Event>) -> Result<(), String> {
    let info = contract.info;
    if let Some(sample) = (contract.sample)() {
        return sound::<A>(&sample, "its sample");
    }
    each_sample::<A>(Subject::Event(info), |_, _, sample| {
        all_sound::<A>(&sample.value, &format!("invented as {}", sample.json))
    })
}

/// A payload of an old version, as its author remembers it.
fn given<A: Aggregate>(info: &EventInfo, version: u16, payload: &str) -> Result<(), String> {
    match row::read::<A::Event, _>(&Json::default(), info.name, version, payload.as_bytes()) {
        Ok(read) => all_sound::<A>(&read, &format!("version {version}, stored as {payload}")),
        Err(error) => Err(format!(
            "{}\n  {payload}\n\
             help: let `stored({version} = ..)` hold what was stored, or let the old shape and its steps read it",
            invent::once(&error.to_string())
        )),
    }
}

/// Payloads that the shape of an old version takes, and its steps.
fn invented<A: Aggregate>(subject: Subject<'_>) -> Result<(), String> {
    each_sample::<A>(subject, |info, version, sample| {
        let name = info.name;
        let Invented { value, json, .. } = sample;
        let lost = |found: &str| {
            Err(format!(
                "version {version} of `{name}` is not read as what was stored\n{found}  stored: {json}\n\
                 help: the old shape has to take every text and number that was ever stored; one that borrows \
                 a text needs a `Cow` with `#[serde(borrow)]`"
            ))
        };
        match row::read(&Json::default(), name, version, json.as_bytes()) {
            Ok(read) if read == *value => all_sound::<A>(
                &read,
                &format!("version {version} of `{name}`, stored as {json}"),
            ),
            Ok(read) => lost(&table(
                &differences(value, &read),
                ["stored", "read"],
                "  ",
                Paint::of_stderr(),
            )),
            Err(error) => lost(&format!("  {error}\n")),
        }
    })
}

/// Samples in which each variant comes up, and some random ones.
fn each_sample<A: Aggregate>(
    subject: Subject<'_>,
    mut check: impl FnMut(&EventInfo, u16, &Invented<Decoded<A::Event>>) -> Result<(), String>,
) -> Result<(), String> {
    let (info, version, is_old) = match subject {
        Subject::Event(info) => (info, info.version, false),
        Subject::Retired(info) => (info, info.version, true),
        Subject::Version(info, version) => (info, version, true),
        Subject::Command(_) => return Ok(()),
    };
    let probe = Probe::new();
    let mut round = 0;
    while round < probe.rounds() + RANDOM {
        let manner = match round.checked_sub(probe.rounds()) {
            None => Manner::Covering(round),
            // A step may reckon with what was stored, and that was not at the limits.
            Some(random) if is_old => Manner::Moderate(Chance::new(random)),
            Some(random) => Manner::Extreme(Chance::new(random), Vec::new()),
        };
        let sample = probe.invent(&[], &manner, |probe| {
            let read = || A::Event::decode(probe, info.name, version, &[]);
            caught(read)?.map_err(Into::into)
        });
        match sample {
            Ok(sample) => check(info, version, &sample)?,
            Err(failed) => return Err(failed.of(subject)),
        }
        round += 1;
    }
    match probe.left_out() {
        Some(failed) => Err(failed.of(subject)),
        None => Ok(()),
    }
}

fn all_sound<A: Aggregate>(read: &Decoded<A::Event>, place: &str) -> Result<(), String> {
    match read {
        Decoded::One(event) => sound::<A>(event, place),
        Decoded::Many(events) => events.iter().try_for_each(|event| sound::<A>(event, place)),
    }
}

/// The event survives the codec, and is then written as before.
fn sound<A: Aggregate>(event: &A::Event, place: &str) -> Result<(), String> {
    let wire: &dyn Wire<A> = &Json::default();
    survives(wire, event, place)?;
    let info = event.info();
    let write = |event: &A::Event| wire.write(event).unwrap_or_default();
    let first = write(event);
    let Ok(Decoded::One(read)) = wire.read(info.name, info.version, &first) else {
        return Ok(());
    };
    let second = write(&read);
    let unordered = |json: &[u8]| Some(unordered(serde_json::from_slice(json).ok()?));
    if first == second || unordered(&first) == unordered(&second) {
        return Ok(());
    }
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Err(format!(
        "`{}` is written in another way once it was read ({place})\n  {}\n  first:  {}\n  second: {}\n\
         help: let `Serialize` depend on nothing but the value",
        info.name,
        line(event),
        text(&first),
        text(&second),
    ))
}

/// The order of a set's items is no part of it, and equal sets may have others.
pub(super) fn unordered(mut value: Value) -> Value {
    sort(&mut value);
    value
}

fn sort(value: &mut Value) {
    match value {
        Value::Array(items) => {
            items.iter_mut().for_each(sort);
            items.sort_by_cached_key(ToString::to_string);
        }
        Value::Object(entries) => entries.values_mut().for_each(sort),
        _ => {}
    }
}
