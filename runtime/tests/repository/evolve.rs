//! Each kind of change to an event, from the bytes that an old release stored to the state of today: loaded, read as
//! of a revision, subscribed to, with a snapshot after each event, and given to a test.

use std::fmt::Debug;

use factum::store::{Append, NewEvent, StoredSnapshot};
use factum::testing::Given;
use factum::{
    Aggregate, Apply, AsOf, Event, EventId, Expected, IntoEvents, Recorded, Repository, Retired,
    Revision, Store, StreamName, Subscription, Uuid,
};
use serde::{Deserialize, Serialize};

use crate::domain::{ada, on_every_store};

on_every_store! {
    reads_a_renamed_event,
    reads_versions_that_share_a_shape,
    reads_an_event_of_which_old_versions_were_never_stored,
    reads_a_step_on_the_json_itself,
    reads_an_event_that_was_split,
    reads_past_an_event_that_was_dropped,
    reads_an_event_that_two_aggregates_share,
    reads_what_the_fields_say_of_old_versions,
    reads_a_typed_step_below_what_the_fields_say,
    reads_what_fields_without_names_say,
}

/// Name, version and payload.
type Row = (&'static str, u16, &'static str);

/// Everything that reads comes to the events that each row is read as, and to the state that they come to.
async fn is_read<A>(store: impl Store + Clone, rows: &[Row], read: &[Vec<A::Event>])
where
    A: Aggregate<Id = String> + Default + Debug + PartialEq + Clone + Serialize,
{
    let stream = StreamName::new(A::NAME, "ada").unwrap();
    let new = rows.iter().zip(1..).map(|((name, version, payload), id)| {
        let event = NewEvent::json(EventId::new(Uuid::from_u128(id)), name, *payload);
        NewEvent {
            version: *version,
            ..event
        }
    });
    let append = Append::new(stream.clone(), Expected::NoStream, new.collect()).unwrap();
    store.append(append).await.unwrap();
    // Which nobody here reads.
    let other = NewEvent::json(EventId::new(Uuid::from_u128(0)), "other.happened", "{}");
    let other = Append::new("other-1".parse().unwrap(), Expected::Any, vec![other]);
    store.append(other.unwrap()).await.unwrap();
    let mut states = vec![A::default()];
    for events in read {
        let mut state = states[states.len() - 1].clone();
        for event in events {
            state.fold(event).unwrap();
        }
        states.push(state);
    }
    let [.., last] = &*states else { panic!() };
    let read: Vec<(Revision, u32, &A::Event)> = (0..)
        .map(Revision::new)
        .zip(read)
        .flat_map(|(revision, events)| {
            let events = (0..).zip(events);
            events.map(move |(index, event)| (revision, index, event))
        })
        .collect();

    let repository = Repository::<A, _>::new(store.clone()).cache(0);
    assert_eq!(*repository.load(&ada()).await.unwrap().state, *last);
    for (revision, state) in (0..).map(Revision::new).zip(&states[1..]) {
        let as_of = AsOf::Revision(revision);
        let loaded = repository.load_at(&ada(), as_of).await.unwrap();
        assert_eq!(*loaded.state, *state, "as of {revision}");
    }
    let history = repository.history(&ada()).await.unwrap();
    let place = |it: &Recorded<A::Event>| (it.revision, it.index, it.event.clone());
    let expected = || {
        read.iter()
            .map(|(revision, index, event)| (*revision, *index, (*event).clone()))
    };
    assert!(history.iter().map(place).eq(expected()));
    for mut subscription in [
        Subscription::aggregate::<A>(store.clone()),
        Subscription::<A::Event, _>::new(store.clone()),
    ] {
        let batch = subscription.catch_up().await.unwrap().unwrap();
        let found = batch.iter().map(|recorded| place(&recorded.unwrap()));
        assert!(found.eq(expected()));
    }
    let repository = repository.snapshot_every(1);
    for (revision, state) in (0..).map(Revision::new).zip(&states[1..]) {
        let snapshot = StoredSnapshot {
            stream: stream.clone(),
            first: Revision::new(0),
            revision,
            shape: A::shape(),
            codec: "json".to_owned(),
            state: serde_json::to_vec(state).unwrap(),
        };
        store.snapshots().unwrap().save(snapshot).await.unwrap();
        assert_eq!(*repository.load(&ada()).await.unwrap().state, *last);
    }
    let decide = |_: &A| Ok::<_, String>(());
    Given::<A>::stored(rows.iter().copied())
        .when(decide)
        .then_state_is(last.clone());
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(
    name = "customer.email-changed",
    alias("EmailChanged", "customer.mail-changed")
)]
struct EmailChanged {
    address: String,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "customer.moved", version = 4, since = 2)]
#[event(upcast(2..=3 = MovedV2))]
struct Moved {
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
struct Rated {
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

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "customer", id = String, events(EmailChanged, Moved, Rated))]
struct Customer {
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
    is_read::<Customer>(store.clone(), &rows, &events).await;

