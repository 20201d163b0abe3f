//! Events that were renamed, versions that share a shape or were never stored, and steps on JSON.

use factum::{Aggregate, Apply, Event, Repository, Store};
use serde::{Deserialize, Serialize};

use super::{append_rows, is_read};
use crate::domain::ada;
use crate::each::on_every_store;

on_every_store! {
    reads_a_renamed_event,
    reads_versions_that_share_a_shape,
    reads_an_event_of_which_old_versions_were_never_stored,
    refuses_a_version_that_was_never_stored,
    reads_a_step_on_the_json_itself,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(
    name = "customer.email-changed",
    alias("EmailChanged", "customer.mail-changed")
)]
pub(super) struct EmailChanged {
    address: String,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "customer.moved", version = 4, since = 2)]
#[event(upcast(2..=3 = MovedV2))]
pub(super) struct Moved {
    town: String,
}

#[derive(Deserialize)]
struct MovedV2 {
    city: String,
}

impl From<MovedV2> for Moved {
    fn from(MovedV2 { city: town }: MovedV2) -> Self {
        Self { town }
    }
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "customer.rated", version = 3)]
#[event(upcast(1 = serde_json::Value, 2 = RatedV2))]
pub(super) struct Rated {
    stars: u8,
}

#[derive(Deserialize)]
struct RatedV2 {
    stars: u64,
}

impl TryFrom<serde_json::Value> for RatedV2 {
    type Error = String;

    fn try_from(json: serde_json::Value) -> Result<Self, String> {
        let stars = json["stars"].as_str().ok_or("no stars")?;
        Ok(Self {
            stars: stars.len() as u64,
        })
    }
}

impl TryFrom<RatedV2> for Rated {
    type Error = std::num::TryFromIntError;

    fn try_from(old: RatedV2) -> Result<Self, Self::Error> {
        let stars = old.stars.try_into()?;
        Ok(Self { stars })
    }
}

/// Its first two versions were given up before anyone stored them.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "customer.closed", version = 4, since = 3)]
pub(super) struct Closed {
    #[event(since = 4, renamed_from = "why")]
    reason: String,
}

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "customer", id = String, events(EmailChanged, Moved, Rated, Closed), snapshot(logic = 1))]
pub(super) struct Customer {
    addresses: Vec<String>,
    stars: u8,
}

impl Apply<EmailChanged> for Customer {
    fn apply(&mut self, event: &EmailChanged) {
        self.addresses.push(event.address.clone());
    }
}

impl Apply<Moved> for Customer {
    fn apply(&mut self, event: &Moved) {
        self.addresses.push(event.town.clone());
    }
}

impl Apply<Rated> for Customer {
    fn apply(&mut self, event: &Rated) {
        self.stars = event.stars;
    }
}

impl Apply<Closed> for Customer {
    fn apply(&mut self, event: &Closed) {
        self.addresses = vec![event.reason.clone()];
    }
}

/// The first release of all this.
mod before {
    use factum::{Aggregate, Apply, Event};
    use serde::{Deserialize, Serialize};

    #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(name = "EmailChanged")]
    pub(super) struct EmailChanged {
        address: String,
    }

    #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(name = "customer.moved", version = 2, since = 2)]
    pub(super) struct Moved {
        city: String,
    }

    #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(name = "customer.rated")]
    pub(super) struct Rated {
        stars: String,
    }

    #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(name = "customer.closed", version = 3, since = 3)]
    pub(super) struct Closed {
        why: String,
    }

    #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    #[aggregate(name = "customer", id = String, events(EmailChanged, Moved, Rated, Closed), snapshot(logic = 1))]
    pub(super) struct Customer {
        addresses: Vec<String>,
        stars: u8,
    }

    impl Apply<EmailChanged> for Customer {
        fn apply(&mut self, _: &EmailChanged) {}
    }

    impl Apply<Moved> for Customer {
        fn apply(&mut self, _: &Moved) {}
    }

    impl Apply<Rated> for Customer {
        fn apply(&mut self, _: &Rated) {}
    }

    impl Apply<Closed> for Customer {
        fn apply(&mut self, _: &Closed) {}
    }
}

async fn reads_a_renamed_event(store: impl Store + Clone) {
    let rows = [
        ("EmailChanged", 1, r#"{"address":"a@b"}"#),
        ("customer.mail-changed", 1, r#"{"address":"c@d"}"#),
        ("customer.email-changed", 1, r#"{"address":"e@f"}"#),
    ];
    let changed = |address: &str| {
        let address = address.to_owned();
        vec![EmailChanged { address }.into()]
    };
    let events = ["a@b", "c@d", "e@f"].map(changed);
    is_read::<before::Customer, Customer>(store, &rows, &events).await;
}

async fn reads_versions_that_share_a_shape(store: impl Store + Clone) {
    let rows = [
        ("customer.moved", 2, r#"{"city":"Oslo"}"#),
        ("customer.moved", 3, r#"{"city":"Rome"}"#),
        ("customer.moved", 4, r#"{"town":"Bern"}"#),
    ];
    let moved = |town: &str| {
        let town = town.to_owned();
        vec![Moved { town }.into()]
    };
    is_read::<before::Customer, Customer>(store, &rows, &["Oslo", "Rome", "Bern"].map(moved)).await;
}

async fn reads_an_event_of_which_old_versions_were_never_stored(store: impl Store + Clone) {
    let rows = [
        ("customer.closed", 3, r#"{"why":"moved"}"#),
        ("customer.closed", 4, r#"{"reason":"moved away"}"#),
    ];
    let closed = |reason: &str| {
        let reason = reason.to_owned();
        vec![Closed { reason }.into()]
    };
    is_read::<before::Customer, Customer>(store, &rows, &["moved", "moved away"].map(closed)).await;
}

async fn refuses_a_version_that_was_never_stored(store: impl Store + Clone) {
    append_rows(
        &store,
        "customer-ada",
        &[("customer.moved", 1, r#"{"city":"Oslo"}"#)],
    )
    .await;
    let customers = Repository::<Customer, _>::new(store);
    let error = customers.load(&ada()).await.unwrap_err().to_string();
    let said = "`customer.moved` was stored as version 1, and this build reads versions 2 to 4";
    assert!(error.ends_with(said), "{error}");
}

async fn reads_a_step_on_the_json_itself(store: impl Store + Clone) {
    let rows = [
        ("customer.rated", 1, r#"{"stars":"***"}"#),
        ("customer.rated", 2, r#"{"stars":4}"#),
        ("customer.rated", 3, r#"{"stars":5}"#),
    ];
    let events = [3, 4, 5].map(|stars| vec![Rated { stars }.into()]);
    is_read::<before::Customer, Customer>(store, &rows, &events).await;
}
