//! Changes of what a field may hold: under the same version where what was stored is read as before, in a new one where
//! it is not.

use factum::{Aggregate, Apply, Event, OnUnknown, Repository, Store, Subscription};
use serde::{Deserialize, Serialize};

use super::{append_rows, is_read};
use crate::domain::ada;
use crate::each::on_every_store;

on_every_store! {
    reads_an_optional_field_that_came_under_the_same_version,
    reads_a_number_that_became_wider,
    reads_an_optional_field_that_came_in_a_new_version,
    reads_a_field_of_another_type,
    stops_where_a_value_cannot_become_another_type,
}

/// A note came, here and in the state, and no version with it.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "parcel.packed")]
struct Packed {
    box_number: u8,
    note: Option<String>,
}

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "parcel", id = String, events(Packed), snapshot(logic = 1))]
struct Parcel {
    boxes: u8,
    note: Option<String>,
}

impl Apply<Packed> for Parcel {
    fn apply(&mut self, event: &Packed) {
        self.boxes += 1;
        self.note.clone_from(&event.note);
    }
}

/// There were 16 bits for it, here and in the state.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "scale.weighed")]
struct Weighed {
    grams: u64,
}

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "scale", id = String, events(Weighed), snapshot(logic = 1))]
struct Scale {
    grams: u64,
}

impl Apply<Weighed> for Scale {
    fn apply(&mut self, event: &Weighed) {
        self.grams += event.grams;
    }
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "letter.sent", version = 2)]
struct Sent {
    to: String,
    #[event(since = 2, default = None)]
    from: Option<String>,
}

/// The price was a text.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "letter.stamped", version = 2, upcast(1 = StampedV1))]
struct Stamped {
    cents: u32,
}

#[derive(Deserialize)]
struct StampedV1 {
    price: String,
}

impl TryFrom<StampedV1> for Stamped {
    type Error = std::num::ParseIntError;

    fn try_from(old: StampedV1) -> Result<Self, Self::Error> {
        let cents = old.price.replace('.', "").parse()?;
        Ok(Self { cents })
    }
}

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "letter", id = String, events(Sent, Stamped), snapshot(logic = 1))]
struct Letter {
    seen: Vec<String>,
}

impl Apply<Sent> for Letter {
    fn apply(&mut self, event: &Sent) {
        self.seen.push(format!("{event:?}"));
    }
}

impl Apply<Stamped> for Letter {
    fn apply(&mut self, event: &Stamped) {
        self.seen.push(format!("{event:?}"));
    }
}

/// The first release of all this.
mod before {
    use factum::{Aggregate, Apply, Event};
    use serde::{Deserialize, Serialize};

    #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(name = "parcel.packed")]
    pub(super) struct Packed {
        box_number: u8,
    }

    #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    #[aggregate(name = "parcel", id = String, events(Packed), snapshot(logic = 1))]
    pub(super) struct Parcel {
        boxes: u8,
    }

    impl Apply<Packed> for Parcel {
        fn apply(&mut self, _: &Packed) {
            self.boxes += 1;
        }
    }

    #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(name = "scale.weighed")]
    pub(super) struct Weighed {
        grams: u16,
    }

    #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    #[aggregate(name = "scale", id = String, events(Weighed), snapshot(logic = 1))]
    pub(super) struct Scale {
        grams: u16,
    }

    impl Apply<Weighed> for Scale {
        fn apply(&mut self, event: &Weighed) {
            self.grams += event.grams;
        }
    }

    #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(name = "letter.sent")]
    pub(super) struct Sent {
        to: String,
    }

    #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(name = "letter.stamped")]
    pub(super) struct Stamped {
        price: String,
    }

    #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    #[aggregate(name = "letter", id = String, events(Sent, Stamped), snapshot(logic = 1))]
    pub(super) struct Letter {
        seen: Vec<String>,
    }

