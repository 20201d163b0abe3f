//! Snapshots save reading, and are never needed.

use std::time::Duration;

use factum::store::{
    Append, Appended, BoxFuture, Durability, Page, Read, Snapshots, StoredSnapshot,
};
use factum::testing::Faulty;
use factum::{
    Aggregate, ExecuteError, Expected, Position, ReadError, Repository, Revision, Store,
    StoreError, StreamName,
};

use crate::domain::{Account, ada};
use crate::each::on_every_store;

on_every_store! {
    takes_one_each_time_the_stream_has_grown,
    reads_only_what_is_behind_it,
    does_without_one_of_another_shape_or_codec,
    leaves_one_of_newer_code_alone,
    finds_one_of_another_logic_where_it_looks_for_it,
    does_without_one_that_cannot_be_decoded,
    does_without_one_past_the_end_of_its_stream,
    does_without_one_of_a_deleted_stream,
    keeps_none_unless_it_is_told,
}

fn stream() -> StreamName {
    StreamName::new("account", "ada").unwrap()
}

fn repository<S: Store>(store: S) -> Repository<Account, S> {
    Repository::new(store).snapshot_every(10).cache(0)
}

async fn deposits<S: Store + Clone>(store: &S, times: u64) {
    let accounts = repository(store.clone());
    for _ in 0..times {
        accounts
            .update(&ada(), |account| account.deposit(1))
            .await
            .unwrap();
    }
}

async fn kept(store: &impl Store) -> Option<StoredSnapshot> {
    store.snapshots().unwrap().load(stream()).await.unwrap()
}

async fn takes_one_each_time_the_stream_has_grown(store: impl Store + Clone) {
    let accounts = repository(store.clone());
    for n in 1..=25 {
        accounts
            .update(&ada(), |account| account.deposit(1))
            .await
            .unwrap();
        let expected = match n {
            1..10 => None,
            10..20 => Some(Revision::new(9)),
            _ => Some(Revision::new(19)),
        };
        assert_eq!(
            kept(&store).await.map(|kept| kept.revision),
            expected,
            "after {n}"
        );
    }
    accounts
        .update(&ada(), |account| {
            account.deposit(1).map(|event| vec![event; 12])
        })
        .await
        .unwrap();
    assert_eq!(
        kept(&store).await.unwrap().revision,
        Revision::new(36),
        "past 30 in one batch"
    );
}

async fn reads_only_what_is_behind_it(store: impl Store + Clone) {
    deposits(&store, 25).await;
    let store = Faulty::new(store);
    let loaded = repository(store.clone()).load(&ada()).await.unwrap();
    assert_eq!(
        (loaded.state.cents, loaded.revision),
        (25, Some(Revision::new(24)))
    );
    assert_eq!((store.events_read(), store.reads()), (5, 1));
}

/// Puts a snapshot in place that says 1,000 cents, and loads: the truth is 25.
async fn loads_the_truth_beside(store: impl Store + Clone, wrong: StoredSnapshot) {
    deposits(&store, 25).await;
    // Only another shape replaces what is there; then the wrong one comes.
    let snapshots = store.snapshots().unwrap();
    let other = StoredSnapshot {
        shape: wrong.shape ^ 2,
        ..kept(&store).await.unwrap()
    };
    snapshots.save(other).await.unwrap();
    snapshots.save(wrong.clone()).await.unwrap();
    assert_eq!(kept(&store).await, Some(wrong));
    let accounts = repository(store.clone());
    assert_eq!(accounts.load(&ada()).await.unwrap().state.cents, 25);
    let done = accounts
        .update(&ada(), |account| account.deposit(1))
        .await
        .unwrap();
    assert_eq!(
        (done.state.cents, done.revision),
        (26, Some(Revision::new(25)))
    );
}

fn wrong() -> StoredSnapshot {
    StoredSnapshot {
        stream: stream(),
        first: Revision::FIRST,
        revision: Revision::new(19),
        shape: Account::shape(),
        codec: "json".into(),
        state: br#"{"owner":null,"cents":1000,"events":1000}"#.to_vec(),
    }
}

async fn does_without_one_of_another_shape_or_codec(store: impl Store + Clone) {
    let shape = Account::shape() ^ 1;
    loads_the_truth_beside(store.clone(), StoredSnapshot { shape, ..wrong() }).await;
    let codec = "cbor".to_owned();
    let accounts = repository(store.clone());
    store
        .snapshots()
        .unwrap()
        .save(StoredSnapshot { codec, ..wrong() })
        .await
        .unwrap();
    assert_eq!(accounts.load(&ada()).await.unwrap().state.cents, 26);
}

