//! What keeps stored events readable: the names that a set of events is read under.

use crate::event::EventInfo;

/// The place of a stored name among those that a set reads.
#[inline]
pub fn lookup(reads: &'static [EventInfo], name: &str) -> Option<usize> {
    reads.iter().position(|info| info.is_named(name))
}

/// Stops the build where two events of one set claim the same stored name.
pub const fn assert_unique_names(reads: &[EventInfo]) {
    // A constant takes long over each byte: names are compared only where they fall into one place.
    let mut taken = [false; 4096];
    let (mut i, mut left) = (0, reads);
    while let [event, rest @ ..] = left {
        let (mut name, mut aliases) = (event.name, event.aliases);
        loop {
            let place = (fold(0, name.as_bytes()) % 4096) as usize;
            let mut earlier = reads.split_at(if taken[place] { i } else { 0 }).0;
            while let [other, others @ ..] = earlier {
                if claims(other, name) {
                    claimed_twice(name, other.rust, event.rust);
                }
                earlier = others;
            }
            taken[place] = true;
            let [next, more @ ..] = aliases else { break };
            (name, aliases) = (next, more);
        }
        (i, left) = (i + 1, rest);
    }
}

const fn claims(event: &EventInfo, name: &str) -> bool {
    let (mut is_one, mut aliases) = (same(event.name, name), event.aliases);
    while let [alias, others @ ..] = aliases {
        is_one |= same(alias, name);
        aliases = others;
    }
    is_one
}

const fn same(a: &str, b: &str) -> bool {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    while let ([x, a_rest @ ..], [y, b_rest @ ..]) = (a, b) {
        if *x != *y {
            return false;
        }
        (a, b) = (a_rest, b_rest);
    }
    a.len() == b.len()
}

/// Puts the message together byte by byte, since nothing can be formatted at compile time.
#[expect(
    clippy::panic,
    reason = "in a constant: this is a compile error, not a panic"
)]
const fn claimed_twice(name: &str, one: &str, other: &str) -> ! {
    let parts = [
        "the stored name `",
        name,
        "` is claimed by both `",
        one,
        "` and `",
        other,
        "`",
    ];
    let (mut message, mut len, mut parts) = ([0; 512], 0, parts.as_slice());
    while let [part, rest @ ..] = parts {
        let mut part = part.as_bytes();
        while let ([byte, more @ ..], true) = (part, len < message.len()) {
            message[len] = *byte;
            (len, part) = (len + 1, more);
        }
        parts = rest;
    }
    match core::str::from_utf8(message.split_at(len).0) {
        Ok(message) => panic!("{}", message),
        Err(_) => panic!("two events claim one stored name"),
    }
}

/// Folds an event's stored name and versions into a shape; FNV-1a, 64 bits.
pub const fn shape(mut hash: u64, mut reads: &[EventInfo]) -> u64 {
    while let [event, rest @ ..] = reads {
        hash = fold(hash, event.name.as_bytes());
        hash = fold(hash, &event.version.to_be_bytes());
        reads = rest;
    }
    hash
}

const fn fold(mut hash: u64, mut bytes: &[u8]) -> u64 {
    while let [byte, rest @ ..] = bytes {
        hash = (hash ^ *byte as u64).wrapping_mul(0x0100_0000_01b3);
        bytes = rest;
    }
    hash
}
