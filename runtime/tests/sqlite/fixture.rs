//! Files, batches and whole reads.

use std::path::PathBuf;

use factum::store::{Append, NewEvent, Page, Read};
use factum::{
    EventId, Expected, Position, Revision, Sqlite, Store, StoreError, StreamName, Unavailable,
    UnavailableCause, Uuid,
};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

/// A directory that goes with the test, and a file in it that does not exist yet.
pub(crate) fn place() -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store.db");
    (directory, path)
}

pub(crate) async fn fresh() -> (TempDir, Sqlite) {
    let (directory, path) = place();
    (directory, Sqlite::open(path).await.unwrap())
}

/// A runtime in which one thread may block.
pub(crate) fn one_thread() -> Runtime {
    let runtime = Builder::new_current_thread()
        .max_blocking_threads(1)
        .enable_all()
        .build();
    runtime.unwrap()
}

pub(crate) fn name(name: &str) -> StreamName {
    name.parse().unwrap()
}

pub(crate) fn event(id: u128) -> NewEvent {
    named(id, "account.deposited")
}

pub(crate) fn named(id: u128, name: &'static str) -> NewEvent {
    NewEvent::json(id_of(id), name, format!(r#"{{"cents":{id}}}"#))
}

pub(crate) fn id_of(id: u128) -> EventId {
    EventId::new(Uuid::from_u128(id))
}

pub(crate) fn batch(
    stream: &str,
    expected: Expected,
    ids: impl IntoIterator<Item = u128>,
) -> Append {
    Append::new(name(stream), expected, ids.into_iter().map(event).collect()).unwrap()
}

/// Appends one event with this id, whatever is there.
pub(crate) async fn add(store: &Sqlite, stream: &str, id: u128) -> Position {
    store
        .append(batch(stream, Expected::Any, [id]))
        .await
        .unwrap()
        .positions[0]
}

/// The ids of all that a reader gets to see from this request on, page by page.
pub(crate) async fn ids(store: &impl Store, read: Read) -> Vec<u128> {
    let mut next = Some(read);
    let mut ids = Vec::new();
    while let Some(read) = next {
        let page = store.read(read.clone()).await.unwrap();
        ids.extend(page.iter().map(|event| event.id.get().as_u128()));
        next = page.next();
    }
    ids
}

pub(crate) fn unavailable<T: std::fmt::Debug>(outcome: Result<T, StoreError>) -> Unavailable {
    match outcome.unwrap_err() {
        StoreError::Unavailable(error) => error,
        other => panic!("expected the store to be unavailable, got: {other:?}"),
    }
}

pub(crate) fn cause<T: std::fmt::Debug>(outcome: Result<T, StoreError>) -> UnavailableCause {
    unavailable(outcome).cause
}

/// The revision or the position that a page ends at, whichever it was asked for.
pub(crate) fn end_of(page: &Page) -> Option<u64> {
    let position = page.position().map(Position::get);
    position.or(page.revision().map(Revision::get))
}
