//! The events of an aggregate: those that happen, and those that only did.

use serde::{Deserialize, Serialize};

use super::super::{Member, schema};
use super::builds::Never;
use super::{Kept, Package};
use crate::testing::contract::{EventContract, Home};
use crate::{Aggregate, Apply, Event, IntoEvents, Retired};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "guest.arrived", version = 2, sample = Arrived { name: "Ada".into(), beds: 2 })]
#[event(upcast(1 = String), stored(1 = "\"Zoë\""))]
struct Arrived {
    #[serde(alias = "a_name")]
    name: String,
    beds: u8,
}

impl From<String> for Arrived {
    fn from(name: String) -> Self {
        Self { name, beds: 1 }
    }
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "guest.paid")]
struct Paid {
    #[serde(alias = "a_sum")]
    cents: u64,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "guest.paid-on-arrival")]
struct PaidOnArrival {
    name: String,
    cents: u64,
}

impl Retired<GuestEvent> for PaidOnArrival {
    fn replace(self) -> impl IntoEvents<GuestEvent> {
        let arrived = Arrived {
            name: self.name,
            beds: 1,
        };
        (arrived, Paid { cents: self.cents })
    }
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "guest.moved", sample = Moved { room: 7 })]
struct Moved {
    room: u8,
}

impl Retired<GuestEvent> for Moved {
    fn replace(self) -> impl IntoEvents<GuestEvent> {}
}

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "guest", id = String, events(Arrived, Paid), retired(PaidOnArrival, Moved))]
struct Guest;

impl Apply<Arrived> for Guest {
    fn apply(&mut self, _: &Arrived) {}
}

impl Apply<Paid> for Guest {
    fn apply(&mut self, _: &Paid) {}
}

const EVENTS: [EventContract<GuestEvent>; 4] = [
    EventContract::of::<Arrived>(),
    EventContract::of::<Paid>(),
    EventContract::retired::<PaidOnArrival>(),
    EventContract::retired::<Moved>(),
];

#[test]
fn each_version_has_a_sample_with_what_it_is_read_as() {
    let members = EVENTS.each_ref().map(Member::<Guest>);
    let events = members.each_ref().map(|event| event as &dyn Kept);
    let package = Package::new();
    let report = package.holds(&events, &[], None).unwrap();
    assert_eq!(report.broken, Vec::<String>::new());
    let mut texts = report.writes.into_iter().map(|(_, text)| text);
    let _shapes = texts.next_back();
    let line = |text: String| {
        serde_json::from_str::<serde_json::Value>(&text)
            .unwrap()
            .to_string()
    };
    let lines: Vec<String> = texts.map(line).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    {"event":"guest.arrived","payload":"Zoë","reads_as":[[{"event":"guest.arrived","payload":{"beds":1,"name":"Zoë"},"version":2}]],"version":1}
    {"event":"guest.arrived","payload":{"beds":2,"name":"Ada"},"version":2}
    {"event":"guest.paid","payload":{"cents":1},"version":1}
    {"event":"guest.paid-on-arrival","payload":{"cents":2,"name":"name"},"reads_as":[[{"event":"guest.arrived","payload":{"beds":1,"name":"name"},"version":2},{"event":"guest.paid","payload":{"cents":2},"version":1}]],"version":1}
    {"event":"guest.moved","payload":{"room":7},"reads_as":[[]],"version":1}
    "#);
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "ghost.seen")]
struct Seen {
    by: Never,
}

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "ghost", id = String, events(Seen))]
struct Ghost;

impl Apply<Seen> for Ghost {
    fn apply(&mut self, _: &Seen) {}
}

#[test]
fn what_is_found_is_said() {
    let home = Home::new(Some(env!("CARGO_MANIFEST_DIR")), None, None);
    let said = schema::<Ghost>(home, &[EventContract::of::<Seen>()], None).unwrap_err();
    assert!(said.starts_with("cannot invent `ghost.seen`"), "{said}");
    let events = [crate::testing::contract::SoleEvent::of::<Seen>()];
    let sole = crate::testing::contract::sole_events(home, "ghost", &events, &[]);
    assert_eq!(sole.unwrap_err(), said);
}
