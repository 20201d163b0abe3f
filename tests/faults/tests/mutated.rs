//! Rows that were changed behind the store's back: each is read, or an error that says where it is.

use std::collections::BTreeMap;
use std::path::Path;

use factum::sqlite::rusqlite::Connection;
use factum::{ExecuteError, ReadError, Repository, Sqlite};
use factum_faults::process::Child;
use factum_faults::{Book, Booked, Closed, Inspection, Place, figure, proved, seeded, size};

use crate::PROGRAM;
use crate::memory::LIMIT;

mod damage;

use damage::{Damage, damage};

/// Books of three events each, made by the store and copied behind its back.
async fn library(path: &Path, books: usize) -> Connection {
    let store = Place::File(path.to_owned()).open().await;
    let by = "somebody".to_owned();
    let events = (Booked::full(), Booked::full(), Closed { by });
    let done = Repository::<Book, _>::new(store.clone())
        .update(&0, |_| Ok::<_, String>(events.clone()))
        .await;
    assert_eq!(done.unwrap().state.events, 3);
    store.close().await;
    let raw = Connection::open(path).unwrap();
    raw.execute_batch(&format!(
        "PRAGMA synchronous = OFF; BEGIN;
         CREATE TEMP TABLE books AS
            WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {books}) SELECT n FROM n;
         INSERT INTO factum_streams SELECT 1000 + n, 'book-' || n, 'book', 0, 2 FROM books;
         INSERT INTO factum_events (stream, revision, idx, id, name, version, codec, tenant, recorded_at, metadata, payload)
            SELECT 1000 + n, revision, idx, randomblob(16), name, version, codec, tenant, recorded_at, metadata, payload
            FROM books, factum_events ORDER BY n, revision;"
    ))
    .unwrap();
    raw
}

/// The positions of a book's events.
fn positions(book: u64) -> [u64; 3] {
    [book * 3 + 1, book * 3 + 2, book * 3 + 3]
}

#[tokio::test]
async fn a_damaged_row_is_read_or_named_and_never_skipped() {
    let books = size(10_000, 50_000);
    let mut random = seeded("damaged rows");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let raw = library(&path, books).await;
    let damages: Vec<_> = (1..=books as u64)
        .map(|book| damage(&raw, &mut random, book, positions(book)[1]))
        .collect();
    raw.execute_batch("COMMIT").unwrap();
    drop(raw);
    let inspection: Inspection = Child::play(PROGRAM, "inspect", &(&path, books))
        .last()
        .await;

    let (mut outcomes, mut kinds) = (BTreeMap::new(), BTreeMap::<String, usize>::new());
    for (damage, book) in damages.iter().zip(1..) {
        *kinds.entry(format!("{damage:?}")).or_default() += 1;
        *outcomes
            .entry(judged(&inspection, book, *damage))
            .or_default() += 1;
    }
    decides_nothing_on_a_torn_stream(&path, &damages).await;
    let grown = inspection.grown;
    assert!(
        grown < LIMIT,
        "reading damaged rows took {} MiB",
        grown >> 20
    );
    assert_eq!(kinds.len(), 17, "a way to damage a row was not tried");
    let outcomes: Vec<_> = outcomes
        .iter()
        .map(|(what, times): (_, &u32)| format!("{} {what}", figure(*times)))
        .collect();
    proved(
        "Damaged rows: loaded, subscribed to and read in another process, SQLite",
        &format!(
            "{} rows, damaged in {} ways",
            figure(damages.len()),
            kinds.len()
        ),
        &format!(
            "0 skipped, 0 panics, {} MiB more memory; {}",
            grown >> 20,
            outcomes.join(", ")
        ),
    );
}

/// A decision on half a history is refused at once, not tried again for ever.
async fn decides_nothing_on_a_torn_stream(path: &Path, damages: &[Damage]) {
    let books = Repository::<Book, _>::new(Sqlite::open(path).await.unwrap());
    for damage in [
        Damage::Revision,
        Damage::Deleted,
        Damage::EndTooEarly,
        Damage::EndTooLate,
    ] {
        let book = damages.iter().position(|one| *one == damage).unwrap() as u64 + 1;
        let closed = Closed {
            by: "me".to_owned(),
        };
        let refused = books
            .update(&book, |_| Ok::<_, String>(closed.clone()))
            .await
            .unwrap_err();
        let torn = matches!(&refused, ExecuteError::Read(ReadError::Torn(_)));
        let no_row = matches!(&refused, ExecuteError::Read(ReadError::Store(_)));
        assert!(
            torn || no_row && damage == Damage::Revision,
            "{damage:?}: {refused}"
        );
    }
}

/// What became of a book whose second event was damaged; nothing of it may go missing in silence.
fn judged(inspection: &Inspection, book: u64, damage: Damage) -> &'static str {
    let [first, second, third] = positions(book);
    for (how, seen) in [
        ("a plain read", &inspection.plain),
        ("a subscription", &inspection.followed),
    ] {
        for (position, whole) in [
            (first, damage != Damage::StreamName),
            (third, damage != Damage::StreamName),
        ] {
            let read = seen.get(&position);
            assert!(
                read.is_some(),
                "{how} skipped position {position} beside {damage:?}"
            );
            assert!(
                read == Some(&true) || !whole,
                "{how} did not reach position {position} beside {damage:?}"
            );
        }
        let there = seen.contains_key(&second);
        assert!(
            there || damage == Damage::Deleted,
            "{how} skipped position {second}, the {damage:?} itself"
        );
    }
    let shelf = &inspection.books[&book];
    if damage == Damage::StreamName {
        // Nobody can tell that there was a stream of the old name.
        assert_eq!(shelf.loaded, Ok(0));
        return "found under another name or reported";
    }
    assert!(
        shelf.reached >= Some(2),
        "what stands behind {damage:?} cannot be reached: {shelf:?}"
    );
    match (&shelf.loaded, &shelf.history) {
        (Ok(events), Ok(length)) => {
            assert!(
                (*events, *length) == (3, 3),
                "{damage:?} was skipped: {shelf:?}"
            );
            assert!(!damage.tears(), "{damage:?} was not noticed");
            match (shelf.equal, shelf.bad_metadata) {
                (_, 1..) => "with metadata that are an error",
                (true, 0) => "read as written",
                (false, 0) => "read as the other event that the bytes now say",
            }
        }
        (Err(loaded), Err(history)) => {
            assert_eq!(loaded, history, "{damage:?}");
            match loaded.as_str() {
                "torn" => "reported as missing or out of place",
                "damaged" => "reported as no row of the store",
                _ => "reported as undecodable",
            }
        }
        (Ok(3), Err(history)) if damage.is_beside() && history == "damaged" => {
            "reported with its envelope, which folding does not read"
        }
        _ => panic!("load and history do not agree about {damage:?}: {shelf:?}"),
    }
}
