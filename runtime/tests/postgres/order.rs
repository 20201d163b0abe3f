//! Positions follow commit order, whoever else does whatever.

use std::process::Command;
use std::time::Duration;

use factum::store::Read;
use factum::{Expected, Position, Postgres, Revision, Store, StoreError};
use futures_util::future::join_all;

use crate::batches::{add, batch, ids};
use crate::fixture::{fresh, session};

/// Follows all events from the start until it has seen so many, and notes each position in the order seen.
async fn followed(store: Postgres, count: usize) -> Vec<(u64, u128)> {
    let mut seen = Vec::new();
    let mut after = None;
    while seen.len() < count {
        store.wait(after, Duration::from_secs(5)).await.unwrap();
        let page = store.read(Read::all(after).limit(100)).await.unwrap();
        seen.extend(
            page.iter()
                .map(|event| (event.position.get(), event.id.get().as_u128())),
        );
        after = page.position();
    }
    seen
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn readers_miss_nothing_of_what_sixteen_writers_in_two_processes_store() {
    const WRITERS: u128 = 16;
    const EACH: u128 = 200;
    let (url, one) = fresh().await;
    let other = Postgres::open(&url).await.unwrap();
    let count = usize::try_from(WRITERS * EACH).unwrap();
    let readers: Vec<_> = (0..3)
        .map(|_| tokio::spawn(followed(other.clone(), count)))
        .collect();
    let writers = (0..WRITERS).map(|writer| {
        let store = if writer % 2 == 0 {
            one.clone()
        } else {
            other.clone()
        };
        tokio::spawn(async move {
            for number in 0..EACH {
                add(&store, &format!("account-{writer}"), writer * EACH + number).await;
            }
        })
    });
    for writer in join_all(writers).await {
        writer.unwrap();
    }
    for reader in readers {
        let seen = reader.await.unwrap();
        let positions: Vec<u64> = seen.iter().map(|(position, _)| *position).collect();
        assert_eq!(
            positions,
            (1..=count as u64).collect::<Vec<_>>(),
            "without a gap, in order"
        );
        let mut ids: Vec<u128> = seen.iter().map(|(_, id)| *id).collect();
        ids.sort_unstable();
        assert_eq!(ids, (0..WRITERS * EACH).collect::<Vec<_>>());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_two_processes_wins_each_revision_and_an_innocent_append_goes_with_either() {
    let (url, one) = fresh().await;
    let other = Postgres::open(&url).await.unwrap();
    let race = |store: Postgres, offset: u128| async move {
        let (mut won, mut expected) = (Vec::new(), Expected::NoStream);
        for number in (offset..).step_by(2) {
            let beside = format!("beside-{offset}");
            let (raced, innocent) = tokio::join!(
                store.append(batch("account-1", expected, [number])),
                store.append(batch(&beside, Expected::Any, [number]))
            );
            innocent.unwrap();
            let last = match raced {
                Ok(appended) => {
                    won.push((appended.first, number));
                    appended.first
                }
                Err(StoreError::Conflict(conflict)) => conflict.actual.unwrap(),
                Err(error) => panic!("{error:?}"),
            };
            if last >= Revision::new(99) {
                return won;
            }
            expected = Expected::Revision(last);
        }
        won
    };
    let (one_won, other_won) = tokio::join!(
        tokio::spawn(race(one.clone(), 0)),
        tokio::spawn(race(other, 1))
    );
    let mut won = [one_won.unwrap(), other_won.unwrap()].concat();
    won.sort_unstable();
    let stored = ids(&one, Read::stream("account-1".parse().unwrap(), None)).await;
    assert_eq!(
        won.iter().map(|(_, number)| *number).collect::<Vec<_>>(),
        stored
    );
    assert!(stored.len() >= 100);
}

#[tokio::test]
async fn transactions_of_others_hide_nothing_and_delay_nothing() {
    let (url, store) = fresh().await;
    let neighbour = factum_server::database().await;
    let mut held = Vec::new();
    for url in [&url, &neighbour] {
        let other = session(url).await;
        other
            .batch_execute(
                "CREATE TABLE public.mine (n int); BEGIN; INSERT INTO public.mine VALUES (1)",
            )
            .await
            .unwrap();
        held.push(other);
    }
    for id in 1..=10 {
        add(&store, "account-1", id).await;
        assert_eq!(ids(&store, Read::all(None)).await.len() as u128, id);
    }
}

#[tokio::test]
async fn a_dump_that_is_restored_shows_everything_and_goes_on() {
    let (url, store) = fresh().await;
    for id in 1..=20 {
        add(&store, &format!("account-{}", id % 3), id).await;
    }
    let restored = factum_server::database().await;
    let piped = format!("pg_dump '{url}' | psql -q -v ON_ERROR_STOP=1 '{restored}'");
    let run = Command::new("sh").args(["-c", &piped]).output().unwrap();
    assert!(
        run.status.success(),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
    let again = Postgres::open(&restored).await.unwrap();
    assert_eq!(
        ids(&again, Read::all(None)).await,
        ids(&store, Read::all(None)).await
    );
    assert_eq!(again.head().await.unwrap(), Some(Position::new(20)));
    assert_eq!(add(&again, "account-9", 21).await, Position::new(21));
    assert_eq!(
        add(&again, "account-1", 1).await,
        add(&store, "account-1", 1).await,
        "ids are known"
    );
}
