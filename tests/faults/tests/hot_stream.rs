//! One stream that everybody writes to: each version has one winner, and nobody is turned away.

use std::path::Path;

use factum::{Memory, Store};
use factum_faults::clock::Setting;
use factum_faults::hot_stream::{Adders, Wins};
use factum_faults::player::Player;
use factum_faults::{figure, proved, size};

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
    let directory = tempfile::tempdir().unwrap();
    let store = Memory::new();
    let wins = adders(directory.path(), 0, 16, additions())
        .run(store.clone(), Setting::Machine.clock())
        .await;
    report("1 hot stream, 16 tasks, memory", wins, &store).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_version_has_one_winner() {
    let (directory, store) = sqlite().await;
    let wins = adders(directory.path(), 0, 16, additions())
        .run(store.clone(), Setting::Machine.clock())
        .await;
    report("1 hot stream, 16 tasks, SQLite, one process", wins, &store).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_version_has_one_winner_across_processes() {
    let what = "1 hot stream, 8 tasks in each of 2 processes, SQLite";
    processes(what, additions(), [Setting::Machine; 2]).await;
}

/// Processes that add to one counter, each with tasks and a clock of its own.
pub(crate) async fn processes(what: &str, additions: u64, clocks: [Setting; 2]) {
    let (directory, store) = sqlite().await;
    let mut players = Vec::new();
    for (first, clock) in [0, 8].into_iter().zip(clocks) {
        let adders = adders(directory.path(), first, 8, additions);
        players.push(Player::play(PROGRAM, "add", &(store.path(), adders, clock)));
    }
    for player in &mut players {
        player.hear::<String>().await;
    }
    for player in &mut players {
        player.say(&"go").await;
    }
    let mut wins = Wins::default();
    for mut player in players {
        wins.extend(player.hear().await);
        player.end().await;
    }
    report(what, wins, &store).await;
}

async fn report(what: &str, mut wins: Wins, store: &impl Store) {
    let [additions, conflicts] = [wins.wins.len(), wins.conflicts].map(figure);
    let tried = format!("{additions} versions, {conflicts} conflicts");
    proved(what, &tried, &wins.judge(store).await.clean());
}
