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
    polls: Mutex<Polls>,
}

/// When the store was last asked for events of other processes, for all who wait, and when it last answered.
#[derive(Debug)]
struct Polls {
    asked: Instant,
    answered: Instant,
}

/// So many intervals without an answer, and each who waits asks: those who ask may all give up before they hear it.
const UNANSWERED: u32 = 4;

impl Polls {
    fn are_due(&self, interval: Duration) -> bool {
        let unanswered = interval.saturating_mul(UNANSWERED);
        self.asked.elapsed() >= interval || self.answered.elapsed() >= unanswered
    }
}

impl Wake {
    /// Polls each interval, and not more often than every millisecond.
    pub(in crate::store) fn new(head: Option<Position>, interval: Duration) -> Self {
        let now = Instant::now();
        Self {
            head: watch::Sender::new(head),
            interval: interval.max(Duration::from_millis(1)),
            polls: Mutex::new(Polls {
                asked: now,
                answered: now,
            }),
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
            self.polls().asked = Instant::now();
            self.advance(poll().await?);
            self.polls().answered = Instant::now();
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
            if nothing && self.polls().are_due(self.interval) {
                look().await?;
            }
        }
        Ok(())
    }

    fn polls(&self) -> MutexGuard<'_, Polls> {
        self.polls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::time::Duration;

    use super::{Instant, Position, Wake};

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

    #[tokio::test]
    async fn an_interval_may_be_as_long_as_there_is() {
        let wake = Wake::new(None, Duration::MAX);
        let timeout = Duration::from_millis(20);
        let waited = wake.wait(None, timeout, async || Ok(None)).await;
        waited.unwrap();
    }

    #[tokio::test]
    async fn those_who_give_up_before_they_hear_an_answer_keep_it_from_nobody() {
        let wake = Wake::new(None, Duration::from_millis(20));
        let first = Cell::new(true);
        let patient = wake.wait(None, Duration::from_secs(20), || {
            // There is nothing as it begins to wait.
            let head = (!first.replace(false)).then(|| Position::new(1));
            async move { Ok(head) }
        });
        let impatient = async {
            loop {
                let asked = wake.wait(None, Duration::MAX, std::future::pending);
                let _ = tokio::time::timeout(Duration::from_millis(2), asked).await;
            }
        };
        let started = Instant::now();
        tokio::select! {
            heard = patient => heard.unwrap(),
            () = impatient => {}
        }
        let took = started.elapsed();
        assert!(took < Duration::from_secs(10), "{took:?}");
    }
}
