//! The cache saves reading and decides nothing.

use factum::testing::Faulty;
use factum::{Expected, Repository, Revision, Store, StreamName, Uuid};

use crate::domain::{Account, Overdrawn, ada, with_cents, withdraw};
use crate::each::on_every_store;

on_every_store! {
    appends_on_a_cached_state_without_reading,
    confirms_a_rejection_that_was_decided_on_a_cached_state,
    confirms_that_there_is_nothing_to_record,
    forgets_a_deleted_aggregate,
    forgets_an_aggregate_that_was_deleted_and_began_again,
    loads_what_is_new_onto_a_cached_state,
    is_bounded,
}

async fn appends_on_a_cached_state_without_reading(store: impl Store + Clone) {
    let store = Faulty::new(store);
    let accounts = with_cents(&store, 10).await;
    let reads = store.reads();
    for _ in 0..5 {
        accounts.execute(withdraw("ada", 1, "")).await.unwrap();
    }
    assert_eq!(store.reads(), reads);
    let uncached = Repository::<Account, _>::new(store.clone()).cache(0);
    uncached.execute(withdraw("ada", 1, "")).await.unwrap();
    uncached.execute(withdraw("ada", 1, "")).await.unwrap();
    assert_eq!(store.reads(), reads + 2);
}

async fn confirms_a_rejection_that_was_decided_on_a_cached_state(store: impl Store + Clone) {
    let (mine, theirs) = (
        with_cents(&store, 10).await,
        Repository::<Account, _>::new(store),
    );
    theirs
        .update(&ada(), |account| account.deposit(90))
        .await
        .unwrap();
    let done = mine.execute(withdraw("ada", 50, "")).await.unwrap();
    assert_eq!(done.state.cents, 50);
}

async fn confirms_that_there_is_nothing_to_record(store: impl Store + Clone) {
    let (mine, theirs) = (
        with_cents(&store, 10).await,
        Repository::<Account, _>::new(store),
    );
    theirs
        .update(&ada(), |account| account.deposit(90))
        .await
        .unwrap();
    let spend_all = |account: &Account| match account.cents {
        100 => account.withdraw(100, Uuid::nil()).map(Some),
        _ => Ok(None),
    };
    assert_eq!(
        mine.update(&ada(), spend_all).await.unwrap().events.len(),
        1
    );
}

async fn forgets_a_deleted_aggregate(store: impl Store + Clone) {
    let accounts = with_cents(&store, 10).await;
    let stream = StreamName::new("account", "ada").unwrap();
    store
        .deletes()
        .unwrap()
        .delete(stream, Expected::Any)
        .await
        .unwrap();
    let done = accounts
        .update(&ada(), |account| account.deposit(1))
        .await
        .unwrap();
    assert_eq!(
        (done.state.cents, done.revision),
        (1, Some(Revision::new(1)))
    );
}

async fn forgets_an_aggregate_that_was_deleted_and_began_again(store: impl Store + Clone) {
    let accounts = with_cents(&store, 10).await;
    let stream = StreamName::new("account", "ada").unwrap();
    store
        .deletes()
        .unwrap()
        .delete(stream, Expected::Any)
        .await
        .unwrap();
    let theirs = Repository::<Account, _>::new(store).cache(0);
    theirs
        .update(&ada(), |account| account.deposit(2))
        .await
        .unwrap();
    assert_eq!(accounts.load(&ada()).await.unwrap().state.cents, 2);
    let rejected = accounts.execute(withdraw("ada", 5, "")).await.unwrap_err();
    assert!(matches!(
        rejected,
        factum::ExecuteError::Rejected(Overdrawn { cents: 2 })
    ));
}

async fn loads_what_is_new_onto_a_cached_state(store: impl Store + Clone) {
    let store = Faulty::new(store);
    let (mine, theirs) = (
        with_cents(&store, 10).await,
        Repository::<Account, _>::new(store.clone()),
    );
    theirs
        .update(&ada(), |account| account.deposit(5))
        .await
        .unwrap();
    let read = store.events_read();
    assert_eq!(mine.load(&ada()).await.unwrap().state.cents, 15);
    assert_eq!(store.events_read() - read, 1, "the rest was known");
}

async fn is_bounded(store: impl Store + Clone) {
    let store = Faulty::new(store);
    let accounts = Repository::<Account, _>::new(store.clone()).cache(10);
    for n in 0..100 {
        accounts
            .update(&n.to_string(), |account| account.deposit(1))
            .await
            .unwrap();
    }
    let reads = store.reads();
    for n in 0..100 {
        accounts
            .update(&n.to_string(), |account| account.deposit(1))
            .await
            .unwrap();
    }
    assert!(
        store.reads() - reads >= 90,
        "only {} were read again",
        store.reads() - reads
    );
}
