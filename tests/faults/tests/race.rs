//! A conflict refuses one append, and not what is stored beside it.

use factum::store::Read;
use factum::{Store, StreamName, Uuid};
use factum_faults::process::Child;
use factum_faults::tasks::race::{Racer, Told, own, raced};
use factum_faults::{figure, size};

use crate::PROGRAM;
use crate::home::{Home, on_shared_stores};

on_shared_stores!(one_process_wins_each_revision_and_an_innocent_append_goes_with_either);

async fn one_process_wins_each_revision_and_an_innocent_append_goes_with_either(home: Home) {
    let store = home.open().await;
    let revisions = size(500, 5_000) as u64;
    let racers = [0, 1].map(|number| Racer { number, revisions });
    let mut children: Vec<Child> = racers
        .iter()
        .map(|racer| Child::play(PROGRAM, "race", &(&home.place, racer)))
        .collect();
    Child::begin(&mut children).await;
    let (mut won, mut lost) = (Vec::new(), 0);
    for (racer, child) in racers.iter().zip(children) {
        let told: Told = child.last().await;
        assert_eq!(ids(&store, own(racer)).await, told.beside, "{racer:?}");
        won.extend(told.won);
        lost += told.lost;
    }
    won.sort_unstable();
    let (revisions, ids_won): (Vec<u64>, Vec<Uuid>) = won.into_iter().unzip();
    assert_eq!(revisions, (0..revisions.len() as u64).collect::<Vec<_>>());
    assert_eq!(ids(&store, raced()).await, ids_won);
    assert!(lost > 0, "nobody was in anybody's way");
    println!(
        "{}: {} revisions, {} conflicts",
        home.place,
        figure(revisions.len()),
        figure(lost)
    );
}

async fn ids(store: &impl Store, stream: StreamName) -> Vec<Uuid> {
    let mut next = Some(Read::stream(stream, None));
    let mut ids = Vec::new();
    while let Some(read) = next {
        let page = store.read(read).await.unwrap();
        ids.extend(page.iter().map(|event| event.id.get()));
        next = page.next();
    }
    ids
}
