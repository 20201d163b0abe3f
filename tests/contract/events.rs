//! Bugs of one event.

use serde::{Deserialize, Serializer};

use crate::planted::{aggregate, event, fails};
use crate::says;

mod skipped {
    use super::*;

    event!(#[event(sample = Opened { owner: "Ada".into() })] Opened "account.opened" {
        #[serde(skip)]
        owner: String
    });
    aggregate!(Account { open: bool } Opened => |state, _event| state.open = true);

    #[test]
    fn a_field_that_serde_skips_is_named() {
        says(
            &fails!(event Account, Opened),
            &[
                "`account.opened` does not survive the codec `json` (its sample)",
                "owner:",
                "written  \"Ada\"",
                "read     \"\"",
                "help: what serde skips",
            ],
        );
    }
}

mod written_only {
    use super::*;

    event!(Opened "account.opened" {
        #[serde(skip_serializing, default)]
        owner: String
    });
    aggregate!(Account { open: bool } Opened => |state, _event| state.open = true);

    #[test]
    fn a_field_that_is_not_written_is_found_with_an_invented_sample() {
        says(
            &fails!(event Account, Opened),
            &[
                "`account.opened` does not survive the codec `json` (invented as {\"owner\":\"owner\"})",
                "owner:",
                "written  \"owner\"",
            ],
        );
    }
}

mod renamed {
    use super::*;

    event!(Opened "account.opened" {
        #[serde(rename(serialize = "holder"))]
        owner: String
    });
    aggregate!(Account { open: bool } Opened => |state, _event| state.open = true);

    #[test]
    fn a_name_that_is_written_and_not_read_is_named() {
        says(
            &fails!(event Account, Opened),
            &[
                "`account.opened` does not survive the codec",
                "missing field `owner`",
            ],
        );
    }
}

mod rounded {
    use super::*;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
    fn tens<S: Serializer>(cents: &u32, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(cents / 10 * 10)
    }

    event!(Deposited "account.deposited" {
        #[serde(serialize_with = "tens")]
        cents: u32
    });
    aggregate!(Account { cents: u32 } Deposited => |state, event| state.cents += event.cents);

    #[test]
    fn a_format_that_rounds_is_shown_with_both_numbers() {
        says(
            &fails!(event Account, Deposited),
            &[
                "`account.deposited` does not survive the codec `json`",
                "cents:",
                "written  ",
                "read     0",
            ],
        );
    }
}

pub(crate) mod odd {
    use super::*;

    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub(crate) struct Odd;

    impl<'de> Deserialize<'de> for Odd {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            String::deserialize(deserializer)?;
            Err(serde::de::Error::custom("not odd enough"))
        }
    }

    event!(Opened "account.opened" { owner: String, terms: Vec<Odd> });
    aggregate!(Account { open: bool } Opened => |state, _event| state.open = true);

    #[test]
    fn what_cannot_be_invented_is_named_by_its_field() {
        says(
            &fails!(event Account, Opened),
            &[
                "cannot invent `account.opened`: its field `terms[]` takes none: not odd enough",
                "help: give one in the attribute of the event: `sample = Opened { owner: todo!(), terms: todo!() }`",
            ],
        );
    }
}

mod restless {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    static TIMES: AtomicU32 = AtomicU32::new(0);

    #[expect(
        clippy::ref_option,
        clippy::trivially_copy_pass_by_ref,
        reason = "serde asks for it"
    )]
    fn counted<S: Serializer>(_: &Option<u32>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(TIMES.fetch_add(1, Ordering::Relaxed))
    }

    fn ignored<'de, D: serde::Deserializer<'de>>(d: D) -> Result<Option<u32>, D::Error> {
        u32::deserialize(d).map(|_| None)
    }

    event!(Opened "account.opened" {
        #[serde(serialize_with = "counted", deserialize_with = "ignored")]
        printed: Option<u32>
    });
    aggregate!(Account { open: bool } Opened => |state, _event| state.open = true);

    #[test]
    fn an_event_that_is_written_in_two_ways_is_named() {
        says(
            &fails!(event Account, Opened),
            &[
                "`account.opened` is written in another way once it was read",
                "first:  {\"printed\":",
                "second: {\"printed\":",
            ],
        );
    }
}
