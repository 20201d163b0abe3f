//! What a server refuses, each brought about on it: what is said then, and that the store serves again.

use factum::postgres::tokio_postgres::error::SqlState;
use factum::postgres::tokio_postgres::{Client, Error};
use factum::store::{Append, NewEvent, Read};
use factum::{Expected, Postgres, Store, StoreError, Unavailable, UnavailableCause};
use factum_server::{Cluster, database_at};

use crate::batches::{add, batch, id_of, ids, name, takes_one_more, unavailable};
use crate::fixture::{HEAD, fresh, locked, session, to_who_waits, waiting};
use crate::lost::KILL;

/// What an append was refused for, of which nothing is there.
async fn refused(store: &Postgres, id: u128) -> Unavailable {
    let append = batch("account-1", Expected::Any, [id]);
    unavailable(store.append(append).await)
}

fn says(error: &Unavailable, cause: UnavailableCause, words: &[&str]) {
    assert_eq!(error.cause, cause, "{error}");
    for word in words {
        assert!(error.message.contains(word), "{word}: {error}");
    }
}

async fn run(client: &Client, sql: &str) {
    client.batch_execute(sql).await.unwrap();
}

/// What the driver itself says of it, which is the cause of the reason.
fn code(error: &Unavailable) -> Option<&SqlState> {
    let reason = error.reason.as_deref()?;
    reason.source()?.downcast_ref::<Error>()?.code()
}

/// Ends the sessions of the stores in this database, and waits for that.
async fn end_sessions(client: &Client) {
    let end = KILL.replace("(pid)", "(pid, 5000)");
    client.query(&end, &[]).await.unwrap();
}

/// Appends until that works: sessions that were ended are noticed one by one.
async fn add_again(store: &Postgres, id: u128) {
    let append = batch("account-1", Expected::Any, [id]);
    for _ in 0..20 {
        match store.append(append.clone()).await {
            Ok(_) => return,
            Err(error) => assert!(error.is_retryable(), "{error}"),
        }
    }
    panic!("it does not serve again");
}

#[tokio::test]
async fn a_server_that_takes_no_more_connections_says_so_and_takes_some_later() {
    let settings = [
        "max_connections=6",
        "superuser_reserved_connections=0",
        "max_wal_senders=0",
    ];
    let cluster = Cluster::start(&settings).unwrap();
    let url = database_at(cluster.folder()).await;
    let store = Postgres::builder(&url).migrate().open().await.unwrap();
    add(&store, "account-1", 1).await;
    let admin = session(&url).await;
    end_sessions(&admin).await;
    let mut others = Vec::new();
    while let Ok(other) = connect(&url).await {
        others.push(other);
    }
    // Of the sessions that have ended it learns by using them.
    let mut told = Vec::new();
    for _ in 0..4 {
        let append = batch("account-1", Expected::Any, [2]);
        told.extend(store.append(append).await.err());
    }
    let Some(StoreError::Unavailable(told)) = told.pop() else {
        panic!("{told:?}");
    };
    says(
        &told,
        UnavailableCause::Locked,
        &["53300", "`max_connections`"],
    );
    assert!(told.is_retryable());
    says(
        &unavailable(Postgres::open(&url).await),
        UnavailableCause::Locked,
        &["53300"],
    );
    drop(others);
    add_again(&store, 3).await;
    assert_eq!(ids(&store, Read::all(None)).await, [1, 3]);
}

async fn connect(url: &str) -> Result<Client, Error> {
    let tls = factum::postgres::tokio_postgres::NoTls;
    let (client, connection) = factum::postgres::tokio_postgres::connect(url, tls).await?;
    tokio::spawn(connection);
    Ok(client)
}

#[tokio::test]
async fn a_limit_of_the_server_is_told_and_less_is_stored() {
    let (url, _store) = fresh().await;
    // What does not fit into so little memory goes to a file, which may be as large as half of it.
    let store = format!("{url}&options=-c%20work_mem%3D64kB%20-c%20temp_file_limit%3D512");
    let store = Postgres::open(&store).await.unwrap();
    let large = (0..64).map(|id| NewEvent::json(id_of(id), "account.noted", vec![b'x'; 16 << 10]));
    let large = Append::new(name("account-1"), Expected::Any, large.collect()).unwrap();
    let error = unavailable(store.append(large).await);
    says(
        &error,
        UnavailableCause::Full,
        &["53400", "a limit that it is set to"],
    );
    assert!(!error.is_retryable());
    assert_eq!(store.head().await.unwrap(), None);
    add(&store, "account-1", 100).await;
}

