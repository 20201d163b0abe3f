//! Lost answers, lost requests, and a store that cannot serve.

use std::time::Duration;

use factum::testing::{Fault, Faulty};
use factum::{ExecuteError, Repository, Retry, SettleError, Store, UnavailableCause};

use crate::domain::{Account, ada, pending, with_cents, withdraw};
use crate::each::on_every_store;

on_every_store! {
    settles_a_lost_answer,
    settles_a_lost_request,
    settles_a_lost_answer_of_a_command_with_an_id,
    hands_over_what_it_cannot_settle,
    settles_later_what_was_recorded,
    settles_later_what_was_not_recorded,
    says_when_it_can_no_longer_be_recorded,
    keeps_an_outcome_unknown_when_the_store_goes_away,
    reports_a_store_that_cannot_serve_at_once,
}

fn quick() -> Retry {
    Retry::default()
        .attempts(4)
        .delays(Duration::ZERO, Duration::ZERO)
}

async fn faulty<S: Store + Clone>(store: S) -> (Faulty<S>, Repository<Account, Faulty<S>>) {
    let store = Faulty::new(store);
    let accounts = with_cents(&store, 100).await.retry(quick());
    (store, accounts)
}

async fn settles_a_lost_answer(store: impl Store + Clone) {
    let (store, accounts) = faulty(store).await;
    store.plan([Fault::LostAnswer, Fault::LostAnswer]);
    let done = accounts.execute(withdraw("ada", 30, "")).await.unwrap();
    assert_eq!((done.state.cents, done.events.len()), (70, 1));
    assert_eq!(Some(done.events[0].position), store.head().await.unwrap());
    let fresh = Repository::<Account, _>::new(store)
        .load(&ada())
        .await
        .unwrap();
    assert_eq!((fresh.state.cents, fresh.state.events), (70, 2));
}

async fn settles_a_lost_request(store: impl Store + Clone) {
    let (store, accounts) = faulty(store).await;
    store.plan([Fault::LostRequest, Fault::LostRequest]);
    let done = accounts.execute(withdraw("ada", 30, "")).await.unwrap();
    assert_eq!(done.state.cents, 70);
    assert_eq!(accounts.load(&ada()).await.unwrap().state.events, 2);
}

async fn settles_a_lost_answer_of_a_command_with_an_id(store: impl Store + Clone) {
    let (store, accounts) = faulty(store).await;
    store.plan([Fault::LostAnswer]);
    let done = accounts
        .execute(withdraw("ada", 30, "slip 1"))
        .await
        .unwrap();
    let again = accounts
        .execute(withdraw("ada", 30, "slip 1"))
        .await
        .unwrap();
    assert_eq!((&again.events, again.state.cents), (&done.events, 70));
}

async fn hands_over_what_it_cannot_settle(store: impl Store + Clone) {
    let (store, accounts) = faulty(store).await;
    store.plan([Fault::LostRequest; 4]);
    let error = accounts.execute(withdraw("ada", 30, "")).await.unwrap_err();
    assert!(!error.is_retryable(), "a new request may record it twice");
    let ExecuteError::Unsettled(pending) = error else {
        panic!("{error:?}")
    };
    assert!(pending.to_string().contains("`account-ada`"), "{pending}");
    assert_eq!(store.appends(), 5, "one deposit and four attempts");
    store.plan([Fault::LostRequest; 4]);
    let again = accounts.settle(&pending).await.unwrap_err();
    assert!(again.is_retryable());
    assert!(matches!(again, SettleError::Unsettled(_)));
    assert_eq!(store.appends(), 9, "four attempts more");
}

async fn settles_later_what_was_recorded(store: impl Store + Clone) {
    let (store, accounts) = faulty(store).await;
    store.plan([Fault::LostAnswer; 4]);
    let pending = pending(accounts.execute(withdraw("ada", 30, "")).await);
    accounts
        .update(&ada(), |account| account.deposit(5))
        .await
        .unwrap();
    let done = accounts.settle(&pending).await.unwrap();
    assert_eq!((done.state.cents, done.events.len()), (70, 1));
    assert_eq!(accounts.load(&ada()).await.unwrap().state.cents, 75);
}

async fn settles_later_what_was_not_recorded(store: impl Store + Clone) {
    let (store, accounts) = faulty(store).await;
    store.plan([Fault::LostRequest; 4]);
    let pending = pending(accounts.execute(withdraw("ada", 30, "")).await);
    let done = accounts.settle(&pending).await.unwrap();
    assert_eq!(done.state.cents, 70);
    assert_eq!(accounts.load(&ada()).await.unwrap().state.cents, 70);
}

async fn says_when_it_can_no_longer_be_recorded(store: impl Store + Clone) {
    let (store, accounts) = faulty(store).await;
    store.plan([Fault::LostRequest; 4]);
    let pending = pending(accounts.execute(withdraw("ada", 30, "")).await);
    accounts
        .update(&ada(), |account| account.deposit(5))
        .await
        .unwrap();
    let settled = accounts.settle(&pending).await.unwrap_err();
    assert!(
        matches!(settled, SettleError::NotRecorded(_)),
        "{settled:?}"
    );
    assert_eq!(accounts.load(&ada()).await.unwrap().state.cents, 105);
}

async fn keeps_an_outcome_unknown_when_the_store_goes_away(store: impl Store + Clone) {
    let (store, accounts) = faulty(store).await;
    store.plan([Fault::LostAnswer]);
    store.plan([Fault::Unavailable(UnavailableCause::Io); 3]);
    let error = accounts.execute(withdraw("ada", 30, "")).await.unwrap_err();
    let ExecuteError::Unsettled(pending) = error else {
        panic!("{error:?}")
    };
    assert_eq!(accounts.settle(&pending).await.unwrap().state.cents, 70);
}

async fn reports_a_store_that_cannot_serve_at_once(store: impl Store + Clone) {
    let (store, accounts) = faulty(store).await;
    for (cause, retryable) in [
        (UnavailableCause::Full, false),
        (UnavailableCause::Locked, true),
    ] {
        let appends = store.appends();
        store.plan([Fault::Unavailable(cause)]);
        let error = accounts.execute(withdraw("ada", 30, "")).await.unwrap_err();
        assert_eq!(error.is_retryable(), retryable);
        assert!(matches!(error, ExecuteError::Unavailable(error) if error.cause == cause));
        assert_eq!(store.appends(), appends + 1);
    }
    assert_eq!(accounts.load(&ada()).await.unwrap().state.cents, 100);
}
