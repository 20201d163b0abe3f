//! Time and fresh ids, behind traits that tests fix.

#[cfg(test)]
mod tests;

use std::fmt::Debug;

use jiff::Timestamp;
use uuid::Uuid;

/// Where the time comes from.
///
/// ```
/// use factum::{Clock, Timestamp, testing::FixedClock};
///
/// let clock = FixedClock::new("2026-01-02T03:04:05Z".parse()?);
/// assert_eq!(clock.now(), "2026-01-02T03:04:05Z".parse::<Timestamp>()?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Time is data: no order and no decision of a store depends on it, so a clock may jump or go back.
pub trait Clock: Debug + Send + Sync + 'static {
    /// Now, in UTC.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the Clock that everyone else asks"
    )]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// Where fresh ids come from.
///
/// ```
/// use factum::{Ids, testing::CountingIds};
///
/// let ids = CountingIds::default();
/// assert_eq!(ids.fresh().to_string(), "00000000-0000-7000-8000-000000000001");
/// assert_eq!(ids.fresh().to_string(), "00000000-0000-7000-8000-000000000002");
/// ```
pub trait Ids: Debug + Send + Sync + 'static {
    /// An id that was never given out before.
    fn fresh(&self) -> Uuid;

    /// An id for what comes into being at this time, for sources whose ids hold it.
    fn fresh_at(&self, _now: Timestamp) -> Uuid {
        self.fresh()
    }
}

/// UUIDs of version 7: their order is roughly that of their making, which keeps indexes compact.
#[derive(Debug, Clone, Copy, Default)]
pub struct UuidV7;

impl Ids for UuidV7 {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the source that everyone else asks"
    )]
    fn fresh(&self) -> Uuid {
        Uuid::now_v7()
    }

    fn fresh_at(&self, now: Timestamp) -> Uuid {
        let millis = u64::try_from(now.as_millisecond()).unwrap_or_default();
        // A UUID of version 4 differs by its number, and has random bits where this one has the time.
        let random = Uuid::new_v4().as_u128() & (u128::MAX >> 48);
        Uuid::from_u128((u128::from(millis) << 80) | random | (0b11 << 76))
    }
}

/// Cuts a time to the microseconds that every store can keep.
pub(crate) fn to_micros(time: Timestamp) -> Timestamp {
    // The last second that there is has no parts in microseconds.
    let cut = Timestamp::from_microsecond(time.as_microsecond());
    cut.or_else(|_| Timestamp::from_second(time.as_second()))
        .unwrap_or(time)
}
