//! How appends ended at a disk that fails: what the recorded process counts, and the tests read.
#![allow(dead_code, reason = "one writes it, and the other one reads it")]

/// How often which answer was given.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Ends {
    pub(crate) faults: u64,
    pub(crate) stored: u64,
    pub(crate) full: u64,
    pub(crate) io: u64,
    pub(crate) unknown: u64,
}

impl Ends {
    /// One line of text.
    pub(crate) fn say(self) {
        let Self {
            faults,
            stored,
            full,
            io,
            unknown,
        } = self;
        println!("{faults} {stored} {full} {io} {unknown}");
    }

    /// What such a line says.
    pub(crate) fn of(said: &str) -> Self {
        let numbers: Vec<u64> = said
            .split_whitespace()
            .map(|number| number.parse().unwrap())
            .collect();
        let [faults, stored, full, io, unknown] = numbers[..] else {
            panic!("{said}")
        };
        Self {
            faults,
            stored,
            full,
            io,
            unknown,
        }
    }
}
