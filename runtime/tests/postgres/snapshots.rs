//! A snapshot that comes while its stream is being deleted.

use factum::{Expected, Store};

use crate::batches::{batch, name};
use crate::fixture::{fresh, locked, session, snapshot, waiting};

#[tokio::test]
async fn nothing_of_a_stream_is_kept_that_is_being_deleted() {
    for there in [None, Some(snapshot(0))] {
        let (url, store) = fresh().await;
        let append = batch("account-1", Expected::NoStream, [1, 2]);
        store.append(append).await.unwrap();
        let snapshots = store.snapshots().unwrap();
        let is_there = there.is_some();
        if let Some(there) = there {
            snapshots.save(there).await.unwrap();
        }
        // The delete comes to the events, and goes no further.
        let event = "SELECT FROM factum.events WHERE revision = 1 FOR UPDATE";
        let (other, watch) = (locked(&url, event).await, session(&url).await);
        let delete = tokio::spawn({
            let store = store.clone();
            async move {
                let deletes = store.deletes().unwrap();
                deletes.delete(name("account-1"), Expected::Exists).await
            }
        });
        waiting(&watch, 1).await;
        let save = tokio::spawn({
            let store = store.clone();
            async move { store.snapshots().unwrap().save(snapshot(1)).await }
        });
        waiting(&watch, 2).await;
        other.batch_execute("COMMIT").await.unwrap();
        assert_eq!(delete.await.unwrap().unwrap(), 2, "{is_there}");
        save.await.unwrap().unwrap();
        let loaded = snapshots.load(name("account-1")).await.unwrap();
        assert_eq!(loaded, None, "{is_there}");
    }
}
