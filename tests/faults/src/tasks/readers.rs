//! Readers that begin somewhere in the middle, catch up and follow live.

use std::pin::pin;
use std::time::Duration;

use factum::{Position, Store, Subscription};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::domain::CounterEvent;
use crate::ledger::{Row, Seen, View};

/// How long a reader waits for news at most. Far longer than any test takes: a reader that is not woken up stays
/// where it is.
const LONG: Duration = Duration::from_secs(3600);

/// How long nothing has to come before somebody looks whether there is something.
const QUIET: Duration = Duration::from_secs(1);

/// For how long a `wait` may not notice what is there before it counts as one that never does.
const BOUND: Duration = Duration::from_secs(60);

/// A reader that begins when the store has reached a position; no earlier than its view does.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Reader {
    /// When it begins.
    pub begins_at: u64,
    /// What it is shown.
    pub view: View,
}

impl Reader {
    /// One that begins somewhere before this position, at or behind what it is shown first.
    pub fn somewhere(random: &mut fastrand::Rng, before: u64, view: View) -> Self {
        let begins_at = random.u64(0..before);
        let after = Some(random.u64(0..=begins_at)).filter(|after| *after > 0);
        Self {
            begins_at,
            view: View { after, ..view },
        }
    }
}

/// Reads until it has come to the last position, which is known only once the writers are done.
pub async fn follow<S: Store>(
    reader: Reader,
    store: S,
    until: watch::Receiver<Option<Position>>,
) -> Seen {
    begin(&reader, &store, until.clone()).await;
    let view = reader.view;
    let mut after = view.after.map(Position::new);
    let mut seen = Seen::through(view);
    loop {
        let page = store.read(seen.view.page(after)).await.unwrap();
        seen.take_in(page.iter().map(Row::from));
        after = page.position();
        if page.is_end() {
            seen.ends.push(seen.events.len());
            if !news(&store, after, until.clone()).await {
                return seen;
            }
        }
    }
}

/// Does the same through a subscription, which is shown the events of its own set.
pub async fn subscribe<S: Store + Clone>(
    reader: Reader,
    store: S,
    mut until: watch::Receiver<Option<Position>>,
) -> Seen {
    begin(&reader, &store, until.clone()).await;
    let view = reader.view;
    let mut events = Subscription::<CounterEvent, _>::new(store)
        .after(view.after.map(Position::new))
        .batch(view.limit);
    let mut seen = Seen::through(view);
    while until.borrow().is_none() || events.checkpoint() < *until.borrow() {
        let batch = tokio::select! {
            batch = events.next() => batch.unwrap(),
            end = until.changed() => {
                end.unwrap();
                continue;
            }
        };
        seen.take_in(batch.iter().map(|event| Row::from(&event.unwrap())));
    }
    seen
}

async fn begin(reader: &Reader, store: &impl Store, until: watch::Receiver<Option<Position>>) {
    loop {
        let head = store.head().await.unwrap();
        if head.map_or(0, Position::get) >= reader.begins_at
            || !news(store, head, until.clone()).await
        {
            return;
        }
    }
}

/// Waits until there is something behind `after`; `false` once there is nothing more to come.
async fn news(
    store: &impl Store,
    after: Option<Position>,
    mut until: watch::Receiver<Option<Position>>,
) -> bool {
    let waiting = async {
        let mut waiting = pin!(store.wait(after, LONG));
        while timeout(QUIET, &mut waiting).await.is_err() {
            let head = store.head().await.unwrap();
            if head > after {
                let noticed = timeout(BOUND, &mut waiting).await;
                let (head, after) = (position(head), position(after));
                assert!(
                    noticed.is_ok(),
                    "`wait` behind {after} has not noticed for {BOUND:?} that the store is at {head}"
                );
                break;
            }
        }
    };
    tokio::select! {
        () = waiting => true,
        // An error means that the writers have failed, and nobody says where the end is.
        end = until.wait_for(|end| end.is_some() && *end <= after) => { end.unwrap(); false }
    }
}

fn position(position: Option<Position>) -> u64 {
    position.map_or(0, Position::get)
}
