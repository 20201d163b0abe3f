//! Types that hold themselves come to an end, and one that cannot is named; commands of one history name one
//! aggregate; where commands are listed, states come of them alone.

use factum::{Aggregate, Apply, Command, Context, Event, Handle, IntoEvents};
use serde::{Deserialize, Serialize};

use crate::{failure, says};

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(tag = "is")]
enum Rule {
    Not { rule: Box<Rule> },
    Flag { on: bool },
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "rules.set")]
struct Set(Rule);

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "rules", id = String, events(Set), tests)]
struct Rules(Option<Rule>);

impl Apply<Set> for Rules {
    fn apply(&mut self, event: &Set) {
        self.0 = Some(event.0.clone());
    }
}

/// A forgotten `Option`.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
struct Chain {
    link: u8,
    next: Box<Chain>,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "chain.forged")]
struct Forged {
    chain: Chain,
}

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "chain", id = String, events(Forged))]
struct Smith;

impl Apply<Forged> for Smith {
    fn apply(&mut self, _: &Forged) {}
}

#[test]
fn a_type_without_an_end_is_named() {
    use factum::__private::contract::{event, passes};

    let said = failure(|| passes(event::<Smith, Forged>));
    says(
        &said,
        &[
            "cannot invent `chain.forged`: its field `chain.next.",
            "takes none: the type holds itself and never ends",
        ],
    );
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "gauge.opened")]
struct Opened {
    gauge: String,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "gauge.read")]
struct Read {
    value: f64,
    of: f64,
}

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(
    name = "gauge",
    id = String,
    events(Opened, Read),
    tests,
    commands(Open, Measure)
)]
struct Gauge {
    id: Option<String>,
    share: f64,
}

impl Apply<Opened> for Gauge {
    fn apply(&mut self, event: &Opened) {
        self.id = Some(event.gauge.clone());
    }
}

// By zero, which no command lets in.
impl Apply<Read> for Gauge {
    fn apply(&mut self, event: &Read) {
        self.share = event.value / event.of;
    }
}

#[derive(Command, Serialize, Deserialize, Debug)]
#[command(aggregate = Gauge, id = gauge)]
struct Open {
    gauge: String,
}

impl Handle<Open> for Gauge {
    type Error = ();

    fn handle(&self, open: &Open, _: &Context) -> Result<impl IntoEvents<GaugeEvent>, ()> {
        let gauge = open.gauge.clone();
        self.id.is_none().then_some(Opened { gauge }).ok_or(())
    }
}

#[derive(Command, Serialize, Deserialize, Debug)]
#[command(aggregate = Gauge, id = gauge)]
struct Measure {
    gauge: String,
    value: f64,
    of: f64,
}

impl Handle<Measure> for Gauge {
    type Error = ();

    fn handle(&self, asked: &Measure, _: &Context) -> Result<impl IntoEvents<GaugeEvent>, ()> {
        let (value, of) = (asked.value, asked.of);
        let ours = self.id.as_ref() == Some(&asked.gauge);
        let sound = (value / of).is_finite();
        (ours && sound).then_some(Read { value, of }).ok_or(())
    }
}

/// The same, with a bug behind its own id.
#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "broken", id = String, events(Opened, Read))]
struct Broken(Option<String>);

impl Apply<Opened> for Broken {
    fn apply(&mut self, event: &Opened) {
        self.0 = Some(event.gauge.clone());
    }
}

impl Apply<Read> for Broken {
    fn apply(&mut self, _: &Read) {
        assert_eq!(self.0, None, "never after it was opened");
    }
}

#[derive(Command, Serialize, Deserialize, Debug)]
#[command(aggregate = Broken, id = gauge)]
struct Ask {
    gauge: String,
}

impl Handle<Ask> for Broken {
    type Error = ();

    fn handle(&self, ask: &Ask, _: &Context) -> Result<impl IntoEvents<BrokenEvent>, ()> {
        let gauge = ask.gauge.clone();
        match &self.0 {
            None => Ok(BrokenEvent::Opened(Opened { gauge })),
            Some(ours) if *ours == gauge => Ok(Read { value: 1., of: 1. }.into()),
            Some(_) => Err(()),
        }
    }
}

#[test]
fn commands_of_a_history_name_one_aggregate() {
    use factum::__private::contract::{CommandContract, EventContract, histories};

    let events = [EventContract::of::<Opened>(), EventContract::of::<Read>()];
    let said = failure(|| histories::<Broken>(&events, &[CommandContract::of::<Ask>("Ask")]));
    says(
        &said,
        &[
            "`Broken` panics when it applies `gauge.read`, which `Ask` recorded",
            "never after",
        ],
    );
}
