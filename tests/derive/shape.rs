//! What a snapshot's shape depends on.

use factum::{Aggregate, Apply};
use serde::{Deserialize, Serialize};

use super::{Closed, Opened};

#[test]
fn the_shape_follows_events_and_logic() {
    #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    #[aggregate(name = "tally", id = u64, events(Closed))]
    struct Tally;
    impl Apply<Closed> for Tally {
        fn apply(&mut self, _: &Closed) {}
    }
    fn other_logic() -> u64 {
        #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
        #[aggregate(name = "tally", id = u64, events(Closed), snapshot(logic = 2))]
        struct Tally;
        impl Apply<Closed> for Tally {
            fn apply(&mut self, _: &Closed) {}
        }
        Tally::shape()
    }
    fn other_events() -> u64 {
        #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
        #[aggregate(name = "tally", id = u64, events(Opened))]
        struct Tally;
        impl Apply<Opened> for Tally {
            fn apply(&mut self, _: &Opened) {}
        }
        Tally::shape()
    }
    fn other_fields() -> u64 {
        #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
        #[aggregate(name = "tally", id = u64, events(Closed))]
        struct Tally(u8);
        impl Apply<Closed> for Tally {
            fn apply(&mut self, _: &Closed) {}
        }
        Tally::shape()
    }
    assert_ne!(Tally::shape(), other_logic());
    assert_ne!(Tally::shape(), other_events());
    assert_ne!(Tally::shape(), other_fields());
}

#[test]
fn the_shape_does_not_follow_comments() {
    #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    #[aggregate(name = "tally", id = u64, events(Closed))]
    struct Tally {
        closed: u8,
    }
    impl Apply<Closed> for Tally {
        fn apply(&mut self, _: &Closed) {}
    }
    fn documented() -> u64 {
        /// A tally.
        #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
        #[aggregate(name = "tally_of_closed", id = u64, events(Closed))]
        struct Tally {
            /// How many were closed.
            closed: u8,
        }
        impl Apply<Closed> for Tally {
            fn apply(&mut self, _: &Closed) {}
        }
        Tally::shape()
    }
    assert_eq!(Tally::shape(), documented());
}
