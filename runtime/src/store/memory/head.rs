//! What all parts share: which position is next, and who waits for it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::sync::Notify;

use crate::place::Position;

/// The last position that was given out, and those who wait for the next one.
///
/// All of it in one cache line, and nothing else: it is all that writers of different parts have in common.
#[derive(Default)]
#[repr(align(128))]
pub(super) struct Head {
    last: AtomicU64,
    waiting: AtomicBool,
    news: Notify,
}

/// Positions that were given out, and whether somebody has to be told once their events are there.
pub(super) struct Given {
    pub(super) first: Position,
    is_awaited: bool,
}

impl Head {
    pub(super) fn last(&self) -> Option<Position> {
        let last = self.last.load(Ordering::SeqCst);
        (last > 0).then(|| Position::new(last))
    }

    /// Gives out so many positions. Who asks holds the lock of the part that the events go into: whoever reads them
    /// gets that lock behind him.
    pub(super) fn give(&self, events: usize) -> Given {
        let last = self.last.fetch_add(events as u64, Ordering::SeqCst);
        Given {
            first: Position::new(last + 1),
            // Who begins to wait behind this look sees the new head.
            is_awaited: self.waiting.load(Ordering::SeqCst),
        }
    }

    /// Tells those who wait of events that are there by now.
    pub(super) fn tell(&self, given: &Given) {
        if given.is_awaited && self.waiting.swap(false, Ordering::SeqCst) {
            self.news.notify_waiters();
        }
    }

    #[cfg(test)]
    pub(super) fn is_awaited(&self) -> bool {
        self.waiting.load(Ordering::SeqCst)
    }

    /// Returns once there is a position after this one.
    pub(super) async fn pass(&self, after: Option<Position>) {
        loop {
            // Hears of everything from here on, so that nothing is missed in between.
            let news = self.news.notified();
            self.waiting.store(true, Ordering::SeqCst);
            if self.last() > after {
                return;
            }
            news.await;
        }
    }
}
