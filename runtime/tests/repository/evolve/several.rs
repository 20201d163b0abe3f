//! Reads by type, over several aggregates too: what is asked for, what is met that is not known, and how it is counted.

use std::sync::atomic::Ordering;

use factum::store::{Filter, Read, StoredEvent};
use factum::{
    Aggregate, Apply, Codec, DecodeError, Decoded, EncodeError, Event, EventInfo, EventSet,
    IntoEvents, OnUnknown, Position, ReadError, Retired, Store, Subscription,
};
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};

use super::{Row, append_rows};
use crate::each::on_every_store;

on_every_store! {
    asks_for_every_name_of_what_is_asked_for_by_type,
    names_what_it_meets_and_does_not_know,
    counts_what_it_skips_across_restarts,
    counts_from_the_checkpoint_on_as_a_stream,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "tab.opened")]
struct Opened;

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "tab.paid", version = 2, alias("TabPaid", "tab.settled"))]
struct Paid {
    #[event(since = 2, renamed_from = "amount")]
    cents: u64,
}

/// Once it was one event; now it is two.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "tab.opened-and-paid", alias("QuickSale"))]
struct OpenedAndPaid {
    cents: u64,
}

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "tab", id = String, events(Opened, Paid), snapshot(logic = 1))]
#[aggregate(retired(OpenedAndPaid), ignored("tab.printed"))]
struct Tab;

impl Apply<Opened> for Tab {
    fn apply(&mut self, _: &Opened) {}
}

impl Apply<Paid> for Tab {
    fn apply(&mut self, _: &Paid) {}
}

impl Retired<TabEvent> for OpenedAndPaid {
    fn replace(self) -> impl IntoEvents<TabEvent> {
        (Opened, Paid { cents: self.cents })
    }
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "room.booked", alias("RoomBooked"))]
struct Booked {
    nights: u64,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "room.cleaned")]
struct Cleaned;

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "room", id = String, events(Booked, Cleaned), snapshot(logic = 1))]
struct Room;

impl Apply<Booked> for Room {
    fn apply(&mut self, _: &Booked) {}
}

impl Apply<Cleaned> for Room {
    fn apply(&mut self, _: &Cleaned) {}
}

/// What a read model takes in of both.
#[derive(Debug, Clone, PartialEq)]
enum Sold {
    Paid(Paid),
    Booked(Booked),
}

impl EventSet for Sold {
    const READS: &'static [EventInfo] = &[Paid::INFO, Booked::INFO];
    const IGNORES: &'static [&'static str] = &["tab.opened"];

    fn info(&self) -> &'static EventInfo {
        &Self::READS[usize::from(matches!(self, Self::Booked(_)))]
    }

    fn encode<C: Codec>(&self, codec: &C, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        match self {
            Self::Paid(event) => codec.encode(event, out),
            Self::Booked(event) => codec.encode(event, out),
        }
    }

    fn decode<C: Codec>(
        codec: &C,
        name: &str,
        version: u16,
        payload: &[u8],
    ) -> Result<Decoded<Self>, DecodeError> {
        if Paid::INFO.is_named(name) {
            let paid = Paid::decode(codec, version, payload)?;
            return Ok(Decoded::One(Self::Paid(paid)));
        }
        if Booked::INFO.is_named(name) {
            let booked = Booked::decode(codec, version, payload)?;
            return Ok(Decoded::One(Self::Booked(booked)));
        }
        if Self::IGNORES.contains(&name) {
            return Ok(Decoded::Many(Vec::new()));
        }
        Err(DecodeError::unknown_event::<Self>(name))
    }
}

impl Sold {
    fn figure(&self) -> u64 {
        match self {
            Self::Paid(paid) => paid.cents,
            Self::Booked(booked) => booked.nights,
        }
    }
}

