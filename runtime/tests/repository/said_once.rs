//! What an error says, its causes do not say again.

use std::error::Error;

use factum::store::{Append, NewEvent};
use factum::testing::{Fault, Faulty};
use factum::{
    EventId, Expected, Memory, Repository, Retry, Sqlite, Store, StreamName, Unavailable,
    UnavailableCause, Uuid,
};

use crate::domain::{Account, Rated, ada, with_cents, withdraw};

/// What someone prints who prints the causes too.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

fn says_once(error: &dyn Error, what: &str) {
    let (alone, chain) = (error.to_string(), chain(error));
    assert_eq!(alone.matches(what).count(), 1, "{what:?} in {alone}");
    assert_eq!(chain.matches(what).count(), 1, "{what:?} in {chain}");
}

#[tokio::test]
async fn a_stored_event_that_cannot_be_read() {
    let store = Memory::new();
    let id = EventId::new(Uuid::from_u128(1));
    let bad = NewEvent::json(id, "account.deposited", r#"{"cents":"many"}"#);
    let stream = StreamName::new("account", "ada").unwrap();
    store
        .append(Append::new(stream, Expected::Any, vec![bad]).unwrap())
        .await
        .unwrap();
    let error = Repository::<Account, _>::new(store)
        .load(&ada())
        .await
        .unwrap_err();
    says_once(&error, "invalid type: string");
    says_once(&error, "the payload of `account.deposited`");
}

#[tokio::test]
async fn an_event_that_cannot_be_stored() {
    let accounts = with_cents(&Memory::new(), 1).await;
    let rated = Rated {
        rate: f64::NAN,
        tree: None,
        note: String::new(),
    };
    let refused = accounts
        .update(&ada(), |_| Ok::<_, std::fmt::Error>(rated.clone()))
        .await;
    says_once(&refused.unwrap_err(), "NaN and infinities");
}

#[tokio::test]
async fn an_outcome_that_is_unknown() {
    let store = Faulty::new(Memory::new());
    let accounts = with_cents(&store, 1).await.retry(Retry::never());
    store.plan([Fault::LostAnswer]);
    let unknown = accounts
        .update(&ada(), |_| Ok::<_, std::fmt::Error>(()))
        .await;
    assert!(unknown.is_ok(), "nothing was appended");
    let pending = accounts.execute(withdraw("ada", 1, "")).await.unwrap_err();
    let factum::ExecuteError::Unsettled(pending) = pending else {
        panic!("{pending:?}")
    };
    says_once(&*pending, "the answer was lost, as planned");
    store.plan([Fault::LostAnswer]);
    let still = accounts.settle(&pending).await.unwrap_err();
    says_once(&still, "the answer was lost, as planned");
}

#[tokio::test]
async fn a_store_that_cannot_serve() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("not a store.db");
    std::fs::write(
        &path,
        "not a database, but long enough to be looked at as one".repeat(40),
    )
    .unwrap();
    let error = Sqlite::open(&path).await.unwrap_err();
    says_once(&error, "is not an SQLite database");
    let gone = Unavailable::new(UnavailableCause::Io, "the disk is gone").because("os error 5");
    says_once(&gone, "os error 5");
    assert_eq!(
        chain(&gone),
        "the store cannot serve: the disk is gone: os error 5"
    );
}