    let customers = Repository::<Customer, _>::new(store);
    let address = "g@h".to_owned();
    let decide = |_: &Customer| {
        let address = address.clone();
        Ok::<_, String>(EmailChanged { address })
    };
    let done = customers.update(&ada(), decide).await.unwrap();
    assert_eq!(done.events[0].name, "customer.email-changed");
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
    is_read::<Customer>(store, &rows, &["Oslo", "Rome", "Bern"].map(moved)).await;
}

async fn reads_an_event_of_which_old_versions_were_never_stored(store: impl Store + Clone) {
    let rows = [("customer.moved", 1, r#"{"city":"Oslo"}"#)];
    let stream = "customer-ada".parse().unwrap();
    let (name, version, payload) = rows[0];
    let event = NewEvent::json(EventId::new(Uuid::from_u128(1)), name, payload);
    let append = Append::new(
        stream,
        Expected::NoStream,
        vec![NewEvent { version, ..event }],
    );
    store.append(append.unwrap()).await.unwrap();
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
    is_read::<Customer>(store, &rows, &events).await;
}

/// Once it was one event; now it is several.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "guest.arrived-and-paid", version = 2, alias("GuestCame"))]
#[event(upcast(1 = serde_json::Value))]
struct ArrivedAndPaid {
    room: u16,
    cents: Vec<u64>,
}

impl TryFrom<serde_json::Value> for ArrivedAndPaid {
    type Error = String;

    fn try_from(json: serde_json::Value) -> Result<Self, String> {
        let room = json["room"].as_u64().and_then(|room| room.try_into().ok());
        Ok(Self {
            room: room.ok_or("no room")?,
            cents: vec![],
        })
    }
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "guest.arrived")]
struct Arrived {
    room: u16,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "guest.paid")]
struct Paid {
    cents: u64,
}

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "guest", id = String, events(Arrived, Paid))]
#[aggregate(retired(ArrivedAndPaid), ignored("guest.greeted", "guest.waved"))]
struct Guest {
    room: Option<u16>,
    paid: Vec<u64>,
}

impl Apply<Arrived> for Guest {
    fn apply(&mut self, event: &Arrived) {
        self.room = Some(event.room);
    }
}

impl Apply<Paid> for Guest {
    fn apply(&mut self, event: &Paid) {
        self.paid.push(event.cents);
    }
}

impl Retired<GuestEvent> for ArrivedAndPaid {
    fn replace(self) -> impl IntoEvents<GuestEvent> {
        let paid = self.cents.into_iter().map(|cents| Paid { cents });
        (Arrived { room: self.room }, paid.collect::<Vec<_>>())
    }
}

