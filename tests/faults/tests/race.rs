//! A conflict refuses one append, and not what is stored beside it.

use factum::store::Read;
use factum::{Store, StreamName, Uuid};
use factum_faults::process::Child;
use factum_faults::tasks::race::{Racer, Told, own, raced};
use factum_faults::{Place, figure, proved, size};

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
    let (mut won, mut lost, mut beside, mut asked) = (Vec::new(), 0, 0, 0);
    for (racer, child) in racers.iter().zip(children) {
        let told: Told = child.last().await;
        assert_eq!(ids(&store, own(racer)).await, told.beside, "{racer:?}");
        won.extend(told.won);
        lost += told.lost;
        beside += told.beside.len();
        asked += told.asked;
    }
    won.sort_unstable();
    let (revisions, ids_won): (Vec<u64>, Vec<Uuid>) = won.into_iter().unzip();
    assert_eq!(revisions, (0..revisions.len() as u64).collect::<Vec<_>>());
    assert_eq!(ids(&store, raced()).await, ids_won);
    assert!(lost > 0, "nobody was in anybody's way");
    let is_database = matches!(home.place, Place::Database(_));
    // A server is sent one statement for each group, and another one for each append that finds something else.
    let groups = asked - if is_database { lost } else { 0 };
    let shared = 2 * beside - groups;
    // The first of two may be on its way before the second is there: to a file often, to a server seldom.
    let least = if is_database { beside / 2 } else { beside / 10 };
    assert!(shared >= least, "{shared} of {beside} shared a group");
    let [revisions, lost, shared] = [revisions.len(), lost, shared].map(figure);
    proved(
        &format!(
            "Hot stream: 2 processes that race for it, each beside appends to a stream of its own, {}",
            home.place
        ),
        &format!(
            "{revisions} revisions, {lost} conflicts; {shared} innocent appends in the group of one that raced"
        ),
        "0 second winners, 0 revisions left out, 0 outcomes of another append, 0 innocent ones refused or lost",
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
