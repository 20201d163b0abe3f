//! Clocks that cannot be relied on.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
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
pub struct TestClock {
    asked: Arc<AtomicUsize>,
    /// The machine's has none.
    hands: Option<Arc<Mutex<Hands>>>,
}

#[derive(Debug)]
struct Hands {
    random: fastrand::Rng,
    now: Timestamp,
    said: HashSet<Timestamp>,
}

impl Setting {
    /// The clock.
    pub fn clock(self) -> TestClock {
        let hands = match self {
            Self::Machine => None,
            Self::Wild { seed, days } => Some(Hands {
                random: fastrand::Rng::with_seed(seed),
                now: SystemClock.now() + SignedDuration::from_hours(24 * days),
                said: HashSet::new(),
            }),
        };
        TestClock {
            asked: Arc::default(),
            hands: hands.map(Mutex::new).map(Arc::new),
        }
    }
}

impl TestClock {
    /// Whether the clock has said so. Nobody knows what the machine's has said.
    pub fn has_said(&self, time: Timestamp) -> bool {
        self.hands
            .as_ref()
            .is_none_or(|hands| hands.lock().unwrap().said.contains(&time))
    }

    /// How often it was asked: once for each statement that appends, or each transaction of a file.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.hands
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
