//! Those who lost their answers in the same moment, by a clock that jumps to whatever is next.

use std::convert::Infallible;
use std::time::Duration;

use factum::testing::{Fault, Faulty};
use factum::{Memory, Repository, Retry};
use factum_faults::{Added, Counter, Witness, figure, proved};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::{clients, outage};

const SHORTEST: Duration = Duration::from_millis(50);
const LONGEST: Duration = Duration::from_secs(1);

/// Attempts are counted in windows of this length.
const WINDOW: Duration = Duration::from_millis(200);

/// Each pause of a client, if it is the shortest it can be.
fn pauses() -> impl Iterator<Item = Duration> {
    (0..).map(|grown| LONGEST.min(SHORTEST.mul_f64(1.5_f64.powi(grown))))
}

/// How many attempts one client can make in so long.
fn bound(outage: Duration) -> usize {
    let times = pauses().scan(Duration::ZERO, |time, pause| {
        *time += pause;
        Some(*time)
    });
    1 + times.take_while(|time| *time <= outage).count()
}

/// How long the pauses of most clients grow: each is stretched by half of itself in the mean.
fn growth() -> Duration {
    let growing = pauses().take_while(|pause| *pause < LONGEST);
    growing.sum::<Duration>().mul_f64(1.5)
}

#[tokio::test(start_paused = true)]
async fn those_who_lost_their_answers_at_once_do_not_come_back_at_once() {
    let retry = Retry::default().attempts(1000).delays(SHORTEST, LONGEST);
    let (begun, mut running, mut stores) = (Instant::now(), JoinSet::new(), Vec::new());
    for writer in 0..clients() {
        let lost = Faulty::new(Memory::new());
        lost.plan([Fault::LostRequest; 1000]);
        let store = Witness::new(lost);
        stores.push(store.clone());
        let counters = Repository::<Counter, _>::new(store).retry(retry);
        running.spawn(async move {
            let added = Added {
                writer,
                number: 0,
                amount: 1,
            };
            let id = writer.to_string();
            let done = counters.update(&id, |_| Ok::<_, Infallible>(added.clone()));
            panic!("nobody can have answered: {:?}", done.await);
        });
    }
    sleep(outage()).await;
    let end = Instant::now();
    running.shutdown().await;
    let mut asked = Vec::new();
    for attempts in stores.iter().map(Witness::asked) {
        assert!(attempts.len() <= bound(outage()), "too often: {attempts:?}");
        asked.extend(attempts);
    }

    // They began together. Before, they ask more often.
    let steady = begun + growth()..end;
    let all = figure(asked.len());
    asked.retain(|asked| steady.contains(asked));
    let mut windows = Vec::new();
    let mut start = steady.start;
    while start + WINDOW <= end {
        let window = start..start + WINDOW;
        windows.push(asked.iter().filter(|asked| window.contains(asked)).count());
        start = window.end;
    }
    let (most, mean) = (
        windows.iter().copied().max().unwrap(),
        asked.len() / windows.len(),
    );
    assert!(
        most <= 3 * mean,
        "{most} come back at once, and {mean} in the mean: {windows:?}"
    );
    proved(
        "Outage: a store that answers nobody, retried with growing pauses, memory",
        &format!(
            "{} s, {} clients; {all} attempts, of which each may make {}",
            outage().as_secs(),
            figure(clients()),
            bound(outage())
        ),
        &format!(
            "in {} ms {most} attempts at most, and {mean} in the mean",
            WINDOW.as_millis()
        ),
    );
}