async fn reads_an_event_that_was_split(store: impl Store + Clone) {
    let rows = [
        ("guest.arrived", 1, r#"{"room":1}"#),
        (
            "guest.arrived-and-paid",
            2,
            r#"{"room":2,"cents":[300,400]}"#,
        ),
        ("GuestCame", 1, r#"{"room":3}"#),
        ("guest.paid", 1, r#"{"cents":500}"#),
    ];
    let arrived = |room| GuestEvent::from(Arrived { room });
    let paid = |cents| GuestEvent::from(Paid { cents });
    let read = [
        vec![arrived(1)],
        vec![arrived(2), paid(300), paid(400)],
        vec![arrived(3)],
        vec![paid(500)],
    ];
    is_read::<Guest>(store, &rows, &read).await;
}

async fn reads_past_an_event_that_was_dropped(store: impl Store + Clone) {
    let rows = [
        ("guest.greeted", 1, r#"{"how":"warmly"}"#),
        ("guest.paid", 1, r#"{"cents":500}"#),
        ("guest.waved", 7, "not even JSON"),
    ];
    let paid = GuestEvent::from(Paid { cents: 500 });
    is_read::<Guest>(store.clone(), &rows, &[vec![], vec![paid], vec![]]).await;

    let guests = Repository::<Guest, _>::new(store);
    let decide = |guest: &Guest| {
        Ok::<_, String>(Paid {
            cents: guest.paid[0] + 1,
        })
    };
    let done = guests.update(&ada(), decide).await.unwrap();
    assert_eq!(done.revision, Some(Revision::new(3)));
}

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "till", id = String, events(Paid), ignored("guest.arrived"))]
struct Till {
    cents: u64,
}

impl Apply<Paid> for Till {
    fn apply(&mut self, event: &Paid) {
        self.cents += event.cents;
    }
}

async fn reads_an_event_that_two_aggregates_share(store: impl Store + Clone) {
    let rows = [("guest.paid", 1, r#"{"cents":500}"#)];
    let paid = vec![Paid { cents: 500 }.into()];
    is_read::<Till>(store.clone(), &rows, &[paid]).await;

    let guests = Repository::<Guest, _>::new(store.clone());
    let decide = |_: &Guest| Ok::<_, String>((Arrived { room: 1 }, Paid { cents: 7 }));
    guests.update(&ada(), decide).await.unwrap();
    let mut paid = Subscription::<TillEvent, _>::new(store);
    let batch = paid.catch_up().await.unwrap().unwrap();
    let cents = batch.iter().map(|recorded| {
        let recorded = recorded.unwrap();
        let TillEvent::Paid(paid) = recorded.event;
        (recorded.stream.category().to_owned(), paid.cents)
    });
    let both = [("till".to_owned(), 500), ("guest".to_owned(), 7)];
    assert!(cents.eq(both));
}

/// Its first version had an address and a nickname; a name came, the nickname went, the address became a mail, a kind
/// came and then was called `sort`.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "member.joined", version = 5)]
#[event(removed(#[serde(rename = "nick")] nickname: String, in = 3))]
#[serde(rename_all = "UPPERCASE", deny_unknown_fields)]
struct Joined {
    #[event(since = 4, renamed_from = "address")]
    #[serde(alias = "E-MAIL", rename = "mail")]
    mail: String,
    #[event(since = 2, default = "nobody".to_owned())]
    name: String,
    #[event(since = 3, default = Sort::Plain)]
    #[event(since = 5, renamed_from = "kind")]
    sort: Sort,
    #[serde(default)]
    tags: Vec<String>,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
enum Sort {
    Plain,
    Fancy,
}

/// A typed step leads to a version that follows from the fields.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "member.rated", version = 4, upcast(1 = u8))]
#[event(removed(comment: Option<String>, in = 4))]
#[event(removed(why: String, since = 3, in = 4))]
struct Scored {
    stars: u8,
    #[event(since = 3, default = false)]
    verified: bool,
}

impl From<u8> for ScoredV2 {
    fn from(stars: u8) -> Self {
        Self {
            stars,
            comment: None,
        }
    }
}

/// Fields without names go by their places.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "member.left", version = 3)]
struct Left(
    #[event(since = 3, default = 7)] u8,
    String,
    #[event(since = 2, default = true)] bool,
);

/// Nothing is left of it.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "member.greeted", version = 2, removed(how: String, in = 2))]
struct Greeted;

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "member", id = String, events(Joined, Scored, Left, Greeted), tests)]
struct Member {
    seen: Vec<String>,
}

macro_rules! seen {
    ($($event:ty),*) => {$(
        impl Apply<$event> for Member {
            fn apply(&mut self, event: &$event) {
                self.seen.push(format!("{event:?}"));
            }
        }
    )*};
}
seen!(Joined, Scored, Left, Greeted);

async fn reads_what_the_fields_say_of_old_versions(store: impl Store + Clone) {
    let rows = [
        ("member.joined", 1, r#"{"address":"a@b","nick":"ada"}"#),
        (
            "member.joined",
            2,
            r#"{"address":"a@b","nick":"ada","NAME":"Ada","TAGS":["x"]}"#,
        ),
        (
            "member.joined",
            3,
            r#"{"address":"a@b","NAME":"Ada","kind":"Fancy"}"#,
        ),
        (
            "member.joined",
            4,
            r#"{"E-MAIL":"a@b","NAME":"Ada","kind":"Fancy"}"#,
        ),
        (
            "member.joined",
            5,
            r#"{"mail":"a@b","NAME":"Ada","SORT":"Plain"}"#,
        ),
    ];
    let joined = |name: &str, sort, tags: &[&str]| {
        let tags = tags.iter().map(|&tag| tag.to_owned()).collect();
        let (mail, name) = ("a@b".to_owned(), name.to_owned());
        vec![
            Joined {
                mail,
                name,
                sort,
                tags,
            }
            .into(),
        ]
    };
    let read = [
        joined("nobody", Sort::Plain, &[]),
        joined("Ada", Sort::Plain, &["x"]),
        joined("Ada", Sort::Fancy, &[]),
        joined("Ada", Sort::Fancy, &[]),
        joined("Ada", Sort::Plain, &[]),
    ];
    is_read::<Member>(store, &rows, &read).await;
}

async fn reads_a_typed_step_below_what_the_fields_say(store: impl Store + Clone) {
    let rows = [
        ("member.rated", 1, "3"),
        ("member.rated", 2, r#"{"stars":4,"comment":"good"}"#),
        (
            "member.rated",
            3,
            r#"{"stars":5,"comment":null,"why":"","verified":true}"#,
        ),
        ("member.rated", 4, r#"{"stars":1,"verified":true}"#),
    ];
    let scored = |stars, verified| vec![Scored { stars, verified }.into()];
    let read = [
        scored(3, false),
        scored(4, false),
        scored(5, true),
        scored(1, true),
    ];
    is_read::<Member>(store, &rows, &read).await;
}

async fn reads_what_fields_without_names_say(store: impl Store + Clone) {
    let rows = [
        ("member.left", 1, r#""why""#),
        ("member.left", 2, r#"["why",false]"#),
        ("member.left", 3, r#"[1,"why",false]"#),
        ("member.greeted", 1, r#"{"how":"warmly"}"#),
        ("member.greeted", 2, "null"),
    ];
    let left = |days, moved| vec![Left(days, "why".to_owned(), moved).into()];
    let greeted = || vec![Greeted.into()];
    let read = [
        left(7, true),
        left(7, false),
        left(1, false),
        greeted(),
        greeted(),
    ];
    is_read::<Member>(store, &rows, &read).await;
}
