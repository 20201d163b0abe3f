//! A clock that stands still and ids that count.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use jiff::Timestamp;
use uuid::Uuid;

use crate::clock::{Clock, Ids, to_micros};

/// A clock that stands still until it is told otherwise.
///
/// ```
/// use factum::{Clock, Timestamp, testing::FixedClock};
///
/// let clock = FixedClock::new("2026-01-02T03:04:05Z".parse()?);
/// clock.set("2026-01-01T00:00:00Z".parse()?);
/// assert_eq!(clock.now().to_string(), "2026-01-01T00:00:00Z");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// A clock that shows this time, cut to microseconds.
    pub fn new(now: Timestamp) -> Self {
        Self(AtomicI64::new(to_micros(now).as_microsecond()))
    }

    /// Sets the clock, forward or back.
    pub fn set(&self, now: Timestamp) {
        self.0
            .store(to_micros(now).as_microsecond(), Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::SeqCst)).unwrap_or_default()
    }
}

/// Ids that count from 1, in the form of UUIDs.
#[derive(Debug, Default)]
pub struct CountingIds(AtomicU64);

impl Ids for CountingIds {
    fn fresh(&self) -> Uuid {
        let number = self.0.fetch_add(1, Ordering::SeqCst) + 1;
        Uuid::from_u128(0x7000_8000_0000_0000_0000 | u128::from(number))
    }
}
