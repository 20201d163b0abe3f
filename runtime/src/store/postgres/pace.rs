//! How often a server that is away is asked whether it is back.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};
use tokio_postgres::Error;

use super::errors::{again, told, whole};
use crate::error::{Unavailable, UnavailableCause};

/// How long after the last failure connections keep their distance: all clients of a server come back at once.
const CALM: Duration = Duration::from_secs(5);

/// The pauses between two attempts: each is stretched by a random part of itself, so that processes that lost the
/// server together do not ask in step. Once it is back the shorter one counts, which brings no more than three times as
/// many attempts as there were before.
pub(super) const PAUSES: ExponentialBuilder = ExponentialBuilder::new()
    .with_min_delay(Duration::from_millis(150))
    .with_max_delay(Duration::from_millis(300))
    .with_factor(2.0)
    .with_jitter()
    .without_max_times();

/// Lets everyone through while the server answers, and one at a time, with pauses, when it has not.
#[derive(Debug, Clone)]
pub(super) struct Pace {
    state: Arc<Mutex<State>>,
    /// What the last attempt met while the server is away, for all who wait for a connection.
    failure: Arc<watch::Sender<Option<Unavailable>>>,
}

#[derive(Debug)]
struct State {
    failed: Option<Instant>,
    /// Nobody tries before, as long as the last failure is near.
    next: Instant,
    pauses: ExponentialBackoff,
}

impl Pace {
    pub(super) fn new() -> Self {
        Self {
            state: Arc::new(Mutex::new(State {
                failed: None,
                next: Instant::now(),
                pauses: PAUSES.build(),
            })),
            failure: Arc::new(watch::Sender::new(None)),
        }
    }

    /// Returns when it is one's turn to try.
    pub(super) async fn turn(&self) {
        loop {
            let wait = self.state().turn(Instant::now());
            match wait {
                Some(next) => sleep_until(next).await,
                None => return,
            }
        }
    }

    /// Takes in what came of an attempt.
    pub(super) fn take_in(&self, error: Option<&Error>) {
        let error = error.map(|error| {
            let (cause, message) = told(error);
            Unavailable::new(cause, message).because(whole(error))
        });
        let failure = error.filter(Unavailable::is_retryable);
        self.state().take_in(failure.is_some(), Instant::now());
        // One that has no room for another connection serves those that there are.
        let failure = failure.filter(|error| error.cause == UnavailableCause::Io);
        self.failure.send_replace(failure);
    }

    /// Why there was no connection for so long, if it is that the server is away, or was.
    pub(super) fn late(&self) -> Option<Unavailable> {
        let failure = self.failure.borrow().as_ref().map(again);
        let back = || {
            let advice = "the server was away, and connections to it come back one by one; try again, or raise `timeout`";
            let is_near = self.state().is_near(Instant::now());
            is_near.then(|| Unavailable::new(UnavailableCause::Io, advice))
        };
        failure.or_else(back)
    }

    /// What an attempt meets from now on: one asks for all who wait.
    pub(super) async fn next_failure(&self) -> Unavailable {
        let mut failures = self.failure.subscribe();
        loop {
            // The sender is there as long as this is.
            if failures.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
            if let Some(failure) = &*failures.borrow_and_update() {
                return again(failure);
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Takes the turn, or says when there may be one.
    fn turn(&mut self, now: Instant) -> Option<Instant> {
        if !self.is_near(now) {
            return None;
        }
        if now < self.next {
            return Some(self.next);
        }
        self.pause(now);
        None
    }

    fn take_in(&mut self, has_failed: bool, now: Instant) {
        if !has_failed {
            self.pauses = PAUSES.build();
            return;
        }
        if !self.is_near(now) {
            self.pause(now);
        }
        self.failed = Some(now);
    }

    fn is_near(&self, now: Instant) -> bool {
        self.failed.is_some_and(|failed| now < failed + CALM)
    }

    fn pause(&mut self, now: Instant) {
        self.next = now + self.pauses.next().unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::{CALM, Pace};

    /// When a server is asked that is away, and then back, by one who always wants to know.
    #[test]
    fn attempts_keep_their_distance_until_the_server_has_been_back_for_a_while() {
        let pace = Pace::new();
        let mut state = pace.state();
        let start = Instant::now();
        let after = |millis| start + Duration::from_millis(millis);
        assert_eq!(state.turn(start), None, "nobody waits before a failure");
        assert_eq!(state.turn(start), None);
        state.take_in(true, start);
        let mut turns = Vec::new();
        for millis in 0..60_000 {
            if state.turn(after(millis)).is_none() {
                turns.push(millis);
                state.take_in(true, after(millis));
            }
        }
        let pauses: Vec<u64> = turns.windows(2).map(|two| two[1] - two[0]).collect();
        assert!((150..=301).contains(&turns[0]), "{turns:?}");
        assert!(
            pauses.iter().all(|pause| (300..=601).contains(pause)),
            "{pauses:?}"
        );
        let differ = pauses.iter().max().unwrap() - pauses.iter().min().unwrap();
        assert!(differ > 150, "all alike: {pauses:?}");
        let back = 60_000;
        let mut turns = 0;
        for millis in back..back + 4_000 {
            if state.turn(after(millis)).is_none() {
                turns += 1;
                state.take_in(false, after(millis));
            }
        }
        assert!((13..=27).contains(&turns), "{turns}");
        let calm = after(back) + CALM;
        assert_eq!((state.turn(calm), state.turn(calm)), (None, None));
    }
}
