//! One stream that everybody writes to: each version has one winner, and nobody is turned away.

use std::path::Path;

use factum::Store;
use factum_faults::clock::Setting;
use factum_faults::process::Child;
use factum_faults::tasks::hot_stream::{Adders, Patience, Wins};
use factum_faults::{AnyStore, Place, figure, proved, size};

use crate::PROGRAM;
use crate::home::{Home, on};

on! { each_version_has_one_winner: memory sqlite blocking_sqlite }
on! { each_version_has_one_winner_across_processes: sqlite blocking_sqlite postgres }
on! { who_gives_up_has_recorded_nothing: sqlite blocking_sqlite postgres }

fn additions() -> u64 {
    size(1000, 10_000) as u64
}

fn adders(directory: &Path, first: u64, count: u64, additions: u64, patience: Patience) -> Adders {
    Adders {
        first,
        count,
        additions,
        patience,
        tally: directory.join("tally"),
    }
}

async fn each_version_has_one_winner(home: Home) {
    let adders = adders(home.folder.path(), 0, 16, additions(), Patience::Endless);
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

/// Processes that add to one counter, each with tasks and a clock of its own. Nobody gives up.
pub(crate) async fn processes(home: &Home, what: &str, additions: u64, clocks: [Setting; 2]) {
    let (wins, store) = added(home, 8, additions, Patience::Endless, clocks).await;
    report(&format!("{what}, {}", home.place), additions, wins, &store).await;
}

async fn who_gives_up_has_recorded_nothing(home: Home) {
    let (additions, tasks) = (size(100, 1_000) as u64, 32);
    let clocks = [Setting::Machine; 2];
    let (mut wins, store) = added(&home, tasks, additions, Patience::Default, clocks).await;
    let verdict = wins.judge(&store).await.clean();
    let sent = usize::try_from(2 * tasks * additions).unwrap();
    assert_eq!(wins.wins.len() + wins.exhausted, sent);
    assert!(wins.conflicts > 0, "nobody was in anybody's way");
    let [sent, recorded, conflicts, exhausted] =
        [sent, wins.wins.len(), wins.conflicts, wins.exhausted].map(figure);
    proved(
        &format!(
            "Hot stream: {tasks} tasks in each of 2 processes, retrying as by default, {}",
            home.place
        ),
        &format!("{sent} commands, {conflicts} conflicts on the way"),
        &format!("{recorded} recorded, {exhausted} ended in `RetriesExhausted`; {verdict}"),
    );
}

/// What comes of so many tasks in each of some processes.
async fn added(
    home: &Home,
    tasks: u64,
    additions: u64,
    patience: Patience,
    clocks: [Setting; 2],
) -> (Wins, AnyStore) {
    let store = home.open().await;
    let mut children = Vec::new();
    for (first, clock) in [0, tasks].into_iter().zip(clocks) {
        let adders = adders(home.folder.path(), first, tasks, additions, patience);
        children.push(Child::play(PROGRAM, "add", &(&home.place, adders, clock)));
    }
    Child::begin(&mut children).await;
    let mut wins = Wins::default();
    for child in children {
        wins.extend(child.last().await);
    }
    (wins, store)
}

async fn report(what: &str, additions: u64, mut wins: Wins, store: &impl Store) {
    let verdict = wins.judge(store).await.clean();
    assert_eq!(wins.exhausted, 0, "nobody was to give up");
    assert_eq!(wins.wins.len() as u64, 16 * additions);
    let [versions, conflicts] = [wins.wins.len(), wins.conflicts].map(figure);
    proved(
        what,
        &format!("{versions} versions, {conflicts} conflicts on the way"),
        &verdict,
    );
}
