//! Clocks that cannot be relied on.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use factum::{Clock, SystemClock, Timestamp};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// Which clock a process goes by.
#[derive(Serialize, Deserialize, Clone, Copy, Debug)]
pub enum Setting {
    /// The machine's.
    Machine,
    /// One that goes back and jumps.
    Wild {
        /// What it does follows from this.
        seed: u64,
        /// How many days it is off.
        days: i64,
    },
}

/// The clock of a process; it remembers what it has said. Clones are one clock.
#[derive(Clone, Debug)]
pub struct TestClock(Option<Arc<Mutex<Hands>>>);

#[derive(Debug)]
struct Hands {
    random: fastrand::Rng,
    now: Timestamp,
    said: HashSet<Timestamp>,
}

impl Setting {
    /// The clock.
    pub fn clock(self) -> TestClock {
        let Self::Wild { seed, days } = self else {
            return TestClock(None);
        };
        let day = SignedDuration::from_hours(24 * days);
        TestClock(Some(Arc::new(Mutex::new(Hands {
            random: fastrand::Rng::with_seed(seed),
            now: SystemClock.now() + day,
            said: HashSet::new(),
        }))))
    }
}

impl TestClock {
    /// Whether the clock has said so. Nobody knows what the machine's has said.
    pub fn has_said(&self, time: Timestamp) -> bool {
        self.0
            .as_ref()
            .is_none_or(|hands| hands.lock().unwrap().said.contains(&time))
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        self.0
            .as_ref()
            .map_or_else(|| SystemClock.now(), |hands| hands.lock().unwrap().next())
    }
}

impl Hands {
    /// Mostly a little later than before; also the same again, up to an hour earlier, and a day earlier or later.
    fn next(&mut self) -> Timestamp {
        let day = SignedDuration::from_hours(24);
        let step = match self.random.u8(0..20) {
            0 => day,
            1 => -day,
            2..5 => -SignedDuration::from_micros(self.random.i64(0..3_600_000_000)),
            5..8 => SignedDuration::ZERO,
            _ => SignedDuration::from_micros(self.random.i64(0..1000)),
        };
        let now = self.now + step;
        self.now = Timestamp::from_microsecond(now.as_microsecond()).unwrap();
        self.said.insert(self.now);
        self.now
    }
}
