//! Time passes in histories: a command that comes late finds an offer that has expired.

use factum::{Aggregate, Apply, Command, Context, Event, Handle, IntoEvents, Timestamp};
use serde::{Deserialize, Serialize};

use crate::planted::fails;
use crate::says;

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "offer.made")]
struct Made {
    at: Timestamp,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "offer.taken")]
struct Taken {
    days_left: u8,
}

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "offer", id = String, events(Made, Taken))]
struct Offer {
    at: Option<Timestamp>,
}

impl Apply<Made> for Offer {
    fn apply(&mut self, event: &Made) {
        self.at = Some(event.at);
    }
}

impl Apply<Taken> for Offer {
    fn apply(&mut self, _: &Taken) {}
}

#[derive(Command, Serialize, Deserialize, Clone, Debug)]
#[command(aggregate = Offer, id = offer)]
struct Make {
    offer: String,
}

impl Handle<Make> for Offer {
    type Error = &'static str;

    fn handle(
        &self,
        _: &Make,
        context: &Context,
    ) -> Result<impl IntoEvents<OfferEvent>, &'static str> {
        match self.at {
            Some(_) => Err("made"),
            None => Ok(Made { at: context.now() }),
        }
    }
}

#[derive(Command, Serialize, Deserialize, Clone, Debug)]
#[command(aggregate = Offer, id = offer)]
struct Take {
    offer: String,
}

impl Handle<Take> for Offer {
    type Error = &'static str;

    fn handle(
        &self,
        _: &Take,
        context: &Context,
    ) -> Result<impl IntoEvents<OfferEvent>, &'static str> {
        let at = self.at.ok_or("not made")?;
        let days = (context.now() - at).get_seconds() / 86_400;
        let days_left = 30 - u8::try_from(days).map_err(|_| "years ago")?;
        Ok(Taken { days_left })
    }
}

#[should_panic(expected = "attempt to subtract with overflow")]
#[test]
fn offer_counterexample() {
    let _ = Offer::given_stored([("offer.made", 1, r#"{"at":"2026-01-01T00:00:00Z"}"#)])
        .at("2026-02-01T00:00:00Z")
        .when_received::<Take>(r#"{"offer":"offer"}"#);
}

#[test]
fn a_command_that_comes_late_is_printed_with_its_time() {
    says(
        &fails!(histories Offer: Made, Taken; Make, Take),
        &[
            "`Offer` panics when it handles `Take`: attempt to subtract with overflow",
            "(\"offer.made\", 1, r#\"{\"at\":\"2026-01-01T00:00:00Z\"}\"#)",
            ".at(\"2026-02-01T00:00:00Z\")",
            ".when_received::<Take>(r#\"{\"offer\":\"offer\"}\"#);",
        ],
    );
}
