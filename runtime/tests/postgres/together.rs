//! Appends that gather while the store is locked, and so go in one group: each has an outcome of its own.

use factum::store::{Append, Appended, Deletes, NewEvent, Read};
use factum::{Conflict, Expected, Postgres, Revision, Store, StoreError};
use futures_util::future::join_all;

use crate::batches::{add, batch, id_of, ids, name};
use crate::fixture::{HEAD, fresh, locked, session, waiting};

type Outcome = Result<Appended, StoreError>;

/// What came of these appends of one event each, which were all there before the first of them could be stored.
async fn gathered<const N: usize>(
    url: &str,
    store: &Postgres,
    appends: [(&'static str, Expected, u128); N],
) -> [Outcome; N] {
    let of_one = |(stream, expected, id)| batch(stream, expected, [id]);
    behind_another(url, store, appends.map(of_one)).await
}

/// The same of any appends, behind one to `first-1`.
async fn behind_another<const N: usize>(
    url: &str,
    store: &Postgres,
    appends: [Append; N],
) -> [Outcome; N] {
    let (other, watch) = (locked(url, HEAD).await, session(url).await);
    let send = |append| {
        let store = store.clone();
        tokio::spawn(async move { store.append(append).await })
    };
    // It is on its way to the server, and all others wait for it.
    let first = send(batch("first-1", Expected::Any, [u128::MAX]));
    waiting(&watch, 1).await;
    let running = appends.map(send);
    tokio::task::yield_now().await;
    other.batch_execute("COMMIT").await.unwrap();
    first.await.unwrap().unwrap();
    let outcomes = join_all(running).await.into_iter().map(Result::unwrap);
    outcomes.collect::<Vec<_>>().try_into().unwrap()
}

fn revision(number: u64) -> Expected {
    Expected::Revision(Revision::new(number))
}

/// Where an event was stored, and whether it was there already.
fn stored(outcome: &Outcome) -> (u64, bool) {
    let appended = outcome.as_ref().unwrap();
    (appended.first.get(), appended.repeated)
}

/// The last revision that stands in the way.
fn conflict(outcome: &Outcome) -> Option<u64> {
    match outcome {
        Err(StoreError::Conflict(Conflict { actual, .. })) => actual.map(Revision::get),
        other => panic!("a conflict is missing: {other:?}"),
    }
}

/// Positions have no gaps, and these ids stand at the last ones.
async fn are_last(store: &Postgres, expected: &[u128]) {
    let all = ids(store, Read::all(None)).await;
    let head = store.head().await.unwrap().unwrap();
    assert_eq!(head.get(), all.len() as u64, "a position is left out");
    let mut last = all[all.len() - expected.len()..].to_vec();
    last.sort_unstable();
    assert_eq!(last, expected);
}

#[tokio::test]
async fn each_of_a_group_finds_what_it_expects_or_not_for_itself() {
    let (url, store) = fresh().await;
    for (stream, id) in [("grown-1", 1), ("grown-1", 2), ("there-1", 3)] {
        add(&store, stream, id).await;
    }
    let outcomes = gathered(
        &url,
        &store,
        [
            ("grown-1", revision(1), 10),
            ("there-1", revision(5), 11),
            ("away-1", Expected::Exists, 12),
            ("new-1", Expected::NoStream, 13),
            ("any-1", Expected::Any, 14),
            ("away-2", revision(0), 15),
        ],
    );
    let [grown, late, missing, new, any, unknown] = &outcomes.await;
    assert_eq!(
        [grown, new, any].map(stored),
        [(2, false), (0, false), (0, false)]
    );
    assert_eq!(
        [late, missing, unknown].map(conflict),
        [Some(0), None, None]
    );
    are_last(&store, &[10, 13, 14]).await;
}

#[tokio::test]
async fn a_stream_that_was_deleted_goes_on_in_a_group_too() {
    let (url, store) = fresh().await;
    for (stream, id) in [("gone-1", 1), ("gone-1", 2), ("gone-2", 3), ("kept-1", 4)] {
        add(&store, stream, id).await;
    }
    for stream in ["gone-1", "gone-2"] {
        let deleted = store.delete(name(stream), Expected::Exists).await;
        deleted.unwrap();
    }
    let outcomes = gathered(
        &url,
        &store,
        [
            ("gone-1", Expected::NoStream, 10),
            ("gone-2", Expected::Exists, 11),
            ("kept-1", Expected::Exists, 12),
            ("kept-2", Expected::NoStream, 13),
        ],
    );
    let [revived, refused, kept, new] = &outcomes.await;
    assert_eq!(
        [revived, kept, new].map(stored),
        [(2, false), (1, false), (0, false)]
    );
    assert_eq!(conflict(refused), None);
}

#[tokio::test]
async fn an_id_that_is_known_keeps_no_other_out() {
    let (url, store) = fresh().await;
    for (stream, id) in [("known-1", 1), ("known-2", 2)] {
        add(&store, stream, id).await;
    }
    let outcomes = gathered(
        &url,
        &store,
        [
            ("known-1", Expected::Any, 1),
            ("known-2", Expected::NoStream, 2),
            ("new-1", Expected::NoStream, 10),
            ("any-1", Expected::Any, 11),
        ],
    );
    let [any, none, new, other] = &outcomes.await;
    assert_eq!([any, none].map(stored), [(0, true), (0, true)]);
    assert_eq!([new, other].map(stored), [(0, false), (0, false)]);
    are_last(&store, &[10, 11]).await;
}

#[tokio::test]
async fn several_of_one_stream_come_one_after_the_other() {
    let (url, store) = fresh().await;
    let outcomes = gathered(
        &url,
        &store,
        [
            ("same-1", Expected::NoStream, 10),
            ("same-1", Expected::NoStream, 11),
            ("same-1", revision(0), 12),
            ("other-1", Expected::Any, 13),
        ],
    );
    let [first, late, second, other] = &outcomes.await;
    assert_eq!(
        [first, second, other].map(stored),
        [(0, false), (1, false), (0, false)]
    );
    assert_eq!(conflict(late), Some(0));
    are_last(&store, &[10, 12, 13]).await;
}

/// In how many transactions these were stored, one beside the first.
async fn transactions(appends: [Append; 4]) -> i64 {
    let (url, store) = fresh().await;
    for outcome in behind_another(&url, &store, appends).await {
        outcome.unwrap();
    }
    let count = "SELECT count(DISTINCT xmin::text) FROM factum.events";
    let row = session(&url).await.query_one(count, &[]).await.unwrap();
    row.get(0)
}

#[tokio::test]
async fn a_group_with_enough_events_or_bytes_takes_no_more() {
    let stream = |n: u128| format!("many-{n}");
    let few = |n: u128| batch(&stream(n), Expected::Any, [n]);
    assert_eq!(transactions([1, 2, 3, 4].map(few)).await, 1 + 1);
    let many = |n: u128| batch(&stream(n), Expected::Any, n * 10_000..n * 10_000 + 6_000);
    assert_eq!(transactions([1, 2, 3, 4].map(many)).await, 1 + 2);
    let large = |n: u128| {
        let text = format!("\"{}\"", "x".repeat(5 << 20));
        let event = NewEvent::json(id_of(n), "account.noted", text);
        Append::new(name(&stream(n)), Expected::Any, vec![event]).unwrap()
    };
    assert_eq!(transactions([1, 2, 3, 4].map(large)).await, 1 + 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_waits_for_another_writer_sees_what_he_did_whatever_the_databases_default_is() {
    let (url, _) = fresh().await;
    let default = "DO $$ BEGIN EXECUTE format(
        'ALTER DATABASE %I SET default_transaction_isolation = ''repeatable read''', current_database()); END $$";
    session(&url).await.batch_execute(default).await.unwrap();
    let (store, other) = (Postgres::open(&url).await, Postgres::open(&url).await);
    let stores = [store.unwrap(), other.unwrap()];
    let (holder, watch) = (locked(&url, HEAD).await, session(&url).await);
    let both = (0..).zip(&stores).map(|(id, store)| {
        let append = batch("account-1", Expected::Any, [id]);
        let store = store.clone();
        tokio::spawn(async move { store.append(append).await })
    });
    let both: Vec<_> = both.collect();
    waiting(&watch, 2).await;
    holder.batch_execute("COMMIT").await.unwrap();
    for stored in both {
        stored.await.unwrap().unwrap();
    }
    assert_eq!(ids(&stores[0], Read::all(None)).await.len(), 2);
}
