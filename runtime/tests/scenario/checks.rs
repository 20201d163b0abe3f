//! Planted bugs that every scenario finds, whatever it is about.

use std::any::type_name;
use std::sync::atomic::{AtomicU64, Ordering};

use factum::testing::Given;
use factum::{Aggregate, BoxError, Codec, EncodeError, Illegal, Json};
use insta::assert_snapshot;
use serde::{Deserialize, Serialize};

use crate::account::*;
use crate::failure;

macro_rules! aggregate {
    ($state:ident, $apply:expr) => {
        impl Aggregate for $state {
            const NAME: &'static str = "account";
            type Id = String;
            type Event = AccountEvent;

            fn shape() -> u64 {
                1
            }

            fn fold(&mut self, event: &AccountEvent) -> Result<(), Illegal> {
                let apply: fn(&mut Self, &AccountEvent) = $apply;
                apply(self, event);
                Ok(())
            }
        }
    };
}

/// Loses its limit in every snapshot.
#[derive(Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
struct Forgetful {
    owner: String,
    terms: Terms,
}

#[derive(Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
struct Terms {
    deposits: u32,
    #[serde(skip)]
    limit: u64,
}

aggregate!(Forgetful, |state, event| match event {
    AccountEvent::Opened(event) => state.owner.clone_from(&event.owner),
    AccountEvent::Deposited(event) => {
        state.terms.deposits += 1;
        state.terms.limit += event.cents;
    }
    _ => {}
});

