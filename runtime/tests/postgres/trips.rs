//! How often the server is asked: once to load a stream, once to append to it, never whether it is there, and not again
//! for what it refuses.

use factum::store::Read;
use factum::{Expected, Postgres, Revision, Store, UnavailableCause};
use futures_util::future::join_all;

use crate::batches::{batch, name, unavailable};
use crate::fixture::{HEAD, fresh, locked, session, waiting};
use crate::wire::Wire;

const TIMES: u64 = 100;

#[tokio::test]
async fn a_load_and_an_append_ask_the_server_once_each() {
    let (url, _migrated) = fresh().await;
    let wire = Wire::to(&url, usize::MAX);
    let store = Postgres::open(&wire.url).await.unwrap();
    let load = async || store.read(Read::stream(name("account-1"), None)).await;
    let append = async |number| {
        let expected = match number {
            0 => Expected::NoStream,
            number => Expected::Revision(Revision::new(number - 1)),
        };
        let append = batch("account-1", expected, [number.into()]);
        assert_eq!(store.append(append).await.unwrap().first.get(), number);
    };
    // Connections come about, and statements are prepared.
    for number in 0..2 {
        append(number).await;
        load().await.unwrap();
    }
    let before = wire.trips();
    for _ in 0..TIMES {
        assert_eq!(load().await.unwrap().len(), 2);
    }
    let loaded = wire.trips();
    for number in 2..2 + TIMES {
        append(number).await;
    }
    let appended = wire.trips();
    assert_eq!([loaded - before, appended - loaded], [100, 100]);
}

#[tokio::test]
async fn a_group_that_lacks_a_right_is_sent_once() {
    let (url, _migrated) = fresh().await;
    let app = factum_server::role(&url, |role| Postgres::grants("factum", role)).await;
    let role = app.split("user=").nth(1).unwrap();
    let wire = Wire::to(&app, usize::MAX);
    let store = Postgres::open(&wire.url).await.unwrap();
    let append = |id| {
        let (store, append) = (store.clone(), batch("account-1", Expected::Any, [id]));
        async move { store.append(append).await }
    };
    // What was stored before has the server judge it, by a statement that is prepared then.
    append(1).await.unwrap();
    assert!(append(1).await.unwrap().repeated);
    let (other, admin) = (locked(&url, HEAD).await, session(&url).await);
    let first = tokio::spawn(append(2));
    waiting(&admin, 1).await;
    let behind = [3, 4, 5, 6].map(|id| tokio::spawn(append(id)));
    tokio::task::yield_now().await;
    let revoke = format!("REVOKE INSERT ON factum.events FROM {role}");
    admin.batch_execute(&revoke).await.unwrap();
    let before = wire.trips();
    other.batch_execute("COMMIT").await.unwrap();
    first.await.unwrap().unwrap();
    for outcome in join_all(behind).await {
        let error = unavailable(outcome.unwrap());
        assert_eq!(error.cause, UnavailableCause::ReadOnly, "{error}");
    }
    assert_eq!(wire.trips() - before, 1);
}
