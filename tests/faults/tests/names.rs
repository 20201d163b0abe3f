//! Names that mean something elsewhere: in SQL, in patterns, in paths, to a reader's eye.

use std::collections::BTreeSet;

use factum::store::{Append, NewEvent, Read};
use factum::{EventId, Expected, InvalidName, Refused, Repository, Store, StreamName, Uuid};
use factum_faults::{Added, Counter, Row, figure, proved, rows, seeded, size, stored};

use crate::home::Home;

/// What a name is put together from.
const PARTS: [&str; 52] = [
    "_",
    "%",
    "'",
    "\"",
    ";",
    "\\",
    "--",
    "--comment",
    "/*",
    "*/",
    "`",
    "[x]",
    "?",
    "?1",
    ":id",
    "@id",
    "$1",
    "#",
    " ",
    "\t",
    "\n",
    "\r\n",
    "\0",
    "\u{1}",
    "\u{7f}",
    "\u{a0}",
    "\u{200b}",
    "\u{202e}gnp",
    "\u{feff}",
    "\u{ffff}",
    "é",
    "e\u{301}",
    "ß",
    "SS",
    "ı",
    "I",
    "i",
    "K",
    "\u{212a}",
    "עברית",
    "عربي",
    "日本",
    "😀",
    "👩‍🚀",
    "NULL",
    "null",
    "select",
    "DROP TABLE factum_events",
    "sqlite_",
    "factum_events",
    "../..",
    "{\"a\":1}",
];

/// Names that differ from others by little, or have a length that matters.
fn hostile(count: usize, random: &mut fastrand::Rng) -> Vec<String> {
    let mut names: BTreeSet<String> = PARTS.iter().map(ToString::to_string).collect();
    for length in [63, 64, 255, 256, 257, 1_018, 1_024, 1_025] {
        names.insert("x".repeat(length));
        names.insert("é".repeat(length / 2));
    }
    names.extend(
        [
            "", "-", "a-", "-a", "$all", "Counter", "counter", "COUNTER", "counter ", "count",
        ]
        .map(String::from),
    );
    while names.len() < count {
        let parts = random.usize(1..4);
        names.insert(
            (0..parts)
                .map(|_| PARTS[random.usize(..PARTS.len())])
                .collect(),
        );
    }
    names.into_iter().collect()
}

/// One event under these names, if they may be used at all.
fn batch(category: &str, id: &str, name: &str, number: u128) -> Result<Append, Refusal> {
    let stream = StreamName::new(category, id)?;
    let event = NewEvent {
        name: name.to_owned().into(),
        codec: name.to_owned().into(),
        tenant: Some(name.into()),
        ..NewEvent::json(EventId::new(Uuid::from_u128(number)), "", "{}")
    };
    Ok(Append::new(stream, Expected::NoStream, vec![event])?)
}

/// The typed errors by which a name may be refused.
#[derive(Debug)]
enum Refusal {
    Stream,
    Text,
}

impl From<InvalidName> for Refusal {
    fn from(_: InvalidName) -> Self {
        Self::Stream
    }
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        assert!(matches!(refused, Refused::BadText { .. }), "{refused}");
        Self::Text
    }
}

/// What was sent, in order, and how many names were turned away.
async fn send(store: &impl Store, names: &[String]) -> (Vec<Row>, usize) {
    let (mut sent, mut refused) = (Vec::new(), 0);
    for (name, number) in names.iter().zip(1..) {
        // As a category, as an id, and as everything that an event is told by.
        for (category, id, name, number) in [
            (name.as_str(), "1", "plain", number),
            ("plain", name, "plain", number + 1_000_000),
            ("named", &format!("{number}"), name, number + 2_000_000),
        ] {
            let append = match batch(category, id, name, number) {
                Ok(append) => append,
                Err(Refusal::Stream | Refusal::Text) => {
                    refused += 1;
                    continue;
                }
            };
            let stream = append.stream().clone();
            assert_eq!((stream.category(), stream.id()), (category, id));
            assert_eq!(stream.as_str().parse(), Ok(stream.clone()));
            let appended = store.append(append.clone()).await.unwrap();
            sent.extend(Row::told(&append, &appended));
        }
    }
    (sent, refused)
}

