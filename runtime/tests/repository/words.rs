//! How places and times read.

use factum::{Clock, Position, Revision, SystemClock, Timestamp};

#[test]
fn a_place_reads_as_its_number() {
    let places = format!("{:>3}, {}", Revision::new(7), Position::new(8));
    assert_eq!(places, "  7, 8");
}

#[test]
fn the_system_clock_shows_no_time_that_is_past() {
    let written: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    assert!(SystemClock.now() > written);
}
