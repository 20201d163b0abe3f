//! How often and how fast a lost race is run again.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use tokio::time::{Instant, sleep};

use crate::error::{StoreError, UnknownOutcome};
use crate::store::{Append, Appended, Store};

/// How often a command that met a conflict is decided again, and how long it waits in between.
///
/// ```
/// use std::time::Duration;
/// use factum::Retry;
///
/// let patient = Retry::default().attempts(100).delays(Duration::from_millis(1), Duration::from_secs(1));
/// let not_at_all = Retry::never();
/// # let _ = (patient, not_at_all);
/// ```
///
/// - The budget is shared by conflicts and unknown outcomes of one command.
/// - Delays grow by half each time from the shortest to the longest, and each is stretched by a random part
///   of itself, so that writers that collided once do not collide in step for ever.
#[derive(Debug, Clone, Copy)]
pub struct Retry(ExponentialBuilder);

impl Retry {
    /// One attempt: a conflict is reported at once.
    pub const fn never() -> Self {
        let pauses = ExponentialBuilder::new().with_jitter().with_factor(1.5);
        Self(pauses.with_max_times(0)).delays(Duration::ZERO, Duration::ZERO)
    }

    /// This many attempts in all; 0 counts as 1.
    pub const fn attempts(self, attempts: u32) -> Self {
        Self(self.0.with_max_times(attempts.saturating_sub(1) as usize))
    }

    /// Waits between these two.
    pub const fn delays(self, shortest: Duration, longest: Duration) -> Self {
        Self(self.0.with_min_delay(shortest).with_max_delay(longest))
    }

    /// The pauses between the attempts: one fewer than there are attempts.
    pub(crate) fn pauses(&self) -> Pauses<'_> {
        let begun = None;
        Pauses { retry: self, begun }
    }
}

/// The pauses of one request; most need none, and pay for none.
#[derive(Debug)]
pub(crate) struct Pauses<'r> {
    retry: &'r Retry,
    begun: Option<Box<(Instant, ExponentialBackoff)>>,
}

impl Pauses<'_> {
    /// The time since the first one was asked for.
    pub(crate) fn elapsed(&self) -> Duration {
        self.begun
            .as_ref()
            .map_or(Duration::ZERO, |begun| begun.0.elapsed())
    }

    /// Appends until the outcome is known, as long as there are pauses left.
    pub(crate) async fn append(
        &mut self,
        store: &(impl Store + ?Sized),
        append: &Append,
    ) -> Result<Appended, StoreError> {
        let mut unknown = false;
        loop {
            let error = match store.append(append.clone()).await {
                Err(StoreError::UnknownOutcome(error)) => error,
                // Once an attempt is unaccounted for, a store that is gone leaves it so.
                Err(StoreError::Unavailable(error)) if unknown => UnknownOutcome {
                    reason: error.into(),
                },
                known => return known,
            };
            unknown = true;
            match self.next() {
                Some(pause) => sleep(pause).await,
                None => return Err(error.into()),
            }
        }
    }
}

impl Iterator for Pauses<'_> {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        let begin = || Box::new((Instant::now(), self.retry.0.build()));
        self.begun.get_or_insert_with(begin).1.next()
    }
}

impl Default for Retry {
    /// 40 attempts, 1 to 50 ms apart: about two seconds when all are lost.
    fn default() -> Self {
        Self::never()
            .attempts(40)
            .delays(Duration::from_millis(1), Duration::from_millis(50))
    }
}
