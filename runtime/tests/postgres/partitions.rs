//! Events in partitions: what is stored twice, and what was there before.

use factum::store::Read;
use factum::{Expected, Position, Postgres, Store, StoreError};
use futures_util::future::join_all;

use crate::batches::{add, batch, ids};
use crate::fixture::{fresh, session};

const SCHEMA: &str = "a\"b'c";

#[tokio::test]
async fn a_store_that_has_events_is_partitioned_and_goes_on() {
    let url = factum_server::database().await;
    let builder = || Postgres::builder(&url).schema(SCHEMA).connections(2);
    let store = builder().migrate().open().await.unwrap();
    for id in 1..=5 {
        add(&store, &format!("account-{}", id % 2), id).await;
    }
    let partitions = [6..8, 8..10].map(|at| Postgres::partition(SCHEMA, at));
    let sql = Postgres::partitioning(SCHEMA) + &partitions.concat();
    let admin = session(&url).await;
    admin.batch_execute(&sql).await.unwrap();
    let url = factum_server::role(&url, |role| Postgres::grants(SCHEMA, role)).await;
    let builder = || Postgres::builder(&url).schema(SCHEMA).connections(2);
    // The store that was open, and one that a role opens now.
    for (store, from) in [(store, 6), (builder().open().await.unwrap(), 9)] {
        for id in from..from + 3 {
            assert_eq!(
                add(&store, &format!("account-{}", id % 2), id).await,
                position(id)
            );
        }
        let all: Vec<u128> = (1..from + 3).collect();
        assert_eq!(ids(&store, Read::all(None)).await, all);
        let odd: Vec<u128> = all.into_iter().filter(|id| id % 2 == 1).collect();
        let stream = Read::stream("account-1".parse().unwrap(), None);
        assert_eq!(ids(&store, stream).await, odd);
    }
    let ask = "SELECT tableoid::regclass::text, count(*) FROM \"a\"\"b'c\".events GROUP BY 1 ORDER BY min(position)";
    let rows = admin.query(ask, &[]).await.unwrap();
    let counts: Vec<i64> = rows.iter().map(|row| row.get(1)).collect();
    assert_eq!(counts, [5, 2, 2, 2], "first, both of the two, rest");
}

fn position(number: u128) -> Position {
    Position::new(number.try_into().unwrap())
}

#[tokio::test]
async fn an_id_is_stored_once_whichever_partition_it_would_go_to() {
    let (url, store) = fresh().await;
    let partitions = (1..60)
        .step_by(2)
        .map(|at| Postgres::partition("factum", at..at + 2));
    let sql = Postgres::partitioning("factum") + &partitions.collect::<String>();
    session(&url).await.batch_execute(&sql).await.unwrap();
    let other = Postgres::open(&url).await.unwrap();
    for id in 0..40 {
        // Each is sent by both at once, and again when later ones have gone to the next partition.
        for id in [id, id / 2] {
            let send = |store: Postgres| async move {
                store.append(batch("account-1", Expected::Any, [id])).await
            };
            let answers =
                join_all([store.clone(), other.clone(), store.clone(), other.clone()].map(send))
                    .await;
            let places: Vec<_> = answers
                .into_iter()
                .map(|answer| answer.unwrap().positions)
                .collect();
            assert!(
                places.iter().all(|place| *place == [position(id + 1)]),
                "{id}: {places:?}"
            );
        }
    }
    let stored = ids(&store, Read::all(None)).await;
    assert_eq!(stored, (0..40).collect::<Vec<_>>());
    let stale = store
        .append(batch("account-1", Expected::NoStream, [99]))
        .await;
    assert!(matches!(stale, Err(StoreError::Conflict(_))), "{stale:?}");
}