/// The server's own words for it, without filling its disk.
#[tokio::test]
async fn a_disk_that_is_full_is_told_and_written_to_once_it_has_room() {
    let (url, store) = fresh().await;
    let admin = session(&url).await;
    run(
        &admin,
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
            RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full';
        END$$;
        CREATE TRIGGER full_disk BEFORE INSERT ON factum.events EXECUTE FUNCTION full_disk()",
    )
    .await;
    let error = refused(&store, 1).await;
    let words = ["53100", "free space on its disk"];
    says(&error, UnavailableCause::Full, &words);
    // The server's own words are behind ours, for everybody who waited for the same statement.
    assert!(
        error
            .to_string()
            .ends_with(": ERROR: could not extend file"),
        "{error}"
    );
    assert!(!error.is_retryable());
    assert_eq!(store.head().await.unwrap(), None);
    run(&admin, "DROP TRIGGER full_disk ON factum.events").await;
    add_again(&store, 1).await;
}

#[tokio::test]
async fn a_right_that_is_taken_away_is_missed_until_it_is_back() {
    let (url, own) = fresh().await;
    let app = factum_server::role(&url, |role| Postgres::grants("factum", role)).await;
    let store = Postgres::open(&app).await.unwrap();
    add(&store, "account-1", 1).await;
    let admin = session(&url).await;
    let role = app.split("user=").nth(1).unwrap();
    for (right, of) in [
        ("INSERT", "events"),
        ("UPDATE", "head"),
        ("UPDATE", "streams"),
    ] {
        run(
            &admin,
            &format!("REVOKE {right} ON factum.{of} FROM {role}"),
        )
        .await;
        let error = refused(&store, 2).await;
        says(&error, UnavailableCause::ReadOnly, &["42501", "grant it"]);
        assert_eq!(code(&error), Some(&SqlState::INSUFFICIENT_PRIVILEGE));
        assert!(!error.is_retryable());
        run(&admin, &Postgres::grants("factum", role)).await;
    }
    run(
        &admin,
        &format!("REVOKE SELECT ON factum.events FROM {role}"),
    )
    .await;
    let read = unavailable(store.read(Read::all(None)).await);
    says(&read, UnavailableCause::ReadOnly, &["42501"]);
    run(&admin, &Postgres::grants("factum", role)).await;
    add(&store, "account-1", 3).await;
    assert_eq!(ids(&own, Read::all(None)).await, [1, 3]);
}

#[tokio::test]
async fn the_victim_of_a_deadlock_is_told_and_the_next_append_is_stored() {
    let (url, own) = fresh().await;
    add(&own, "account-1", 1).await;
    // It looks for a deadlock before the other one does, which has the time to bring it about.
    let store = format!("{url}&options=-c%20deadlock_timeout%3D2s");
    let store = Postgres::open(&store).await.unwrap();
    let (other, watch) = (session(&url).await, session(&url).await);
    let stream = "SET deadlock_timeout = '60s'; BEGIN;
        SELECT FROM factum.streams WHERE name = 'account-1' FOR UPDATE";
    run(&other, stream).await;
    let append = tokio::spawn(async move { (refused(&store, 2).await, store) });
    waiting(&watch, 1).await;
    // The append has this, and waits for the stream.
    run(&other, &format!("{HEAD}; COMMIT")).await;
    let (error, store) = append.await.unwrap();
    says(&error, UnavailableCause::Locked, &["40P01"]);
    add(&store, "account-1", 3).await;
    assert_eq!(ids(&own, Read::all(None)).await, [1, 3]);
}

#[tokio::test]
async fn tables_that_are_gone_under_a_running_store_are_missed_until_they_are_back() {
    let (url, store) = fresh().await;
    add(&store, "account-1", 1).await;
    assert_eq!(ids(&store, Read::all(None)).await, [1]);
    let admin = session(&url).await;
    run(&admin, "ALTER TABLE factum.events RENAME TO hidden").await;
    says(
        &refused(&store, 2).await,
        UnavailableCause::NotAStore,
        &["42P01"],
    );
    let read = unavailable(store.read(Read::all(None)).await);
    says(
        &read,
        UnavailableCause::NotAStore,
        &["42P01", "migrate the schema"],
    );
    run(&admin, "ALTER TABLE factum.hidden RENAME TO events").await;
    add(&store, "account-1", 3).await;
    assert_eq!(ids(&store, Read::all(None)).await, [1, 3]);
    // All of them, and new ones in their place.
    run(&admin, "DROP SCHEMA factum CASCADE").await;
    says(
        &refused(&store, 4).await,
        UnavailableCause::NotAStore,
        &["42P01"],
    );
    run(&admin, &Postgres::migration("factum")).await;
    assert_eq!(add(&store, "account-1", 5).await.get(), 1);
    assert_eq!(ids(&store, Read::all(None)).await, [5]);
}

