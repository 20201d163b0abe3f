//! Faults that really happen, against the real store; each test names what must not follow.

mod killed;