const TAB: [Row; 9] = [
    ("tab.opened", 1, "null"),
    ("TabPaid", 1, r#"{"amount":1}"#),
    ("tab.settled", 1, r#"{"amount":2}"#),
    ("QuickSale", 1, r#"{"cents":3}"#),
    ("tab.printed", 1, "{}"),
    ("tab.opened-and-paid", 1, r#"{"cents":4}"#),
    ("tab.paid", 2, r#"{"cents":5}"#),
    ("tab.paid", 3, r#"{"euros":6}"#),
    ("TABPAID", 1, "{}"),
];

const ROOM: [Row; 4] = [
    ("RoomBooked", 1, r#"{"nights":10}"#),
    ("room.cleaned", 1, "null"),
    ("room.cleaned", 1, "null"),
    ("room.booked", 1, r#"{"nights":20}"#),
];

const OTHER: [Row; 2] = [
    ("tab.paid", 2, r#"{"cents":100}"#),
    ("till.opened", 1, "{}"),
];

/// The three kinds of streams, each event by its place: `TAB` from 0 on, `ROOM` from 9 on, `OTHER` from 13 on.
async fn filled(store: &impl Store) {
    append_rows(store, "tab-1", &TAB).await;
    append_rows(store, "room-1", &ROOM).await;
    append_rows(store, "till-1", &OTHER).await;
}

fn both() -> Filter {
    Filter::default().aggregate::<Tab>().aggregate::<Room>()
}

/// What [`Sold`] does not know in streams of both: two that a set retires, and what it ignores; a newer version, a name
/// in another case, and two of which it knows nothing.
const UNKNOWN: u64 = 7;

fn shown((name, version, payload): &(&str, u16, &str)) -> String {
    format!("{name} {version} {payload}")
}

async fn asks_for_every_name_of_what_is_asked_for_by_type(store: impl Store + Clone) {
    filled(&store).await;
    let paid = || Filter::default().event::<Paid>();
    let cases = [
        (Filter::default().event::<Opened>(), vec![0]),
        (paid(), vec![1, 2, 6, 7, 13]),
        (paid().aggregate::<Tab>(), vec![1, 2, 6, 7]),
        (paid().aggregate::<Room>(), vec![]),
        (paid().event::<Booked>(), vec![1, 2, 6, 7, 9, 12, 13]),
        // What is ignored is left out.
        (
            Filter::default().events::<TabEvent>(),
            vec![0, 1, 2, 3, 5, 6, 7, 13],
        ),
        (
            Filter::default().events::<Sold>(),
            vec![1, 2, 6, 7, 9, 12, 13],
        ),
        (both(), (0..13).collect()),
    ];
    let stored: Vec<&Row> = TAB.iter().chain(&ROOM).chain(&OTHER).collect();
    for (filter, places) in cases {
        let expected: Vec<String> = places.iter().map(|place| shown(stored[*place])).collect();
        for limit in [1, 3, 1000] {
            let mut found = Vec::new();
            let mut read = Some(Read::all(None).filter(filter.clone()).limit(limit));
            while let Some(next) = read {
                let page = store.read(next).await.unwrap();
                let row = |it: StoredEvent<'_>| {
                    shown(&(it.name, it.version, str::from_utf8(it.payload).unwrap()))
                };
                found.extend(page.iter().map(row));
                read = page.next();
            }
            assert_eq!(found, expected, "{filter:?} by {limit}");
        }
    }
    let stream = Read::stream("tab-1".parse().unwrap(), None);
    let page = store.read(stream.filter(paid()).backward()).await.unwrap();
    let found: Vec<_> = page.iter().map(|it| it.revision.get()).collect();
    assert_eq!(found, [7, 6, 2, 1]);
}

async fn names_what_it_meets_and_does_not_know(store: impl Store + Clone) {
    filled(&store).await;
    let mut sold = Subscription::<Sold, _>::filtered(store.clone(), both());
    let batch = sold.catch_up().await.unwrap().unwrap();
    let (read, errors): (Vec<_>, Vec<_>) = batch.iter().partition(Result::is_ok);
    let figures = read.into_iter().map(|it| it.unwrap().event.figure());
    assert_eq!(figures.collect::<Vec<_>>(), [1, 2, 5, 10, 20]);
    assert_eq!((batch.len(), batch.skipped()), (13, 0));
    let met = errors.iter().map(|error| {
        let error = error.as_ref().unwrap_err();
        (&*error.stream, error.revision.get(), &*error.name)
    });
    let expected = [
        ("tab-1", 3, "QuickSale"),
        ("tab-1", 4, "tab.printed"),
        ("tab-1", 5, "tab.opened-and-paid"),
        ("tab-1", 7, "tab.paid"),
        ("tab-1", 8, "TABPAID"),
        ("room-1", 1, "room.cleaned"),
        ("room-1", 2, "room.cleaned"),
    ];
    assert_eq!(met.collect::<Vec<_>>(), expected);
    let said = errors[5].as_ref().unwrap_err().to_string();
    let reason = "revision 1 of `room-1`, `room.cleaned` version 1) cannot be read: nothing here reads the event \
                  `room.cleaned`; this build knows `tab.paid`, `TabPaid` (alias), `tab.settled` (alias), \
                  `room.booked`, `RoomBooked` (alias), `tab.opened` (ignored)";
    assert!(said.ends_with(reason), "{said}");

    // It comes again, whoever asks on, and nothing behind it comes before.
    for _ in 0..2 {
        let batch = sold.catch_up().await.unwrap().unwrap();
        let error = batch.iter().next().unwrap().unwrap_err();
        assert_eq!(error.name, "QuickSale");
    }
    let mut everything = Subscription::<Sold, _>::filtered(store, Filter::default());
    let batch = everything.catch_up().await.unwrap().unwrap();
    let error = batch.iter().last().unwrap().unwrap_err();
    assert_eq!(error.name, "till.opened", "of other categories too");
}

/// What a read model keeps in one transaction: what it has taken in, how many were left out, and the checkpoint.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Kept {
    figures: u64,
    skipped: u64,
    checkpoint: Option<Position>,
}

async fn counts_what_it_skips_across_restarts(store: impl Store + Clone) {
    filled(&store).await;
    let sold = |kept: Kept| {
        let sold = Subscription::<Sold, _>::filtered(store.clone(), both());
        sold.after(kept.checkpoint).on_unknown(OnUnknown::Skip)
    };
    for size in 1..=14 {
        let mut kept = Kept::default();
        // Each time two batches are read, and only the first one is kept: then the process dies.
        loop {
            let mut sold = sold(kept).batch(size);
            let Some(batch) = sold.catch_up().await.unwrap() else {
                break;
            };
            for recorded in &batch {
                kept.figures += recorded.unwrap().event.figure();
            }
            kept.skipped += batch.skipped() as u64;
            kept.checkpoint = batch.checkpoint();
            if let Some(lost) = sold.catch_up().await.unwrap() {
                assert!(lost.iter().all(|recorded| recorded.is_ok()));
            }
        }
        assert_eq!((kept.figures, kept.skipped), (38, UNKNOWN), "by {size}");
    }
}

/// Nothing is waited for: the last event cannot be read, and ends the stream.
async fn counts_from_the_checkpoint_on_as_a_stream(store: impl Store + Clone) {
    filled(&store).await;
    append_rows(&store, "room-2", &[("room.booked", 1, "broken")]).await;
    // How many stand before each event that is read.
    let before = [0, 0, 3, 5, 7];
    let mut checkpoint = None;
    for restart in 0..before.len() {
        let sold = Subscription::<Sold, _>::filtered(store.clone(), both());
        let sold = sold.after(checkpoint).batch(1).on_unknown(OnUnknown::Skip);
        let left_out = sold.left_out();
        let count = || left_out.load(Ordering::Relaxed);
        let mut events = Box::pin(sold.into_stream());
        let from = if restart == 0 { 0 } else { before[restart - 1] };
        let mut positions = Vec::new();
        for before in &before[restart..] {
            let recorded = events.next().await.unwrap().unwrap();
            assert_eq!(count(), before - from);
            positions.push(recorded.position);
        }
        checkpoint = Some(positions[0]);
        let error = events.next().await.unwrap().unwrap_err();
        assert!(matches!(error, ReadError::Undecodable(_)), "{error}");
        assert_eq!(count(), UNKNOWN - from);
    }
}
