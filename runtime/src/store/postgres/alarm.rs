//! A timer that is set once and serves many waits: to set one wakes the thread that waits for the socket.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::{Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use tokio::runtime::{Handle, Id};
use tokio::task::unconstrained;
use tokio::time::{Instant, Sleep, sleep_until};

/// A timer between two waits. It may go off while nobody waits, or before the time of one who does, who sets it anew.
#[derive(Debug, Default)]
pub(super) struct Alarm(Mutex<Option<(Id, Pin<Box<Sleep>>)>>);

impl Alarm {
    /// What comes of a future, unless that takes longer than this.
    pub(super) async fn bound<T>(
        &self,
        limit: Duration,
        mut answer: Pin<&mut impl Future<Output = T>>,
    ) -> Option<T> {
        let due = Instant::now() + limit;
        let mut timer = None;
        let outcome = poll_fn(|context| {
            if let Poll::Ready(answer) = answer.as_mut().poll(context) {
                return Poll::Ready(Some(answer));
            }
            let (_, timer) = timer.get_or_insert_with(|| self.take(due));
            loop {
                if pin!(unconstrained(timer.as_mut()))
                    .poll(context)
                    .is_pending()
                {
                    return Poll::Pending;
                }
                if timer.deadline() >= due {
                    return Poll::Ready(None);
                }
                timer.as_mut().reset(due);
            }
        });
        let outcome = outcome.await;
        if timer.is_some() {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = timer;
        }
        outcome
    }

    /// One that goes off by then, of the runtime that is waited in.
    fn take(&self, due: Instant) -> (Id, Pin<Box<Sleep>>) {
        let here = Handle::current().id();
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        kept.filter(|(of, timer)| *of == here && timer.deadline() <= due)
            .unwrap_or_else(|| (here, Box::pin(sleep_until(due))))
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};
    use std::pin::pin;
    use std::time::Duration;

    use tokio::runtime::{Builder, Runtime};
    use tokio::time::{Instant, sleep};

    use super::Alarm;

    const SHORT: Duration = Duration::from_millis(20);
    const LONG: Duration = Duration::from_millis(100);

    fn runtime() -> Runtime {
        Builder::new_current_thread().enable_time().build().unwrap()
    }

    /// How long a wait for nothing takes.
    async fn waited(alarm: &Alarm, limit: Duration) -> Duration {
        let started = Instant::now();
        assert!(alarm.bound(limit, pin!(pending::<()>())).await.is_none());
        started.elapsed()
    }

    #[test]
    fn each_wait_has_its_own_limit_whatever_the_timer_was_set_to() {
        runtime().block_on(async {
            let alarm = Alarm::default();
            assert_eq!(alarm.bound(SHORT, pin!(ready(1))).await, Some(1));
            // It is set, and goes off in the midst of what comes next.
            assert_eq!(alarm.bound(LONG, pin!(sleep(SHORT))).await, Some(()));
            assert!(waited(&alarm, LONG).await >= LONG);
            // It goes off long after what comes next.
            assert_eq!(alarm.bound(10 * LONG, pin!(sleep(SHORT))).await, Some(()));
            for limit in [SHORT, LONG, SHORT] {
                let took = waited(&alarm, limit).await;
                assert!(
                    took >= limit && took < limit + LONG,
                    "{took:?} of {limit:?}"
                );
            }
        });
    }

    #[test]
    fn a_runtime_that_has_ended_leaves_no_timer_behind() {
        let alarm = Alarm::default();
        let wait = || runtime().block_on(async { alarm.bound(LONG, pin!(sleep(SHORT))).await });
        assert_eq!((wait(), wait()), (Some(()), Some(())));
    }
}