async fn leaves_one_of_newer_code_alone(store: impl Store + Clone) {
    deposits(&store, 19).await;
    let newer = StoredSnapshot {
        revision: Revision::new(10),
        shape: Account::shape() + (1 << 48),
        ..wrong()
    };
    store
        .snapshots()
        .unwrap()
        .save(newer.clone())
        .await
        .unwrap();
    deposits(&store, 21).await;
    let accounts = repository(store.clone());
    assert_eq!(accounts.load(&ada()).await.unwrap().state.cents, 40);
    assert_eq!(kept(&store).await, Some(newer));
}

async fn finds_one_of_another_logic_where_it_looks_for_it(store: impl Store + Clone) {
    deposits(&store, 19).await;
    let (believing, verifying) = (
        || repository(store.clone()),
        || repository(store.clone()).verify_snapshots(true),
    );
    assert_eq!(verifying().load(&ada()).await.unwrap().state.cents, 19);
    let revision = Revision::new(15);
    let wrong = StoredSnapshot {
        revision,
        ..wrong()
    };
    store
        .snapshots()
        .unwrap()
        .save(wrong.clone())
        .await
        .unwrap();
    assert_eq!(believing().load(&ada()).await.unwrap().state.cents, 1003);
    let error = verifying().load(&ada()).await.unwrap_err();
    let ReadError::SnapshotDiffers(differs) = &error else {
        panic!("{error}")
    };
    assert_eq!((&differs.stream, differs.revision), (&stream(), revision));
    assert!(differs.snapshot.contains("cents: 1000"), "{error}");
    assert!(differs.events.contains("cents: 16"), "{error}");
    assert!(error.to_string().contains("raise `snapshot(logic = ..)`"));
    assert!(!error.is_retryable());
    // Nothing is decided on it either.
    let decided = verifying()
        .update(&ada(), |account| account.deposit(1))
        .await;
    assert!(matches!(
        decided,
        Err(ExecuteError::Read(ReadError::SnapshotDiffers(_)))
    ));
    // One of another shape is not taken up.
    let past = StoredSnapshot {
        shape: wrong.shape ^ 1,
        ..wrong.clone()
    };
    store.snapshots().unwrap().save(past).await.unwrap();
    assert_eq!(verifying().load(&ada()).await.unwrap().state.cents, 19);
}

async fn does_without_one_that_cannot_be_decoded(store: impl Store + Clone) {
    let state = b"{\"owner\":null,\"cen".to_vec();
    loads_the_truth_beside(store, StoredSnapshot { state, ..wrong() }).await;
}

/// As after a restore: the store has lost events that went into a snapshot.
async fn does_without_one_past_the_end_of_its_stream(store: impl Store + Clone) {
    deposits(&store, 25).await;
    let store = Restored(store);
    assert_eq!(
        repository(store).load(&ada()).await.unwrap().state.cents,
        25
    );
}

/// A store whose snapshot knows of 100 events and of a thousand cents.
#[derive(Clone)]
struct Restored<S>(S);

impl<S: Store> Snapshots for Restored<S> {
    fn load(&self, _: StreamName) -> BoxFuture<'_, Result<Option<StoredSnapshot>, StoreError>> {
        let revision = Revision::new(99);
        Box::pin(async move {
            Ok(Some(StoredSnapshot {
                revision,
                ..wrong()
            }))
        })
    }

    fn save(&self, _: StoredSnapshot) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async { Ok(()) })
    }
}

impl<S: Store> Store for Restored<S> {
    fn append(&self, append: Append) -> BoxFuture<'_, Result<Appended, StoreError>> {
        self.0.append(append)
    }

    fn read(&self, read: Read) -> BoxFuture<'_, Result<Page, StoreError>> {
        self.0.read(read)
    }

    fn head(&self) -> BoxFuture<'_, Result<Option<Position>, StoreError>> {
        self.0.head()
    }

    fn wait(
        &self,
        after: Option<Position>,
        timeout: Duration,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        self.0.wait(after, timeout)
    }

    fn durability(&self) -> Durability {
        self.0.durability()
    }

    fn snapshots(&self) -> Option<&dyn Snapshots> {
        Some(self)
    }
}

async fn does_without_one_of_a_deleted_stream(store: impl Store + Clone) {
    deposits(&store, 25).await;
    store
        .deletes()
        .unwrap()
        .delete(stream(), Expected::Any)
        .await
        .unwrap();
    assert_eq!(kept(&store).await, None);
    deposits(&store, 2).await;
    // A slow writer keeps the snapshot of what was deleted in the meantime.
    store.snapshots().unwrap().save(wrong()).await.unwrap();
    assert_eq!(
        repository(store.clone())
            .load(&ada())
            .await
            .unwrap()
            .state
            .cents,
        2
    );
}

async fn keeps_none_unless_it_is_told(store: impl Store + Clone) {
    let accounts = Repository::<Account, _>::new(store.clone());
    for _ in 0..25 {
        accounts
            .update(&ada(), |account| account.deposit(1))
            .await
            .unwrap();
    }
    assert_eq!(kept(&store).await, None);
}