#[test]
fn finds_a_state_field_that_serde_skips() {
    let message = failure(|| {
        Given::<Forgetful>::events((opened("Ada"), deposited(100)))
            .when(|_| Ok::<_, ()>(deposited(5)))
    });
    assert_snapshot!(message, @r#"
    a snapshot taken after 2 of 3 events loses state
      terms.limit:  - folded    100
                    + restored  0
    help: `Serialize` and `Deserialize` have to carry every field of the state; look for `#[serde(skip)]` on it

    given  Opened { owner: "Ada", currency: "EUR" }
           Deposited { cents: 100, slip: Slip { till: None, notes: [] } }
    when   a closure
    then   Deposited { cents: 5, slip: Slip { till: None, notes: [] } }
    "#);
}

#[test]
fn tries_a_snapshot_after_the_last_of_many_events() {
    let history: Vec<_> = (0..128).map(|_| opened("Ada")).collect();
    let message =
        failure(|| Given::<Forgetful>::events(history).when(|_| Ok::<_, ()>(deposited(100))));
    let headline = message.lines().next();
    assert_eq!(
        headline,
        Some("a snapshot taken after 129 of 129 events loses state")
    );
}

/// Has a field that equality does not look at, and `apply` does.
#[derive(Serialize, Deserialize, Default, Clone, Debug)]
struct Blind {
    total: u64,
    #[serde(skip)]
    factor: u64,
}

impl PartialEq for Blind {
    fn eq(&self, other: &Self) -> bool {
        self.total == other.total
    }
}

aggregate!(Blind, |state, event| match event {
    AccountEvent::Opened(_) => state.factor = 2,
    AccountEvent::Deposited(event) => state.total += event.cents * state.factor,
    _ => {}
});

#[test]
fn finds_a_skipped_field_that_equality_does_not_look_at() {
    let message =
        failure(|| Given::<Blind>::events(opened("Ada")).when(|_| Ok::<_, ()>(deposited(100))));
    assert_snapshot!(message, @r#"
    a snapshot taken after 1 of 2 events loses state
      total:   - replayed           200
               + from the snapshot  0
      factor:  - replayed           2
               + from the snapshot  0
    help: `Serialize` and `Deserialize` have to carry every field of the state; look for `#[serde(skip)]` on it

    given  Opened { owner: "Ada", currency: "EUR" }
    when   a closure
    then   Deposited { cents: 100, slip: Slip { till: None, notes: [] } }
    "#);
}

/// Reads a clock in `apply`.
#[derive(Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
struct Punctual {
    cents: u64,
    opened_at: u64,
}

static CLOCK: AtomicU64 = AtomicU64::new(1_767_225_600);

aggregate!(Punctual, |state, event| match event {
    AccountEvent::Opened(_) => state.opened_at = CLOCK.fetch_add(1, Ordering::SeqCst),
    AccountEvent::Deposited(event) => state.cents += event.cents,
    _ => {}
});

#[test]
fn finds_a_clock_in_apply() {
    let message = failure(|| {
        Given::<Punctual>::events((deposited(100), opened("Ada"), deposited(100)))
            .when(|_| Ok::<_, ()>(()))
    });
    assert_snapshot!(message, @r#"
    folding the same 3 events twice gives two states: `apply` of `account.opened` (given, event 2 of 3) is not pure
      opened_at:  - first   1767225603
                  + second  1767225604
    help: let `apply` read nothing but the state and the event; what a clock, chance or the outside says belongs into the event

    given  Deposited { cents: 100, slip: Slip { till: None, notes: [] } }
           Opened { owner: "Ada", currency: "EUR" }
           Deposited { cents: 100, slip: Slip { till: None, notes: [] } }
    when   a closure
    "#);
}

/// Loses surnames when it reads an `Opened`.
struct Lossy(Json);

impl Codec for Lossy {
    fn name(&self) -> &'static str {
        "lossy"
    }

    fn encode<T: Serialize + ?Sized>(
        &self,
        value: &T,
        out: &mut Vec<u8>,
    ) -> Result<(), EncodeError> {
        self.0.encode(value, out)
    }

    fn decode<'de, T: Deserialize<'de>>(&self, bytes: &'de [u8]) -> Result<T, BoxError> {
        if type_name::<T>() != type_name::<Opened>() {
            return self.0.decode(bytes);
        }
        let text = String::from_utf8(bytes.to_vec())?.replace(" Lovelace", "");
        // The text outlives the value that may borrow from it: a test can afford that.
        self.0.decode(Vec::leak(text.into_bytes()))
    }
}

#[test]
fn finds_a_lossy_codec() {
    let message = failure(|| {
        Account::given((deposited(1), opened("Ada Lovelace")))
            .codec(Lossy(Json::default()))
            .when(|account| account.withdraw(1))
    });
    assert_snapshot!(message, @r#"
    `account.opened` does not survive the codec `lossy` (given, event 2 of 3)
      owner:  - written  "Ada Lovelace"
              + read     "Ada"
    help: what serde skips or the codec changes is lost once it is stored; make the field survive, or take it out of the event

    given  Deposited { cents: 1, slip: Slip { till: None, notes: [] } }
           Opened { owner: "Ada Lovelace", currency: "EUR" }
    when   a closure
    then   Withdrawn { cents: 1 }
    "#);
    let message = failure(|| {
        Account::given(deposited(1))
            .codec(Lossy(Json::default()))
            .when(|_| Ok::<_, ()>((opened("Ada"), opened("Ada Lovelace"))))
    });
    assert_snapshot!(message, @r#"
    `account.opened` does not survive the codec `lossy` (recorded, event 3 of 3)
      owner:  - written  "Ada Lovelace"
              + read     "Ada"
    help: what serde skips or the codec changes is lost once it is stored; make the field survive, or take it out of the event

    given  Deposited { cents: 1, slip: Slip { till: None, notes: [] } }
    when   a closure
    then   Opened { owner: "Ada", currency: "EUR" }
           Opened { owner: "Ada Lovelace", currency: "EUR" }
    "#);
}

#[test]
fn finds_an_event_that_cannot_be_stored() {
    let message = failure(|| {
        Account::given_nothing()
            .codec(Json::with_max_bytes(40))
            .when(|_| Ok::<_, ()>(opened("Ada Lovelace, Countess")))
    });
    assert_snapshot!(message, @r#"
    `account.opened` cannot be stored with the codec `json` (recorded, event 1 of 1): the payload has 51 bytes and the limit is 40; store a reference to it

    given  nothing
    when   a closure
    then   Opened { owner: "Ada Lovelace, Countess", currency: "EUR" }
    "#);
}

#[test]
fn finds_an_event_that_the_state_cannot_take() {
    let closing = |_: &Account, context: &factum::Context| {
        let number = context.fresh_id();
        Ok::<_, ()>((
            Closed {
                number,
                at: context.now(),
            },
            deposited(1),
        ))
    };
    let message = failure(|| Account::given(opened("Ada")).when_with(closing));
    assert_snapshot!(message, @r#"
    the request recorded `account.deposited`, which the state `Closed` cannot take
    help: reject the request in this state, or let the state take the event

    given  Opened { owner: "Ada", currency: "EUR" }
    when   a closure
    "#);

    let mut history: Vec<AccountEvent> = Vec::new();
    let then = Account::given_nothing().when_with(Account::close);
    history.extend(then.events().to_vec());
    history.push(deposited(1).into());
    let message = failure(|| Account::given(history).when(|account| account.withdraw(1)));
    assert_snapshot!(message, @"
    the given `account.deposited` (event 2 of 2) cannot follow in the state `Closed`
    help: give the events that lead there first, or let the state take this one

    given  Closed { number: 00000000-0000-7000-8000-000000000001, at: 2026-01-01T00:00:00Z }
           Deposited { cents: 1, slip: Slip { till: None, notes: [] } }
    when   a closure
    ");
}
