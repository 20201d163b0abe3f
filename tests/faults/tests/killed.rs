//! `kill -9` of a process that writes, again and again at the same store; and of the server that keeps it.

mod server;

use std::time::Duration;

use factum::{Store, Survives};
use factum_faults::process::Child;
use factum_faults::tasks::Said;
use factum_faults::{Audit, Ledger, figure, integrity, proved, quiet, seeded, size};

use crate::PROGRAM;
use crate::home::{Home, on};

on! { what_was_acknowledged_is_there_and_nothing_is_half_there: sqlite blocking_sqlite durable_postgres }

/// Those who are killed, and those of a process beside them that is not.
const WRITERS: [u64; 4] = [0, 1, 2, 3];
const NEIGHBOURS: [u64; 2] = [4, 5];

/// When a process is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    /// While the store is opened, and what the last kill left is recovered.
    Opening,
    Writing,
    /// While the file's `-wal` is written back.
    Closing,
    /// While another process writes to the same store.
    BesideAnother,
}

#[derive(Debug, Default)]
struct Seen {
    rounds: usize,
    kills: usize,
    opening: usize,
    closing: usize,
    beside: usize,
    acknowledged: usize,
    /// Batches that were stored by a process that was killed before it could say so.
    repeated: usize,
}

impl Seen {
    /// What has to have happened at least once.
    fn rarest(&self) -> usize {
        let moments = [self.opening, self.closing, self.beside];
        moments.into_iter().fold(self.repeated, usize::min)
    }
}

async fn what_was_acknowledged_is_there_and_nothing_is_half_there(home: Home) {
    let mut random = seeded(&format!("kill -9, {}", home.place));
    assert_eq!(home.open().await.durability().survives, Survives::Machine);
    let (mut ledger, mut audit, mut seen) = (Ledger::default(), Audit::default(), Seen::default());
    let kills = size(100, 1000);
    // Some moments are hard to hit: a process may have ended before.
    // As many of one that is writing.
    while seen.kills < kills + seen.opening + seen.closing || seen.rarest() == 0 {
        assert!(seen.rounds < 20 * kills, "{seen:?}");
        seen.rounds += 1;
        let moment = match random.u8(..8) {
            0 => Moment::Opening,
            1 | 2 => Moment::Closing,
            3 => Moment::BesideAnother,
            _ => Moment::Writing,
        };
        round(&home, moment, &mut ledger, &mut seen, &mut random).await;
        // Otherwise the next child is the one that recovers a file.
        if random.bool() {
            inspect(&home, &mut audit, &mut ledger, &mut seen).await;
        }
    }
    inspect(&home, &mut audit, &mut ledger, &mut seen).await;
    let mut whole = Audit::default();
    let store = home.open().await;
    audit.read_on(&store).await.unwrap();
    whole.read_on(&store).await.unwrap();
    whole.assert_whole(&ledger);
    assert_eq!(whole.events(), audit.events());
    let Seen {
        kills,
        opening,
        closing,
        beside,
        acknowledged,
        repeated,
        ..
    } = seen;
    let lost = whole.lost(&ledger).len();
    let [acknowledged, events, repeated] = [
        acknowledged,
        usize::try_from(whole.events()).unwrap(),
        repeated,
    ]
    .map(figure);
    proved(
        &format!(
            "Killed: `kill -9` of a process with 4 writers, {}",
            home.place
        ),
        &format!(
            "{kills} kills ({opening} while opening, {closing} while closing, {beside} beside another process); \
             {acknowledged} appends of {events} events"
        ),
        &format!(
            "{lost} lost, 0 twice, 0 half batches; {repeated} appends stored and not answered, and found by their ids"
        ),
    );
}

/// Starts a process that goes on with what is not acknowledged, and kills it.
async fn round(
    home: &Home,
    moment: Moment,
    ledger: &mut Ledger,
    seen: &mut Seen,
    random: &mut fastrand::Rng,
) {
    let neighbour = match moment {
        Moment::BesideAnother => Some(write(home, ledger, NEIGHBOURS, seen, 1).await),
        _ => None,
    };
    let acknowledgements = match moment {
        Moment::Opening => 0,
        _ => random.usize(1..30),
    };
    let mut child = write(home, ledger, WRITERS, seen, acknowledgements).await;
    let pause = match moment {
        Moment::Opening => {
            assert_eq!(child.next().await, Some(Said::Opening));
            3_000
        }
        Moment::Closing => {
            child.stop();
            while let Some(said) = child.next().await {
                note(said, ledger, seen);
                if said == Said::Closing {
                    break;
                }
            }
            1_500
        }
        Moment::Writing | Moment::BesideAnother => 2_000,
    };
    // No fact to wait for: what is wanted is any moment.
    std::thread::sleep(Duration::from_micros(random.u64(..pause)));
    child.kill();
    let (rest, ended) = child.end().await;
    for said in rest {
        note(said, ledger, seen);
    }
    if !ended {
        seen.kills += 1;
        match moment {
            Moment::Opening => seen.opening += 1,
            Moment::Closing => seen.closing += 1,
            Moment::BesideAnother => seen.beside += 1,
            Moment::Writing => {}
        }
    }
    if let Some(mut neighbour) = neighbour {
        neighbour.stop();
        let (rest, ended) = neighbour.end().await;
        assert!(
            ended,
            "the other process did not outlive the kill: {rest:?}"
        );
        for said in rest {
            note(said, ledger, seen);
        }
    }
}

/// A process with these writers, of which so many batches were acknowledged.
async fn write<const N: usize>(
    home: &Home,
    ledger: &mut Ledger,
    writers: [u64; N],
    seen: &mut Seen,
    acknowledgements: usize,
) -> Child {
    let first = writers.map(|writer| ledger.next(writer)).to_vec();
    let mut child = Child::play(PROGRAM, "write", &(&home.place, Duration::ZERO, first));
    let before = seen.acknowledged;
    while seen.acknowledged < before + acknowledgements {
        note(child.hear().await, ledger, seen);
    }
    child
}

fn note(said: Said, ledger: &mut Ledger, seen: &mut Seen) {
    if let Said::Stored { batch, repeated } = said {
        ledger.acknowledge(batch);
        seen.acknowledged += 1;
        seen.repeated += usize::from(repeated);
    }
}

/// Opens the store, judges what it holds, and settles what was not acknowledged.
async fn inspect(home: &Home, audit: &mut Audit, ledger: &mut Ledger, seen: &mut Seen) {
    quiet(&home.place).await;
    let store = home.open().await;
    audit
        .read_on(&store)
        .await
        .unwrap_or_else(|wrong| panic!("{wrong}"));
    audit.assert_whole(ledger);
    integrity(&home.place)
        .await
        .unwrap_or_else(|wrong| panic!("{wrong}"));
    for writer in WRITERS.into_iter().chain(NEIGHBOURS) {
        let settled = audit.settle(&store, ledger, writer).await;
        let (batch, known) = settled.unwrap_or_else(|wrong| panic!("{wrong}"));
        ledger.acknowledge(batch);
        seen.acknowledged += 1;
        seen.repeated += usize::from(known);
    }
    store.close().await;
}
