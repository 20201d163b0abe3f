//! Two processes that append to one stream, each in groups with appends that have nothing to do with it.

use factum::store::Read;
use factum::{Expected, Postgres, Revision, Store, StoreError};

use crate::batches::{batch, ids};
use crate::fixture::fresh;

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
