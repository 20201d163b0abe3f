//! Tables of every release: older ones are migrated, newer ones left alone.

use std::path::Path;

use factum::sqlite::rusqlite::Connection;
use factum::store::{Read, StoredSnapshot};
use factum::{Expected, Position, Revision, Sqlite, Store, Timestamp, UnavailableCause};

use crate::fixture::{batch, cause, ids, name, place, unavailable};

fn version(path: &Path) -> i64 {
    let sql = "SELECT value FROM factum_meta WHERE key = 'schema'";
    Connection::open(path)
        .unwrap()
        .query_row(sql, [], |row| row.get(0))
        .unwrap()
}

fn execute(path: &Path, sql: &str) {
    Connection::open(path).unwrap().execute_batch(sql).unwrap();
}

#[tokio::test]
async fn migrates_a_file_of_version_1_with_its_events() {
    let (_directory, path) = place();
    execute(&path, include_str!("version-1.sql"));
    let store = Sqlite::open(&path).await.unwrap();
    assert_eq!(version(&path), 2);
    assert_eq!(store.head().await.unwrap(), Some(Position::new(9)));

    let page = store.read(Read::all(None)).await.unwrap();
    let renamed = page.get(1).unwrap();
    assert_eq!(
        (renamed.stream, renamed.revision),
        ("account-1", Revision::new(1))
    );
    assert_eq!((renamed.name, renamed.version), ("account.renamed", 3));
    assert_eq!(
        (renamed.tenant, renamed.payload),
        (Some("north"), &[0, 0xff][..])
    );
    assert_eq!(renamed.recorded_at, Timestamp::from_second(2).unwrap());
    let placed = page.get(2).unwrap();
    assert_eq!(
        (placed.position, placed.index, placed.codec),
        (Position::new(6), 1, "cbor")
    );

    let order = Expected::Revision(Revision::new(3));
    let appended = store.append(batch("order-a-b", order, [4])).await.unwrap();
    assert_eq!(
        (appended.first, appended.positions),
        (Revision::new(4), vec![Position::new(10)])
    );
    let snapshot = StoredSnapshot {
        stream: name("account-1"),
        first: Revision::FIRST,
        revision: Revision::new(1),
        shape: u64::MAX,
        codec: "json".to_owned(),
        state: vec![1, 2],
    };
    let snapshots = store.snapshots().unwrap();
    snapshots.save(snapshot.clone()).await.unwrap();
    assert_eq!(
        snapshots.load(name("account-1")).await.unwrap(),
        Some(snapshot)
    );
}

#[tokio::test]
async fn refuses_a_newer_schema_and_leaves_the_file_alone() {
    for mode in ["wal", "delete"] {
        let (_directory, path) = place();
        let newer = "CREATE TABLE factum_meta (key TEXT PRIMARY KEY, value INTEGER) STRICT;
             INSERT INTO factum_meta VALUES ('schema', 3)";
        execute(&path, &format!("PRAGMA journal_mode = {mode}; {newer}"));
        let before = std::fs::read(&path).unwrap();
        let error = unavailable(Sqlite::open(&path).await);
        assert_eq!(error.cause, UnavailableCause::NewerSchema);
        assert!(
            error
                .message
                .contains("has schema version 3 and this build knows versions up to 2")
        );
        assert!(!error.is_retryable());
        assert!(
            std::fs::read(&path).unwrap() == before,
            "the file was changed"
        );
    }
}

#[tokio::test]
async fn refuses_versions_that_no_release_wrote() {
    for rows in ["", "INSERT INTO factum_meta VALUES ('schema', -1)"] {
        let (_directory, path) = place();
        let table = "CREATE TABLE factum_meta (key TEXT PRIMARY KEY, value INTEGER) STRICT;";
        execute(&path, &format!("{table} {rows}"));
        assert_eq!(
            cause(Sqlite::open(&path).await),
            UnavailableCause::NotAStore
        );
    }
}

#[tokio::test]
async fn refuses_tables_of_another_program() {
    let (_directory, path) = place();
    execute(&path, "CREATE TABLE factum_events (a)");
    let error = unavailable(Sqlite::open(&path).await);
    assert_eq!(error.cause, UnavailableCause::NotAStore);
    let tables = "SELECT count(*) FROM sqlite_schema";
    let count: i64 = Connection::open(&path)
        .unwrap()
        .query_row(tables, [], |row| row.get(0))
        .unwrap();
    assert_eq!(count, 1, "the migration is undone as a whole");
}

#[tokio::test(flavor = "multi_thread")]
async fn is_created_once_by_many_who_open_it_at_once() {
    let (_directory, path) = place();
    let opening: Vec<_> = (1..=8)
        .map(|id| {
            let path = path.clone();
            tokio::spawn(async move {
                let store = Sqlite::open(path).await.unwrap();
                store
                    .append(batch("account-1", Expected::Any, [id]))
                    .await
                    .unwrap();
            })
        })
        .collect();
    for one in opening {
        one.await.unwrap();
    }
    let store = Sqlite::open(&path).await.unwrap();
    let mut all = ids(&store, Read::all(None)).await;
    all.sort_unstable();
    assert_eq!(all, [1, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(version(&path), 2);
}