#[tokio::test]
async fn a_database_that_is_made_read_only_under_a_running_store_says_so() {
    let (url, store) = fresh().await;
    add(&store, "account-1", 1).await;
    let admin = session(&url).await;
    let set = |value: &str| {
        let database = url.split("///").nth(1).unwrap().split('?').next().unwrap();
        format!("ALTER DATABASE {database} SET default_transaction_read_only = {value}")
    };
    run(&admin, &set("on")).await;
    end_sessions(&admin).await;
    let error = loop {
        let append = batch("account-1", Expected::Any, [2]);
        match store.append(append).await {
            Err(StoreError::Unavailable(error)) if !error.is_retryable() => break error,
            outcome => assert!(outcome.unwrap_err().is_retryable()),
        }
    };
    says(
        &error,
        UnavailableCause::ReadOnly,
        &["25006", "the primary"],
    );
    assert_eq!(ids(&store, Read::all(None)).await, [1]);
    run(&admin, &set("off")).await;
    end_sessions(&admin).await;
    add_again(&store, 3).await;
    assert_eq!(ids(&store, Read::all(None)).await, [1, 3]);
}

#[tokio::test]
async fn a_session_that_is_ended_in_the_middle_of_an_append_leaves_an_unknown_outcome() {
    let (url, store) = fresh().await;
    let (other, admin) = (locked(&url, HEAD).await, session(&url).await);
    let append = batch("account-1", Expected::NoStream, [1]);
    let asked = tokio::spawn({
        let (store, append) = (store.clone(), append.clone());
        async move { store.append(append).await }
    });
    to_who_waits(&admin, "pg_terminate_backend(pid, 5000)").await;
    let Err(StoreError::UnknownOutcome(unknown)) = asked.await.unwrap() else {
        panic!("whether the server had committed cannot be known");
    };
    assert!(unknown.reason.to_string().contains("57P01"), "{unknown}");
    run(&other, "COMMIT").await;
    // Under the same ids it is stored once, whatever became of it.
    assert!(!store.append(append.clone()).await.unwrap().repeated);
    assert!(store.append(append).await.unwrap().repeated);
    assert_eq!(ids(&store, Read::all(None)).await, [1]);
}

#[tokio::test]
async fn a_server_that_fails_leaves_an_unknown_outcome_and_serves_again() {
    let (url, store) = fresh().await;
    let admin = session(&url).await;
    for (id, code) in [(1, "58030"), (2, "XX001")] {
        let failing = format!(
            "CREATE OR REPLACE FUNCTION failing() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN RAISE EXCEPTION ''the disk'' USING ERRCODE = ''{code}''; END';
             CREATE OR REPLACE TRIGGER failing BEFORE INSERT ON factum.events
                FOR EACH ROW EXECUTE FUNCTION failing()"
        );
        run(&admin, &failing).await;
        let outcome = store.append(batch("account-1", Expected::Any, [id])).await;
        let Err(StoreError::UnknownOutcome(unknown)) = outcome else {
            panic!("{outcome:?}")
        };
        let said = unknown.reason.to_string();
        let failed = format!("the server failed; look at its log (SQLSTATE {code})");
        assert!(said.contains(&failed), "{said}");
    }
    run(&admin, "DROP TRIGGER failing ON factum.events").await;
    add_again(&store, 1).await;
    assert_eq!(ids(&store, Read::all(None)).await, [1]);
}

#[tokio::test]
async fn a_statement_that_is_cancelled_is_not_stored() {
    let (url, store) = fresh().await;
    let (other, admin) = (locked(&url, HEAD).await, session(&url).await);
    let asked = tokio::spawn(async move { (refused(&store, 1).await, store) });
    to_who_waits(&admin, "pg_cancel_backend(pid)").await;
    let (error, store) = asked.await.unwrap();
    says(&error, UnavailableCause::Locked, &["57014"]);
    run(&other, "COMMIT").await;
    assert_eq!(store.head().await.unwrap(), None);
    add(&store, "account-1", 2).await;
}

#[tokio::test]
async fn the_largest_revision_stays_free_so_that_each_has_a_next_one() {
    let (url, store) = fresh().await;
    add(&store, "account-1", 1).await;
    let near_the_end = format!("UPDATE factum.streams SET last = {}", i64::MAX - 2);
    run(&session(&url).await, &near_the_end).await;
    takes_one_more(&store, "account-1").await;
    add(&store, "account-2", 1).await;
}
