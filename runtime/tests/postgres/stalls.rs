//! Whoever keeps the store waiting is named, as far as the role may know.

use std::time::Duration;

use factum::postgres::tokio_postgres::Client;
use factum::{Expected, Postgres, Store, StoreError, Unavailable, UnavailableCause};
use factum_server::{Cluster, database_at};

use crate::batches::{add, batch, name, unavailable};
use crate::fixture::{EVENTS, HEAD, fresh, pool, session};

const TIMEOUT: Duration = Duration::from_secs(1);

/// A session with a name that has done this in a transaction, which stays open, and the number of that session.
async fn holding(url: &str, lock: &str) -> (Client, String) {
    let other = session(url).await;
    let hold = format!("SET application_name = 'nightly report'; BEGIN; {lock}");
    other.batch_execute(&hold).await.unwrap();
    let ask = "SELECT pg_backend_pid()";
    let session: i32 = other.query_one(ask, &[]).await.unwrap().get(0);
    (
        other,
        format!("it waited for process {session} of the server"),
    )
}

async fn stalled(url: &str) -> (Postgres, Unavailable) {
    let builder = Postgres::builder(url).timeout(TIMEOUT).connections(2);
    let store = builder.open().await.unwrap();
    let append = batch("account-1", Expected::Any, [2]);
    let refused = unavailable(store.append(append).await);
    assert_eq!(refused.cause, UnavailableCause::Locked, "{refused}");
    assert!(refused.message.contains("55P03"), "{refused}");
    (store, refused)
}

#[tokio::test]
async fn who_holds_a_lock_that_appends_wait_for_is_named() {
    let (url, store) = fresh().await;
    add(&store, "account-1", 1).await;
    let row = "SELECT FROM factum.streams WHERE name = 'account-1' FOR UPDATE";
    for lock in [HEAD, row, EVENTS] {
        let (other, session) = holding(&url, lock).await;
        let (store, refused) = stalled(&url).await;
        let told = [
            &*session,
            "`nightly report`, idle in transaction, its transaction open for ",
        ];
        for word in told {
            assert!(refused.message.contains(word), "{lock}: {refused}");
        }
        let delete = store.deletes().unwrap();
        let delete = delete.delete(name("account-1"), Expected::Exists);
        let refused = unavailable(delete.await);
        assert!(refused.message.contains(&session), "{lock}: {refused}");
        other.batch_execute("ROLLBACK").await.unwrap();
        add(&store, "account-1", 2).await;
    }
}

#[tokio::test]
async fn behind_others_who_wait_the_one_who_does_not_is_named() {
    let (url, _store) = fresh().await;
    let (other, session) = holding(&url, HEAD).await;
    let (between, _) = holding(&url, "").await;
    let waiting = tokio::spawn(async move { between.batch_execute(HEAD).await });
    let (_, refused) = stalled(&url).await;
    assert!(refused.message.contains(&session), "{refused}");
    other.batch_execute("ROLLBACK").await.unwrap();
    waiting.await.unwrap().unwrap();
}

#[tokio::test]
async fn of_one_that_the_role_may_not_look_at_the_number_and_the_name_are_told() {
    let (url, _store) = fresh().await;
    let app = factum_server::role(&url, |role| Postgres::grants("factum", role)).await;
    let (_other, session) = holding(&url, HEAD).await;
    let (_, refused) = stalled(&app).await;
    let known = format!("{session}, `nightly report`");
    assert!(refused.message.ends_with(&known), "{refused}");
}

#[tokio::test]
async fn where_only_the_client_gives_up_the_unknown_outcome_names_it_too() {
    let (url, _store) = fresh().await;
    let pool = pool(&url);
    let store = Postgres::on(pool).timeout(TIMEOUT).open().await.unwrap();
    let (other, session) = holding(&url, HEAD).await;
    let append = batch("account-1", Expected::NoStream, [1]);
    let Err(StoreError::UnknownOutcome(unknown)) = store.append(append).await else {
        panic!("the outcome is known");
    };
    let told = unknown.reason.to_string();
    assert!(told.contains(&session), "{told}");
    other.batch_execute("ROLLBACK").await.unwrap();
}

#[tokio::test]
async fn a_transaction_that_was_prepared_and_forgotten_is_told_from_a_session() {
    let cluster = Cluster::start(&["max_prepared_transactions=1"]).unwrap();
    let url = database_at(cluster.folder()).await;
    let builder = Postgres::builder(&url).migrate();
    builder.open().await.unwrap();
    let (other, _) = holding(&url, HEAD).await;
    let prepare = "PREPARE TRANSACTION 'forgotten'";
    other.batch_execute(prepare).await.unwrap();
    let (store, refused) = stalled(&url).await;
    assert!(refused.message.contains("`pg_prepared_xacts`"), "{refused}");
    let end = "ROLLBACK PREPARED 'forgotten'";
    other.batch_execute(end).await.unwrap();
    add(&store, "account-1", 1).await;
}
