//! Many who append while the store cannot be reached: each is answered in time, and what is refused is not there.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use factum::postgres::deadpool_postgres::Object;
use factum::store::{Deletes, Read};
use factum::{Expected, Postgres, Store, StoreError, UnavailableCause};
use tokio::task::JoinSet;

use crate::batches::{add, batch, ids, name};
use crate::fixture::{HEAD, fresh, locked, pool};

const TIMEOUT: Duration = Duration::from_secs(1);

/// Twice `timeout` where nothing is sent, with something for a machine that does other things as well.
const BOUND: Duration = Duration::from_secs(3);

/// A store over a pool of two connections, and those, which others have.
async fn full(url: &str) -> (Postgres, [Object; 2]) {
    let pool = pool(url);
    let builder = Postgres::on(pool.clone()).timeout(TIMEOUT);
    let store = builder.open().await.unwrap();
    let taken = [pool.get().await.unwrap(), pool.get().await.unwrap()];
    (store, taken)
}

/// What an append or a delete came to, and how long that took.
type Answer = (Result<(), StoreError>, Duration);

/// Asks for a delete in every third place: each ends the group that it is in.
async fn ask(store: Postgres, id: u128) -> Answer {
    let started = Instant::now();
    let outcome = if id.is_multiple_of(3) {
        let delete = Deletes::delete(&store, name("account-0"), Expected::Exists);
        delete.await.map(drop)
    } else {
        let append = batch(&format!("account-{id}"), Expected::NoStream, [id]);
        store.append(append).await.map(drop)
    };
    (outcome, started.elapsed())
}

/// Whether the error says that nothing was done and that it may be tried again.
fn is_refused(outcome: &Result<(), StoreError>) -> bool {
    let Err(StoreError::Unavailable(error)) = outcome else {
        return false;
    };
    assert_eq!(error.cause, UnavailableCause::Locked, "{error}");
    assert!(error.is_retryable());
    error.to_string().contains("no connection was free")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_a_full_pool_everyone_is_answered_in_time_and_nothing_is_stored() {
    const CALLERS: u128 = 3_000;
    let (url, own) = fresh().await;
    add(&own, "account-0", 1).await;
    let (store, taken) = full(&url).await;
    let mut callers = JoinSet::new();
    for id in 10..10 + CALLERS {
        callers.spawn(ask(store.clone(), id));
        // They come one after the other, over several times the limit.
        if id.is_multiple_of(30) {
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }
    let answers = callers.join_all().await;
    let longest = answers.iter().map(|(_, took)| *took).max().unwrap();
    println!("the longest wait {longest:?}");
    assert!(longest < BOUND, "{longest:?}");
    for (outcome, _) in &answers {
        assert!(is_refused(outcome), "{outcome:?}");
    }
    assert_eq!(ids(&own, Read::all(None)).await, [1]);
    drop(taken);
    add(&store, "account-1", 2).await;
    assert_eq!(ids(&own, Read::all(None)).await, [1, 2]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_a_lock_everyone_is_answered_in_time_and_what_is_stored_is_what_was_not_refused() {
    const CALLERS: u128 = 600;
    let (url, own) = fresh().await;
    add(&own, "account-0", 1).await;
    // A statement that the server gives up is followed by the next one, each after most of the limit.
    let store = Postgres::builder(&url).timeout(TIMEOUT);
    let store = store.open().await.unwrap();
    let other = locked(&url, HEAD).await;
    let mut callers = JoinSet::new();
    for id in 10..10 + CALLERS {
        let store = store.clone();
        callers.spawn(async move { (id, ask(store, id).await) });
        tokio::time::sleep(6 * TIMEOUT / u32::try_from(CALLERS).unwrap()).await;
    }
    // Most of them are refused before, and the last ones wait.
    other.batch_execute("COMMIT").await.unwrap();
    let answers = callers.join_all().await;
    let longest = answers.iter().map(|(_, (_, took))| *took).max().unwrap();
    println!("the longest wait {longest:?}");
    assert!(longest < 4 * TIMEOUT, "{longest:?}");
    let (mut done, mut refused) = (0, 0);
    let stored: BTreeSet<u128> = ids(&own, Read::all(None)).await.into_iter().collect();
    for (id, (outcome, _)) in answers {
        let is_append = !id.is_multiple_of(3);
        match outcome {
            Ok(()) => {
                done += 1;
                assert!(stored.contains(&id) || !is_append, "{id} is lost");
            }
            Err(StoreError::Conflict(_)) => assert!(!is_append),
            Err(StoreError::UnknownOutcome(_)) => {}
            Err(StoreError::Unavailable(_)) => {
                refused += 1;
                assert!(!stored.contains(&id), "{id} is there");
            }
            Err(error) => panic!("{error:?}"),
        }
    }
    println!("{done} done, {refused} refused");
    assert!(done > 0 && refused > 0);
}
