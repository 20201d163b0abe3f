//! Schemas: their names, their versions, and many who migrate one.

use factum::store::Read;
use factum::{Position, Postgres, Store, UnavailableCause};
use futures_util::future::join_all;

use crate::batches::{add, cause, ids, unavailable};
use crate::fixture::{fresh, session};

#[tokio::test]
async fn a_schema_has_any_name_and_stores_of_two_names_know_nothing_of_each_other() {
    let url = factum_server::database().await;
    let names = [
        "Bank",
        "select",
        "a b",
        "a\"; DROP SCHEMA public; --",
        "$$",
        "\u{1f980}",
        &"x".repeat(63),
        "a'b\\",
    ];
    for (name, id) in names.iter().zip(1..) {
        let store = Postgres::builder(&url)
            .schema(*name)
            .migrate()
            .open()
            .await
            .unwrap();
        assert_eq!(store.head().await.unwrap(), None, "{name}");
        assert_eq!(add(&store, "account-1", id).await, Position::new(1));
        assert_eq!(ids(&store, Read::all(None)).await, [id]);
        Postgres::builder(&url).schema(*name).open().await.unwrap();
    }
    for name in ["", "a\0b", &"x".repeat(64)] {
        let refused = Postgres::builder(&url).schema(name).migrate().open().await;
        assert_eq!(cause(refused), UnavailableCause::Misconfigured, "{name:?}");
    }
}

#[tokio::test]
async fn ten_that_migrate_at_once_find_one_schema() {
    let url = factum_server::database().await;
    let open = |_| Postgres::builder(&url).connections(2).migrate().open();
    for store in join_all((0..10).map(open)).await {
        store.unwrap();
    }
    let rows = session(&url)
        .await
        .query("SELECT value FROM factum.meta", &[])
        .await
        .unwrap();
    assert_eq!(rows.len(), 1);
}

#[tokio::test]
async fn a_schema_that_newer_code_migrated_is_left_alone() {
    let (url, store) = fresh().await;
    add(&store, "account-1", 1).await;
    session(&url)
        .await
        .batch_execute("UPDATE factum.meta SET value = 99")
        .await
        .unwrap();
    for builder in [Postgres::builder(&url), Postgres::builder(&url).migrate()] {
        let refused = unavailable(builder.open().await);
        assert_eq!(refused.cause, UnavailableCause::NewerSchema);
        assert!(refused.message.contains("has version 99"), "{refused}");
    }
}
