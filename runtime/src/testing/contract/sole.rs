//! Events that no aggregate lists, such as those that only cross a boundary.

use serde_json::Value;

use super::event::payload;
use super::home::Home;
use super::invent;
use super::meaning::Meaning;
use super::schema::{Kept, Set, parsed};
use crate::codec::{Codec, Json};
use crate::error::BoxError;
use crate::event::{Event, EventInfo};
use crate::probe::Probe;
use crate::schema::Tried;
use crate::testing::caught::caught;

/// Holds each build against golden samples and stored shapes of events that no aggregate lists.
///
/// ```
/// use factum::Event;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
/// #[event(name = "payment.received")]
/// pub struct Received { pub cents: u64 }
///
/// #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
/// #[event(name = "payment.refunded")]
/// pub struct Refunded { pub cents: u64 }
///
/// factum::verify_events!(payments: Received, Refunded; ignored("payment.noted"));
/// ```
///
/// - The word before the colon names the test, and the folder of the files: `events/payments`.
/// - The test is the one that `#[aggregate(.., tests)]` generates for the events of an aggregate: see the guide on
///   [evolution](crate::_guide::evolution).
/// - `ignored(..)` names events that were stored once, and that nobody reads any more.
/// - Two events with one stored name stop the build.
#[macro_export]
macro_rules! verify_events {
    ($name:ident: $($event:ty),+ $(,)? $(; ignored($($ignored:literal),+ $(,)?))?) => {
        const _: () = $crate::__private::assert_unique_names(
            &[$($crate::__private::info::<$event>()),+],
            &[$($($ignored),+)?],
        );

        #[cfg(test)]
        #[allow(deprecated)]
        #[$crate::__private::test]
        fn $name() {
            $crate::__private::contract::passes(|| {
                $crate::__private::contract::sole_events(
                    $crate::__home!(),
                    $crate::__private::stringify!($name),
                    &[$($crate::__private::contract::SoleEvent::of::<$event>()),+],
                    &[$($($ignored),+)?],
                )
            });
        }
    };
}

/// One event, without its type.
pub struct SoleEvent {
    info: &'static EventInfo,
    read: fn(u16, &[u8]) -> Result<Vec<u8>, BoxError>,
    probe: fn(&Probe, u16) -> Tried,
    sample: fn() -> Option<Vec<u8>>,
    stored: fn(u16) -> Option<&'static str>,
}

impl SoleEvent {
    /// The event of a type.
    pub const fn of<E: Event>() -> Self {
        Self {
            info: &E::INFO,
            read: |version, payload| {
                let mut written = Vec::new();
                let json = Json::default();
                json.encode(&E::decode(&json, version, payload)?, &mut written)?;
                Ok(written)
            },
            probe: |probe, version| {
                let event = E::decode(probe, version, &[])?;
                let is_current = version == E::INFO.version;
                Ok(is_current.then(|| payload(&event)).flatten())
            },
            sample: || payload(&E::sample()?),
            stored: E::stored_sample,
        }
    }
}

/// Checks that what was stored of some events is read as it was. What it says otherwise is what to do.
pub fn sole_events(
    home: Home,
    name: &str,
    events: &[SoleEvent],
    ignored: &[&str],
) -> Result<(), String> {
    let events: Vec<&dyn Kept> = events.iter().map(|event| event as &dyn Kept).collect();
    let set = Set {
        category: name,
        events: &events,
        ignored,
        snapshots: None,
    };
    set.verify(home, name)
}

impl Kept for SoleEvent {
    fn info(&self) -> &'static EventInfo {
        self.info
    }

    fn happens(&self) -> bool {
        true
    }

    fn read(&self, _: &str, version: u16, payload: &[u8]) -> Result<Vec<Meaning>, String> {
        let read = caught(|| (self.read)(version, payload))?;
        let written = read.map_err(|error| invent::once(&error.to_string()))?;
        Ok(vec![Meaning {
            event: self.info.name.to_owned(),
            version: self.info.version,
            payload: parsed(&written)?,
        }])
    }

    fn probe(&self, probe: &Probe, version: u16) -> Tried {
        (self.probe)(probe, version)
    }

    fn given(&self, version: u16) -> Option<Result<Value, String>> {
        if version < self.info.version {
            return Some(parsed((self.stored)(version)?.as_bytes()));
        }
        Some(parsed(&(self.sample)()?))
    }
}
