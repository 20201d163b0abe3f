//! One stream that everybody writes to: each version has one winner, and nobody is turned away.

use std::path::Path;

use factum::Store;
use factum_faults::clock::Setting;
use factum_faults::process::Child;
use factum_faults::tasks::hot_stream::{Adders, Wins};
use factum_faults::{Place, figure, proved, size};

use crate::PROGRAM;
use crate::home::{Home, on};

on! { each_version_has_one_winner: memory sqlite blocking_sqlite }
on! { each_version_has_one_winner_across_processes: sqlite blocking_sqlite postgres }

fn additions() -> u64 {
    size(1000, 10_000) as u64
}

fn adders(directory: &Path, first: u64, count: u64, additions: u64) -> Adders {
    Adders {
        first,
        count,
        additions,
        tally: directory.join("tally"),
    }
}

async fn each_version_has_one_winner(home: Home) {
    let adders = adders(home.folder.path(), 0, 16, additions());
    let store = home.open().await;
    let wins = adders.run(store.clone(), Setting::Machine.clock()).await;
    // Memory answers without a pause in which another one could come first.
    let is_memory = home.place == Place::Memory;
    assert!(
        is_memory || wins.conflicts > 0,
        "nobody was in anybody's way"
    );
    let what = format!("Hot stream: 16 tasks, {}", home.place);
    report(&what, additions(), wins, &store).await;
}

async fn each_version_has_one_winner_across_processes(home: Home) {
    let what = "Hot stream: 8 tasks in each of 2 processes";
    processes(&home, what, additions(), [Setting::Machine; 2]).await;
}

/// Processes that add to one counter, each with tasks and a clock of its own.
pub(crate) async fn processes(home: &Home, what: &str, additions: u64, clocks: [Setting; 2]) {
    let store = home.open().await;
    let mut children = Vec::new();
    for (first, clock) in [0, 8].into_iter().zip(clocks) {
        let adders = adders(home.folder.path(), first, 8, additions);
        children.push(Child::play(PROGRAM, "add", &(&home.place, adders, clock)));
    }
    Child::begin(&mut children).await;
    let mut wins = Wins::default();
    for child in children {
        wins.extend(child.last().await);
    }
    report(&format!("{what}, {}", home.place), additions, wins, &store).await;
}

async fn report(what: &str, additions: u64, mut wins: Wins, store: &impl Store) {
    let verdict = wins.judge(store).await.clean();
    assert_eq!(wins.wins.len() as u64, 16 * additions);
    let [versions, conflicts] = [wins.wins.len(), wins.conflicts].map(figure);
    proved(
        what,
        &format!("{versions} versions, {conflicts} conflicts on the way"),
        &verdict,
    );
}