/// Each name as a filter lets through what equals it, and nothing else.
async fn filters(store: &impl Store, names: &[String], sent: &[Row]) -> usize {
    let category = |row: &Row| row.stream.split_once('-').unwrap().0.to_owned();
    for name in names {
        let found = rows(store, Read::all(None).category(name.clone())).await;
        let equal = sent.iter().filter(|row| category(row) == *name);
        assert!(
            found.iter().eq(equal),
            "the filter by the category {name:?} found {found:?}"
        );
        let found = rows(store, Read::all(None).event(name.clone())).await;
        let equal = sent.iter().filter(|row| row.name == *name);
        assert!(
            found.iter().eq(equal),
            "the filter by the name {name:?} found {found:?}"
        );
        if let Ok(stream) = StreamName::new("plain", name) {
            let found = rows(store, Read::stream(stream.clone(), None).event("plain")).await;
            let equal = sent.iter().filter(|row| row.stream == stream.as_str());
            assert!(
                found.iter().eq(equal),
                "the stream {stream:?} holds {found:?}"
            );
        }
    }
    2 * names.len()
}

/// An aggregate whose id is the name keeps to itself, through a snapshot and a delete too.
async fn aggregates<S: Store + Clone>(store: &S, names: &[String]) {
    let counters = || Repository::<Counter, _>::new(store.clone()).snapshot_every(1);
    let usable = || {
        names
            .iter()
            .filter(|name| StreamName::new("counter", name).is_ok())
    };
    for (name, amount) in usable().zip(1..) {
        let added = Added {
            writer: 0,
            number: 0,
            amount,
        };
        let done = counters()
            .update(name, |_| Ok::<_, String>(added.clone()))
            .await;
        assert_eq!(
            done.unwrap().state.sum,
            amount,
            "{name:?} found another one's events"
        );
    }
    for (name, amount) in usable().zip(1..) {
        let loaded = counters().load(name).await.unwrap();
        assert_eq!(
            loaded.state.sum, amount,
            "{name:?} took another one's place"
        );
        if amount % 2 == 0 {
            let stream = StreamName::new("counter", name).unwrap();
            let deleted = store
                .deletes()
                .unwrap()
                .delete(stream, Expected::Exists)
                .await;
            assert_eq!(deleted.unwrap(), 1, "{name:?}");
        }
    }
    for (name, amount) in usable().zip(1..) {
        let left = counters().load(name).await.unwrap().state.sum;
        assert_eq!(
            left,
            if amount % 2 == 0 { 0 } else { amount },
            "{name:?} was deleted with another one"
        );
    }
}

async fn keeps<S: Store + Clone>(store: &S, names: &[String]) -> (usize, usize, usize) {
    let (sent, refused) = send(store, names).await;
    assert_eq!(
        stored(store).await,
        sent,
        "a name was not kept as it was sent"
    );
    let filtered = filters(store, names, &sent).await;
    aggregates(store, names).await;
    (sent.len(), refused, filtered)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_refused_or_kept_and_found_by_what_equals_it() {
    let names = hostile(size(500, 1_000), &mut seeded("names"));
    let mut outcomes = Vec::new();
    for home in Home::of_each().await {
        let store = home.open().await;
        let before = home.schema().await;
        outcomes.push(keeps(&store, &names).await);
        let after = home.schema().await;
        assert_eq!(after, before, "a name became a part of the schema");
    }
    let (sent, refused, filtered) = outcomes[0];
    assert_eq!(sent + refused, 3 * names.len());
    assert_eq!(outcomes, [outcomes[0]; 3]);
    let [names, sent, refused, filtered] = [names.len(), sent, refused, filtered].map(figure);
    proved(
        "Names: hostile ones for categories, ids, events, codecs and tenants, memory, SQLite and PostgreSQL",
        &format!("{names} names; {sent} events sent, {refused} refused; {filtered} filters"),
        "0 events changed, 0 filters that find another name, 0 changes of the schema",
    );
}
