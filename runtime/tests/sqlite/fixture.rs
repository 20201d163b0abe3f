//! Files, beside the batches that are put into them.

use std::path::PathBuf;

use factum::store::Page;
use factum::{Position, Revision, Sqlite};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

pub(crate) use crate::batches::{
    add, batch, cause, event, id_of, ids, name, named, takes_one_more, unavailable,
};

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

/// The revision or the position that a page ends at, whichever it was asked for.
pub(crate) fn end_of(page: &Page) -> Option<u64> {
    let position = page.position().map(Position::get);
    position.or(page.revision().map(Revision::get))
}