    impl Apply<Sent> for Letter {
        fn apply(&mut self, _: &Sent) {}
    }

    impl Apply<Stamped> for Letter {
        fn apply(&mut self, _: &Stamped) {}
    }
}

async fn reads_an_optional_field_that_came_under_the_same_version(store: impl Store + Clone) {
    let rows = [
        ("parcel.packed", 1, r#"{"box_number":1}"#),
        ("parcel.packed", 1, r#"{"box_number":2,"note":"top"}"#),
        ("parcel.packed", 1, r#"{"box_number":3,"note":null}"#),
    ];
    let packed = |(box_number, note): (u8, Option<&str>)| {
        let note = note.map(str::to_owned);
        vec![Packed { box_number, note }.into()]
    };
    let read = [(1, None), (2, Some("top")), (3, None)].map(packed);
    is_read::<before::Parcel, Parcel>(store, &rows, &read).await;
}

async fn reads_a_number_that_became_wider(store: impl Store + Clone) {
    let rows = [
        ("scale.weighed", 1, r#"{"grams":65535}"#),
        ("scale.weighed", 1, r#"{"grams":65536}"#),
        ("scale.weighed", 1, r#"{"grams":4611686018427387904}"#),
    ];
    let weighed = |grams| vec![Weighed { grams }.into()];
    let read = [0xffff, 0x1_0000, 1 << 62].map(weighed);
    is_read::<before::Scale, Scale>(store, &rows, &read).await;
}

async fn reads_an_optional_field_that_came_in_a_new_version(store: impl Store + Clone) {
    let rows = [
        ("letter.sent", 1, r#"{"to":"Ada"}"#),
        ("letter.sent", 2, r#"{"to":"Bob","from":"Ada"}"#),
        ("letter.sent", 2, r#"{"to":"Cy","from":null}"#),
    ];
    let sent = |(to, from): (&str, Option<&str>)| {
        let (to, from) = (to.to_owned(), from.map(str::to_owned));
        vec![Sent { to, from }.into()]
    };
    let read = [("Ada", None), ("Bob", Some("Ada")), ("Cy", None)].map(sent);
    is_read::<before::Letter, Letter>(store, &rows, &read).await;
}

async fn reads_a_field_of_another_type(store: impl Store + Clone) {
    let rows = [
        ("letter.stamped", 1, r#"{"price":"1.20"}"#),
        ("letter.stamped", 2, r#"{"cents":95}"#),
    ];
    let read = [120, 95].map(|cents| vec![Stamped { cents }.into()]);
    is_read::<before::Letter, Letter>(store, &rows, &read).await;
}

/// It is no unknown event, so nobody skips it.
async fn stops_where_a_value_cannot_become_another_type(store: impl Store + Clone) {
    let rows = [
        ("letter.stamped", 2, r#"{"cents":95}"#),
        ("letter.stamped", 1, r#"{"price":"a lot"}"#),
    ];
    append_rows(&store, "letter-ada", &rows).await;
    let said = "`letter.stamped` cannot be taken from version 1 to the next: \
        invalid digit found in string";
    let letters = Repository::<Letter, _>::new(store.clone());
    let error = letters.load(&ada()).await.unwrap_err().to_string();
    assert!(error.ends_with(said), "{error}");
    let error = letters.history(&ada()).await.unwrap_err().to_string();
    assert!(error.ends_with(said), "{error}");
    for subscription in [
        Subscription::aggregate::<Letter>(store.clone()),
        Subscription::<LetterEvent, _>::new(store.clone()),
    ] {
        let mut lenient = subscription.on_unknown(OnUnknown::Skip);
        let batch = lenient.catch_up().await.unwrap().unwrap();
        let [Ok(_), Err(error)] = &*batch.iter().collect::<Vec<_>>() else {
            panic!()
        };
        assert_eq!((error.revision.get(), batch.skipped()), (1, 0));
        assert_eq!(error.reason.to_string(), said);
    }
}
