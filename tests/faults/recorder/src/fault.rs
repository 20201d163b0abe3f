//! Calls that fail on request.
//!
//! Whoever writes `sync 5 17 1` into the file `fault` of the directory lets 17 syncs through and has the one after
//! them fail with error number 5; the last number says how many fail, one after the other. `write` stands for
//! everything that needs room. When the first one fails, the file `waiting` is removed: so it is known to have happened.
//! Anything else in it, such as `off`, ends the failing.

/// What requests are written to.
pub(crate) const FILE: &str = "fault";

/// What a process says of itself there never fails.
pub(crate) const SAYS: &str = "acknowledged";

/// What is removed when a fault happens.
pub(crate) const WAITING: &str = "waiting";

/// What kind of call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Write,
    Sync,
}

#[derive(Debug)]
pub(crate) struct Fault {
    kind: Kind,
    error: i32,
    /// How many calls are let through first.
    through: u64,
    times: u64,
    struck: bool,
}

/// A call that is to fail.
pub(crate) struct Strike {
    pub(crate) error: i32,
    /// Whether it is the request's first.
    pub(crate) first: bool,
}

impl Fault {
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        let mut words = std::str::from_utf8(text).ok()?.split_whitespace();
        let kind = match words.next()? {
            "write" => Kind::Write,
            "sync" => Kind::Sync,
            _ => return None,
        };
        Some(Self {
            kind,
            error: words.next()?.parse().ok()?,
            through: words.next()?.parse().ok()?,
            times: words.next()?.parse().ok()?,
            struck: false,
        })
    }

    /// Counts a call, and says whether it fails.
    pub(crate) fn strike(fault: &mut Option<Self>, kind: Kind) -> Option<Strike> {
        let armed = fault.as_mut().filter(|fault| fault.kind == kind)?;
        if armed.through > 0 {
            armed.through -= 1;
            return None;
        }
        armed.times = armed.times.saturating_sub(1);
        let strike = Strike {
            error: armed.error,
            first: !std::mem::replace(&mut armed.struck, true),
        };
        if armed.times == 0 {
            *fault = None;
        }
        Some(strike)
    }
}
