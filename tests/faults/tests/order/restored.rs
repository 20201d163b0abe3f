//! A store that is read back from a backup: on another server, or in another file.

use std::process::Command;

use factum::store::Append;
use factum::{CheckpointAheadOfStore, Expected, Position, ReadError, Store, Subscription, Uuid};
use factum_faults::{
    Added, AnyStore, Counter, Place, encoded, figure, proved, quiet, size, stored,
};
use factum_server::Cluster;

use crate::home::{Home, on_shared_stores};
use crate::writers::judged;

on_shared_stores!(a_store_that_is_restored_shows_everything_and_goes_on);

/// The store elsewhere, by a dump into a server that knows nothing of the first one, or by a copy of a file that is
/// closed.
async fn restored(home: &Home) -> Home {
    match &home.place {
        Place::Database(url) => {
            let cluster = Cluster::start(&[]).unwrap();
            let to = factum_server::database_at(cluster.folder()).await;
            let folder = tempfile::tempdir().unwrap();
            let dump = folder.path().join("dump.sql");
            let mut pg_dump = Command::new(cluster.program("pg_dump"));
            run(pg_dump.arg(url).arg("-f").arg(&dump));
            let mut psql = Command::new(cluster.program("psql"));
            psql.args(["-q", "-v", "ON_ERROR_STOP=1", &to]);
            run(psql.arg("-f").arg(&dump));
            Home {
                place: Place::Database(to),
                folder,
                cluster: Some(cluster),
            }
        }
        place => {
            let copy = Home::sqlite().await;
            let to = copy.place.path().unwrap();
            std::fs::copy(place.path().unwrap(), to).unwrap();
            copy
        }
    }
}

fn run(command: &mut Command) {
    let run = command.output().unwrap();
    let said = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{command:?}: {said}");
}

async fn add(store: &AnyStore, number: u64) -> Position {
    let added = Added {
        writer: 99,
        number,
        amount: 1,
    };
    let id = Uuid::from_u64_pair(u64::MAX, number);
    let stream = "counter-restored".parse().unwrap();
    let append = Append::new(stream, Expected::Any, vec![encoded(id, &added)]).unwrap();
    store.append(append).await.unwrap().positions[0]
}

async fn a_store_that_is_restored_shows_everything_and_goes_on(home: Home) {
    let store = home.open().await;
    let told = judged("before the backup", &store, size(50, 500) as u64).await;
    add(&store, 1).await;
    // What was deleted stays so, and its positions and revisions are not given out again.
    let deletes = store.deletes().unwrap();
    let gone = "own-1".parse().unwrap();
    assert!(deletes.delete(gone, Expected::Exists).await.unwrap() > 0);
    let (head, there) = (store.head().await.unwrap().unwrap(), stored(&store).await);
    store.close().await;
    quiet(&home.place).await;

    let other = restored(&home).await;
    let store = home.open().await;
    let behind = add(&store, 2).await;
    assert_eq!(behind, Position::new(head.get() + 1));

    let again = other.open().await;
    assert_eq!(stored(&again).await, there, "not what was backed up");
    assert_eq!(again.head().await.unwrap(), Some(head));
    let mut events = Subscription::aggregate::<Counter>(again.clone()).after(Some(behind));
    match events.catch_up().await {
        Err(ReadError::CheckpointAheadOfStore(CheckpointAheadOfStore { .. })) => {}
        silent => panic!("a reader from behind the backup was answered {silent:?}"),
    }
    assert_eq!(
        add(&again, 1).await,
        add(&store, 1).await,
        "an id is forgotten"
    );
    assert_eq!(
        add(&again, 3).await,
        behind,
        "positions go on from where they were"
    );
    // With the two beside it, a thousand in all.
    for number in 4..=1_001 {
        assert_eq!(add(&again, number).await.get(), behind.get() + number - 3);
    }
    let reborn = encoded(
        Uuid::max(),
        &Added {
            writer: 1,
            number: 0,
            amount: 0,
        },
    );
    let reborn = Append::new("own-1".parse().unwrap(), Expected::NoStream, vec![reborn]).unwrap();
    let first = again.append(reborn).await.unwrap().first.get();
    let last = told
        .batches
        .iter()
        .flatten()
        .filter(|row| row.stream == "own-1");
    let last = last.map(|row| row.revision).max();
    assert_eq!(
        Some(first),
        last.map(|last| last + 1),
        "a revision is given out again"
    );
    let how = match home.place {
        Place::Database(_) => "dumped, and restored on a fresh server",
        _ => "copied, closed, to another file",
    };
    proved(
        &format!("Order: a store that is {how}, {}", home.place),
        &format!(
            "{} appends before, {} after",
            figure(told.batches.len()),
            figure(1_000_u64)
        ),
        "0 events changed or hidden, 0 positions or revisions given out again, 0 ids forgotten; a checkpoint from behind the backup is refused",
    );
}
