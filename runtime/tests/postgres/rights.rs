//! A role with the rights that are printed: it can do all that a store does, as the conformance suite shows too, and
//! nothing else.

use std::time::{Duration, Instant};

use factum::postgres::tokio_postgres::Client;
use factum::store::{Deletes, Read, Snapshots};
use factum::{Expected, Postgres, Store, UnavailableCause};

use crate::batches::{add, batch, cause, ids, name};
use crate::fixture::{session, snapshot};

/// A database whose schema is made by hand, and its address for a role that owns nothing there.
async fn granted() -> (String, String) {
    let url = factum_server::database().await;
    factum_server::execute(&url, &Postgres::migration("factum")).await;
    let app = factum_server::role(&url, |role| Postgres::grants("factum", role)).await;
    (url, app)
}

#[tokio::test]
async fn the_printed_rights_are_enough() {
    let (_, app) = granted().await;
    let store = Postgres::open(&app).await.unwrap();
    let append = batch("account-1", Expected::NoStream, [1, 2]);
    store.append(append.clone()).await.unwrap();
    assert!(store.append(append).await.unwrap().repeated);
    assert_eq!(ids(&store, Read::all(None)).await, [1, 2]);
    // One that is new, and one over it.
    for revision in [0, 1] {
        let snapshot = snapshot(revision);
        Snapshots::save(&store, snapshot.clone()).await.unwrap();
        let loaded = Snapshots::load(&store, name("account-1")).await.unwrap();
        assert_eq!(loaded, Some(snapshot));
    }
    let delete = Deletes::delete(&store, name("account-1"), Expected::Exists);
    assert_eq!(delete.await.unwrap(), 2);
    let loaded = Snapshots::load(&store, name("account-1")).await.unwrap();
    assert_eq!(loaded, None);
    assert_eq!(ids(&store, Read::all(None)).await, []);
    add(&store, "account-1", 3).await;
}

#[tokio::test]
async fn whoever_owns_the_schema_may_migrate_it_and_needs_no_right_to_make_one() {
    let url = factum_server::database().await;
    let owner = |role: &str| format!("CREATE SCHEMA ledger AUTHORIZATION {role}");
    let owner = factum_server::role(&url, owner).await;
    let store = Postgres::builder(&owner).schema("ledger").migrate();
    add(&store.open().await.unwrap(), "account-1", 1).await;
    let missing = Postgres::builder(&owner).schema("elsewhere").migrate();
    let refused = cause(missing.open().await);
    assert_eq!(refused, UnavailableCause::ReadOnly);
}

#[tokio::test]
async fn a_role_with_the_printed_rights_is_woken_by_others() {
    let (_, app) = granted().await;
    let open = || {
        let builder = Postgres::builder(&app).notify(true).connections(2);
        builder.poll_interval(Duration::from_secs(60)).open()
    };
    let (here, there) = (open().await.unwrap(), open().await.unwrap());
    let started = Instant::now();
    let wait = tokio::spawn(async move { there.wait(None, Duration::from_secs(30)).await });
    // It has looked once, and waits.
    tokio::time::sleep(Duration::from_millis(100)).await;
    add(&here, "account-1", 1).await;
    wait.await.unwrap().unwrap();
    let took = started.elapsed();
    assert!(took < Duration::from_secs(10), "nothing woke it: {took:?}");
}

/// Has the server refuse this for want of a right.
async fn is_forbidden(session: &Client, sql: &str) {
    let Err(refused) = session.batch_execute(sql).await else {
        panic!("{sql}: it may do that");
    };
    let code = refused.code().unwrap().code();
    assert_eq!(code, "42501", "{sql}: {refused:?}");
}

#[tokio::test]
async fn the_printed_rights_let_nobody_change_what_is_stored() {
    let (admin, app) = granted().await;
    let store = Postgres::open(&app).await.unwrap();
    add(&store, "account-1", 1).await;
    let app = session(&app).await;
    for table in ["meta", "head", "streams", "events", "snapshots"] {
        is_forbidden(&app, &format!("TRUNCATE factum.{table}")).await;
        is_forbidden(&app, &format!("DROP TABLE factum.{table}")).await;
        is_forbidden(
            &app,
            &format!("ALTER TABLE factum.{table} ADD COLUMN mine int"),
        )
        .await;
        is_forbidden(&app, &format!("CREATE TRIGGER mine AFTER INSERT ON factum.{table} EXECUTE FUNCTION suppress_redundant_updates_trigger()")).await;
        is_forbidden(&app, &format!("CREATE INDEX ON factum.{table} ((1))")).await;
    }
    for table in ["meta", "head", "streams"] {
        is_forbidden(&app, &format!("DELETE FROM factum.{table}")).await;
    }
    for sql in [
        "UPDATE factum.events SET payload = 'x'",
        "UPDATE factum.events SET position = position + 1",
        "UPDATE factum.meta SET value = 7",
        "INSERT INTO factum.meta VALUES ('mine', 7)",
        "INSERT INTO factum.head VALUES (false, 7)",
        "SELECT setval('factum.stream_keys', 1)",
        "CREATE TABLE factum.mine ()",
        "CREATE OR REPLACE FUNCTION factum.is_met(bigint, bigint) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
        "DROP FUNCTION factum.delete(text, bigint)",
        "DROP SCHEMA factum CASCADE",
        "DO $$BEGIN LOCK TABLE factum.meta IN EXCLUSIVE MODE; END$$",
    ] {
        is_forbidden(&app, sql).await;
    }
    assert_eq!(ids(&store, Read::all(None)).await, [1]);
    // The owner of all this may, so what was refused is no mistake in it.
    let owner = session(&admin).await;
    let touch = "UPDATE factum.events SET payload = payload; DELETE FROM factum.snapshots";
    owner.batch_execute(touch).await.unwrap();
}

#[tokio::test]
async fn without_the_right_to_delete_streams_stay_and_grow() {
    let (admin, app) = granted().await;
    let role = app.split("user=").nth(1).unwrap();
    let revoke = format!("REVOKE DELETE ON factum.events, factum.snapshots FROM {role}");
    factum_server::execute(&admin, &revoke).await;
    let store = Postgres::open(&app).await.unwrap();
    add(&store, "account-1", 1).await;
    Snapshots::save(&store, snapshot(0)).await.unwrap();
    let delete = Deletes::delete(&store, name("account-1"), Expected::Any);
    assert_eq!(cause(delete.await), UnavailableCause::ReadOnly);
    add(&store, "account-1", 2).await;
    assert_eq!(ids(&store, Read::all(None)).await, [1, 2]);
    let loaded = Snapshots::load(&store, name("account-1")).await.unwrap();
    assert_eq!(loaded, Some(snapshot(0)));
}
