//! Reads a file in which rows were damaged, in every way that there is, and tells what it saw.

use std::path::PathBuf;

use factum::store::Read;
use factum::{
    Aggregate, Json, Position, ReadError, Repository, Revision, Sqlite, Store, StoreError,
    StreamName, Subscription, decode_stored,
};
use factum_faults::process::{order, peak_memory, say};
use factum_faults::{Book, BookEvent, Booked, Inspection, Shelf};
use tokio::task::JoinSet;

/// Reads the file at this path, with books up to this number, and says what an [`Inspection`] holds.
pub(super) async fn play(arguments: &[String]) {
    let (path, books): (PathBuf, u64) = order(arguments);
    let store = Sqlite::open(path).await.unwrap();
    let before = peak_memory();
    let mut inspection = Inspection::default();
    follow(&store, &mut inspection).await;
    plain(&store, &mut inspection).await;
    let mut readers = JoinSet::new();
    for reader in 0..2 {
        let store = store.clone();
        readers.spawn(async move {
            let mut shelves = Vec::new();
            for book in (1..=books).filter(|book| book % 2 == reader) {
                shelves.push((book, shelf(&store, book).await));
            }
            shelves
        });
    }
    inspection.books = readers.join_all().await.into_iter().flatten().collect();
    inspection.grown = peak_memory() - before;
    say(&inspection);
}

/// The position that an error of the store names.
fn named(error: &StoreError) -> Position {
    let text = error.to_string();
    let behind = text
        .split_once("the row at position ")
        .map(|(_, behind)| behind);
    let digits = behind.and_then(|behind| behind.split(|one: char| !one.is_ascii_digit()).next());
    let position = digits.and_then(|digits| digits.parse().ok());
    Position::new(position.unwrap_or_else(|| panic!("an error that does not say where: {text}")))
}

async fn plain(store: &Sqlite, inspection: &mut Inspection) {
    let mut next = Some(Read::all(None));
    while let Some(read) = next {
        next = match store.read(read).await {
            Ok(page) => {
                for event in page.iter() {
                    inspection.plain.insert(event.position.get(), true);
                    if let Err(error) = decode_stored::<BookEvent, _>(&Json::default(), &event) {
                        assert_eq!(
                            (error.position, error.stream.as_str()),
                            (event.position, event.stream)
                        );
                    }
                }
                page.next()
            }
            Err(error) => {
                let position = named(&error);
                inspection.plain.insert(position.get(), false);
                Some(Read::all(Some(position)))
            }
        };
    }
}

async fn follow(store: &Sqlite, inspection: &mut Inspection) {
    let mut after = None;
    loop {
        let mut events = Subscription::aggregate::<Book>(store.clone()).after(after);
        let batch = match events.catch_up().await {
            Ok(Some(batch)) => batch,
            Ok(None) => return,
            Err(ReadError::Store(error)) => {
                let position = named(&error);
                inspection.followed.insert(position.get(), false);
                after = Some(position);
                continue;
            }
            Err(other) => panic!("{other:?}"),
        };
        for recorded in &batch {
            let (position, read) = match recorded {
                Ok(recorded) => (recorded.position, true),
                Err(error) => (error.position, false),
            };
            inspection.followed.insert(position.get(), read);
        }
        // Deliberately past what could not be read.
        after = batch.checkpoint();
    }
}

async fn shelf(store: &Sqlite, book: u64) -> Shelf {
    let books = Repository::<Book, _>::new(store.clone()).cache(0);
    let name = StreamName::new(Book::NAME, &book.to_string()).unwrap();
    let loaded = books.load(&book).await;
    let history = books.history(&book).await;
    let events = history.as_deref().unwrap_or_default();
    let second = events.get(1).map(|recorded| &recorded.event);
    Shelf {
        equal: second == Some(&BookEvent::Booked(Booked::full())),
        bad_metadata: events
            .iter()
            .filter(|recorded| recorded.metadata().is_err())
            .count(),
        reached: reached(store, &name).await,
        loaded: loaded
            .map(|loaded| loaded.state.events)
            .map_err(|error| kind(&error, &name)),
        history: history
            .map(|events| events.len())
            .map_err(|error| kind(&error, &name)),
    }
}

/// What kind of error it is, which has to say where it happened.
fn kind(error: &ReadError, name: &StreamName) -> String {
    match error {
        ReadError::Undecodable(error) => {
            assert_eq!(error.stream, name.as_str());
            "undecodable".to_owned()
        }
        ReadError::Torn(torn) => {
            assert_eq!(&torn.stream, name);
            "torn".to_owned()
        }
        ReadError::Store(error) => {
            named(error);
            "damaged".to_owned()
        }
        other => panic!("{other:?}"),
    }
}

/// The last event that a reader gets to who goes on behind what cannot be read.
async fn reached(store: &Sqlite, name: &StreamName) -> Option<u64> {
    let (mut last, mut after) = (None, None);
    for _ in 0..10 {
        match store.read(Read::stream(name.clone(), after)).await {
            Ok(page) => {
                last = page
                    .iter()
                    .next_back()
                    .map(|event| event.revision.get())
                    .or(last);
                after = page.next().and(last.map(Revision::new));
                if after.is_none() {
                    break;
                }
            }
            Err(_) => after = Some(after.map_or(Revision::FIRST, Revision::next)),
        }
    }
    last
}
