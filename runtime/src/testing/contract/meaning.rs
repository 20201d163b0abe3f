//! What a stored event is read as, and whether that is what it was.

mod growth;
mod sets;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::schema::{Kept, Shapes};
use crate::event::EventInfo;
use crate::schema::lock::Lock;
use crate::testing::difference::fields::{Difference, table};
use crate::testing::difference::paint::Paint;

use growth::{Growth, Shown};
pub(super) use sets::Readings;

/// One of the events that a stored one is read as, as this build would write it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Meaning {
    pub(super) event: String,
    pub(super) version: u16,
    pub(super) payload: Value,
}

/// How a meaning differs from the one before.
#[derive(Debug, PartialEq)]
pub(super) enum Change {
    None,
    /// It has fields that the event has not had before, or another name for one, or for a variant.
    Grown,
    /// It is told in other events or versions, since those from before no longer happen.
    Moved,
    Other,
}

impl Meaning {
    pub(super) fn is(&self, event: &str, version: u16, payload: &Value) -> bool {
        self.event == event && self.version == version && self.payload == *payload
    }
}

/// The event that is, or was, stored under a name.
pub(super) fn named<'a>(events: &[&'a dyn Kept], name: &str) -> Option<&'a dyn Kept> {
    let mut events = events.iter().copied();
    events.find(|event| event.info().is_named(name))
}

/// Compares what was read before with what is read now.
pub(super) fn change(
    before: &[Meaning],
    readings: &Readings,
    events: &[&dyn Kept],
    shapes: &[Shapes],
    lock: &Lock,
) -> Change {
    let (before, now) = (readings.settled(before), readings.settled(readings.now()));
    let name = |meaning: &Meaning| {
        let event = named(events, &meaning.event);
        event.map_or_else(
            || meaning.event.clone(),
            |event| event.info().name.to_owned(),
        )
    };
    let told = |meanings: &[Meaning]| -> Vec<(String, u16)> {
        let told = meanings
            .iter()
            .map(|meaning| (name(meaning), meaning.version));
        told.collect()
    };
    let happens = |(event, version): &(String, u16)| {
        let same = |info: &EventInfo| info.name == *event && info.version == *version;
        events
            .iter()
            .any(|event| event.happens() && same(event.info()))
    };
    let growth = |now: &Meaning, shown| {
        let event = events
            .iter()
            .position(|event| event.info().name == now.event);
        Growth {
            shape: event.and_then(|at| shapes.get(at)?.get(&now.version)),
            recorded: event.and_then(|at| lock.recorded(events[at].info(), now.version)),
            shown,
        }
    };
    let (was, is) = (told(&before), told(&now));
    if was != is {
        let is_moved = !was.iter().all(happens) && leads(&before, readings, events, lock);
        return if is_moved {
            Change::Moved
        } else {
            Change::Other
        };
    }
    let pairs = || before.iter().zip(&now);
    let grows = |shown| {
        let mut pairs = pairs();
        pairs.all(|(before, now)| growth(now, shown).is(&before.payload, &now.payload))
    };
    if pairs().all(|(before, now)| before.payload == now.payload) {
        Change::None
    } else if grows(Shown::AsBefore)
        // A step or a default that tells another variant by now leaves one that was told as it is, and one that fills what it
        // left empty leaves that empty; another name, and what was left out and is written by now, are read as the same.
        || grows(Shown::Otherwise) && leads(&before, readings, events, lock)
    {
        Change::Grown
    } else {
        Change::Other
    }
}

/// Whether what was read before comes to what is read now, if it goes on from there: the steps up to then are as they were.
fn leads(before: &[Meaning], readings: &Readings, events: &[&dyn Kept], lock: &Lock) -> bool {
    let mut today = Vec::new();
    for Meaning {
        event,
        version,
        payload,
    } in before
    {
        // One that is ignored by now comes to nothing.
        let Some(event_now) = named(events, event) else {
            continue;
        };
        match event_now.read(event, *version, payload.to_string().as_bytes()) {
            Ok(meanings) => today.extend(meanings),
            // It was never stored in that version, if nothing says so.
            Err(_) => return lock.recorded(event_now.info(), *version).is_none(),
        }
    }
    readings.settled(&today) == readings.settled(readings.now())
}

/// What differs, for a message.
pub(super) fn drift(before: &[Meaning], now: &[Meaning], paint: Paint) -> String {
    let mut found = Vec::new();
    let value = |meanings: &[Meaning]| {
        let told = meanings.iter().map(|meaning| {
            let Meaning {
                event,
                version,
                payload,
            } = meaning;
            (format!("{event} v{version}"), payload.clone())
        });
        told.collect::<Vec<_>>()
    };
    let (before, now) = (value(before), value(now));
    for place in 0..before.len().max(now.len()) {
        match (before.get(place), now.get(place)) {
            (Some((was, before)), Some((is, now))) if was == is => {
                let path = if place == 0 && now.is_object() {
                    String::new()
                } else {
                    was.clone()
                };
                compare(before, now, path, &mut found);
            }
            (before, now) => {
                let shown = |told: Option<&(String, Value)>| {
                    told.map(|(name, payload)| format!("{name} {payload}"))
                };
                found.push(Difference {
                    path: String::new(),
                    expected: shown(before),
                    actual: shown(now),
                });
            }
        }
    }
    table(&found, ["before", "now"], "  ", paint)
}

fn compare(before: &Value, now: &Value, path: String, found: &mut Vec<Difference>) {
    if before == now {
        return;
    }
    if let (Value::Object(a), Value::Object(b)) = (before, now) {
        let mut names: Vec<&String> = a.keys().chain(b.keys()).collect();
        names.sort();
        names.dedup();
        for name in names {
            let dot = if path.is_empty() { "" } else { "." };
            let path = format!("{path}{dot}{name}");
            match (a.get(name), b.get(name)) {
                (Some(before), Some(now)) => compare(before, now, path, found),
                (before, now) => found.push(Difference {
                    path,
                    expected: before.map(Value::to_string),
                    actual: now.map(Value::to_string),
                }),
            }
        }
        return;
    }
    found.push(Difference {
        path,
        expected: Some(before.to_string()),
        actual: Some(now.to_string()),
    });
}

#[cfg(test)]
mod tests;
