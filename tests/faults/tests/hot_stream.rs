//! One stream that everybody writes to: each version has one winner, and nobody is turned away.

use std::path::Path;

use factum::{Memory, Store};
use factum_faults::clock::Setting;
use factum_faults::process::Child;
use factum_faults::tasks::hot_stream::{Adders, Wins};
use factum_faults::{figure, proved, size};
use tempfile::TempDir;

use crate::{PROGRAM, sqlite};

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

#[tokio::test(flavor = "multi_thread")]
async fn each_version_has_one_winner_in_memory() {
    let what = "Hot stream: 16 tasks, memory";
    one_process(what, &tempfile::tempdir().unwrap(), Memory::new()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_version_has_one_winner() {
    let (directory, store) = sqlite().await;
    let conflicts = one_process("Hot stream: 16 tasks, SQLite", &directory, store).await;
    assert!(conflicts > 0, "nobody was in anybody's way");
}

/// Lets 16 tasks add to one counter, and tells how many conflicts they met.
async fn one_process(what: &str, directory: &TempDir, store: impl Store + Clone) -> usize {
    let adders = adders(directory.path(), 0, 16, additions());
    let wins = adders.run(store.clone(), Setting::Machine.clock()).await;
    let conflicts = wins.conflicts;
    report(what, additions(), wins, &store).await;
    conflicts
}

#[tokio::test(flavor = "multi_thread")]
async fn each_version_has_one_winner_across_processes() {
    let what = "Hot stream: 8 tasks in each of 2 processes, SQLite";
    processes(what, additions(), [Setting::Machine; 2]).await;
}

/// Processes that add to one counter, each with tasks and a clock of its own.
pub(crate) async fn processes(what: &str, additions: u64, clocks: [Setting; 2]) {
    let (directory, store) = sqlite().await;
    let mut children = Vec::new();
    for (first, clock) in [0, 8].into_iter().zip(clocks) {
        let adders = adders(directory.path(), first, 8, additions);
        children.push(Child::play(PROGRAM, "add", &(store.path(), adders, clock)));
    }
    Child::begin(&mut children).await;
    let mut wins = Wins::default();
    for child in children {
        wins.extend(child.last().await);
    }
    report(what, additions, wins, &store).await;
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
