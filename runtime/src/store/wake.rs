//! Those who wait for news: told at once of this process's, and by polls of everybody else's.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use crate::error::StoreError;
use crate::place::Position;

/// The highest position that this process has heard of.
#[derive(Debug)]
pub(in crate::store) struct Wake {
    head: watch::Sender<Option<Position>>,
    interval: Duration,
    /// When the store was last asked for events of other processes, for all who wait.
    polled: Mutex<Instant>,
}

impl Wake {
    /// Polls each interval, and not more often than every millisecond.
    pub(in crate::store) fn new(head: Option<Position>, interval: Duration) -> Self {
        Self {
            head: watch::Sender::new(head),
            interval: interval.max(Duration::from_millis(1)),
            polled: Mutex::new(Instant::now()),
        }
    }

    /// Tells those who wait that there is something up to this position.
    pub(in crate::store) fn advance(&self, position: Option<Position>) {
        self.head.send_if_modified(|head| {
            let later = position > *head;
            *head = position.max(*head);
            // Who begins to wait looks first.
            later && self.head.receiver_count() > 0
        });
    }

    /// Returns when there is something after `after`, or when the time is up. `poll` asks the store for its head.
    pub(in crate::store) async fn wait<F>(
        &self,
        after: Option<Position>,
        timeout: Duration,
        poll: impl Fn() -> F,
    ) -> Result<(), StoreError>
    where
        F: Future<Output = Result<Option<Position>, StoreError>>,
    {
        let started = Instant::now();
        let mut news = self.head.subscribe();
        if *news.borrow_and_update() > after {
            return Ok(());
        }
        let look = async || {
            *self.polled() = Instant::now();
            self.advance(poll().await?);
            Ok::<(), StoreError>(())
        };
        look().await?;
        while *news.borrow_and_update() <= after {
            let left = timeout.saturating_sub(started.elapsed());
            if left.is_zero() {
                break;
            }
            let pause = left.min(self.interval);
            let nothing = tokio::time::timeout(pause, news.changed()).await.is_err();
            // One poll serves all who wait.
            if nothing && self.polled().elapsed() >= self.interval {
                look().await?;
            }
        }
        Ok(())
    }

    fn polled(&self) -> MutexGuard<'_, Instant> {
        self.polled.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::time::Duration;

    use super::{Position, Wake};

    #[test]
    fn only_a_later_position_is_news() {
        let position = |number| Some(Position::new(number));
        let wake = Wake::new(position(2), Duration::ZERO);
        let mut news = wake.head.subscribe();
        for (number, is_news) in [(1, false), (2, false), (3, true), (3, false)] {
            wake.advance(position(number));
            assert_eq!(news.has_changed().unwrap(), is_news, "{number}");
            news.mark_unchanged();
        }
        assert_eq!(*news.borrow(), position(3));
    }

    #[test]
    fn who_comes_later_sees_what_nobody_was_told() {
        let wake = Wake::new(None, Duration::ZERO);
        wake.advance(Some(Position::new(7)));
        assert_eq!(*wake.head.subscribe().borrow(), Some(Position::new(7)));
    }

    #[tokio::test]
    async fn one_poll_serves_all_who_wait() {
        let wake = Wake::new(None, Duration::from_millis(100));
        let polls = Cell::new(0);
        let wait = || {
            wake.wait(None, Duration::from_millis(450), || {
                polls.set(polls.get() + 1);
                async { Ok(None) }
            })
        };
        let (first, second, third) = tokio::join!(wait(), wait(), wait());
        first.and(second).and(third).unwrap();
        assert!(polls.get() > 3, "each looks first");
        assert!(polls.get() <= 3 + 4, "{} polls", polls.get());
    }
}
