//! Which test is asked first: what caught changes of the same file before, for the time it takes.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::trial::Test;

/// How often each test was asked of changes in each file, and how often it caught one.
#[derive(Default)]
pub(crate) struct Order(Mutex<HashMap<(String, String), Asked>>);

#[derive(Default, Clone, Copy)]
struct Asked {
    times: u32,
    caught: u32,
}

impl Asked {
    /// The time for each change that it catches, if it goes on like this; at first one in four is supposed.
    fn costs(self, test: &Test) -> Duration {
        test.takes * (4 * self.times + 4) / (4 * self.caught + 1)
    }
}

impl Order {
    pub(crate) fn sort(&self, file: &str, tests: &mut [&Test]) {
        let asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tests.sort_by_cached_key(|test| {
            let of = (file.to_owned(), test.name.clone());
            asked.get(&of).copied().unwrap_or_default().costs(test)
        });
    }

    pub(crate) fn learn(&self, file: &str, test: &Test, caught: bool) {
        let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of = (file.to_owned(), test.name.clone());
        let asked = asked.entry(of).or_default();
        asked.times += 1;
        asked.caught += u32::from(caught);
    }
}
