//! What is tried: each variant, numbers at the limits, and old payloads with numbers that may have been stored.

use serde::{Deserialize, Serialize, Serializer};

use crate::planted::{aggregate, event, fails};
use crate::says;

/// Many variants, of which the last is not read as it is written.
macro_rules! letters {
    ($first:ident $($letter:ident)+, $lost:ident) => {
        #[derive(Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
        pub(crate) enum Letter {
            #[default]
            $first,
            $($letter,)+
            #[serde(rename(serialize = "none"))]
            $lost,
        }
    };
}

mod each {
    use super::*;

    letters!(A B C D E F G H I J K L M N O P Q R S T U V W X Y Z Aa Bb Cc Dd Ee Ff Gg Hh Ii Jj, Kk);

    event!(Written "account.written" { letter: Option<Letter> });
    aggregate!(Account { written: bool } Written => |state, _event| state.written = true);

    #[test]
    fn one_variant_of_many_is_found() {
        says(
            &fails!(event Account, Written),
            &["does not survive the codec `json` (invented as {\"letter\":\"Kk\"})"],
        );
    }
}

mod state {
    use super::*;

    letters!(A B C D E F G H I J K L M N, O);

    event!(Written "account.written" { cents: u32 });
    aggregate!(Account { mark: Letter, written: bool } Written => |state, _event| state.written = true);

    #[test]
    fn a_variant_of_the_state_that_no_history_leads_to_is_found() {
        says(
            &fails!(state Account: Written),
            &["unknown variant `none`", "the state: Account { mark: O,"],
        );
    }
}

mod above {
    use super::*;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
    fn hundreds<S: Serializer>(cents: &u32, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32((*cents).min(200))
    }

    event!(Written "account.written" { cents: u32 });
    aggregate!(Account { #[serde(serialize_with = "hundreds")] cents: u32, written: bool } Written => |state, _event| state.written = true);

    #[test]
    fn a_large_number_in_the_state_that_no_history_leads_to_is_found() {
        says(
            &fails!(state Account: Written),
            &["cents:", "+ restored  200", "the state: Account { cents: "],
        );
    }
}

mod limits {
    use super::*;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
    fn saturating<S: Serializer>(cents: &u64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64((*cents).min(1 << 40))
    }

    event!(Written "account.written" { #[serde(serialize_with = "saturating")] cents: u64 });
    aggregate!(Account { written: bool } Written => |state, _event| state.written = true);

    #[test]
    fn what_only_the_largest_numbers_lose_is_found() {
        says(
            &fails!(event Account, Written),
            &[
                "does not survive the codec `json`",
                "+ read     1099511627776",
            ],
        );
    }
}

mod moderate {
    use super::*;

    #[derive(Deserialize)]
    pub(crate) struct WrittenV1 {
        cents: u32,
    }

    impl From<WrittenV1> for Written {
        fn from(old: WrittenV1) -> Self {
            let parts = f64::from(old.cents) * 1e304;
            Self { parts }
        }
    }

    event!(#[event(version = 2, upcast(1 = WrittenV1))] Written "account.written" { parts: f64 });
    aggregate!(Account { written: bool } Written => |state, _event| state.written = true);

    #[test]
    fn an_old_payload_has_numbers_that_may_have_been_stored() {
        use factum::__private::contract::{event, passes};
        passes(event::<Account, Written>);
    }
}

mod unstorable {
    use super::*;

    #[derive(Deserialize)]
    pub(crate) struct WrittenV1 {
        parts: u32,
    }

    impl From<WrittenV1> for Written {
        fn from(old: WrittenV1) -> Self {
            let share = f64::INFINITY * f64::from(old.parts.max(1));
            Self { share }
        }
    }

    event!(#[event(version = 2, upcast(1 = WrittenV1))] Written "account.written" { share: f64 });
    aggregate!(Account { written: bool } Written => |state, _event| state.written = true);

    #[test]
    fn what_an_old_payload_becomes_has_to_survive_too() {
        says(
            &fails!(event Account, Written),
            &[
                "`account.written` cannot be stored with the codec `json` (version 1 of `account.written`, stored as {\"parts\":",
            ],
        );
    }
}

mod drifting {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    static TIMES: AtomicU32 = AtomicU32::new(0);

    #[derive(Deserialize)]
    pub(crate) struct WrittenV1 {
        cents: u32,
    }

    impl From<WrittenV1> for Written {
        fn from(old: WrittenV1) -> Self {
            let times = TIMES.fetch_add(1, Ordering::Relaxed);
            let cents = old.cents;
            Self { cents, times }
        }
    }

    event!(#[event(version = 2, upcast(1 = WrittenV1))] Written "account.written" { cents: u32, times: u32 });
    aggregate!(Account { written: bool } Written => |state, _event| state.written = true);

    #[test]
    fn a_step_that_reads_one_payload_in_two_ways_is_named() {
        says(
            &fails!(event Account, Written),
            &[
                "version 1 of `account.written` is not read as what was stored",
                "times:",
                "- stored",
            ],
        );
    }
}

mod furthest {
    use super::*;
    use crate::events::odd::Odd;

    event!(Written "account.written" { id: factum::Uuid, word: Odd });
    aggregate!(Account { written: bool } Written => |state, _event| state.written = true);

    #[test]
    fn the_field_that_nothing_gets_past_is_named() {
        says(
            &fails!(event Account, Written),
            &["cannot invent `account.written`: its field `word` takes none: not odd enough"],
        );
    }
}

mod seconds {
    use super::*;

    #[derive(Serialize, Clone, Debug, PartialEq)]
    pub(crate) struct Seconds(u64);

    impl<'de> Deserialize<'de> for Seconds {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            match u64::deserialize(deserializer)? {
                seconds @ 1_700_000_000..=4_000_000_000 => Ok(Self(seconds)),
                _ => Err(serde::de::Error::custom("not in this century")),
            }
        }
    }

    event!(Written "account.written" { at: Seconds });
    aggregate!(Account { written: bool } Written => |state, _event| state.written = true);

    #[test]
    fn a_number_that_has_to_be_a_time_is_invented() {
        use factum::__private::contract::{event, passes};
        passes(event::<Account, Written>);
    }
}

mod whole {
    use super::*;

    #[derive(Deserialize)]
    pub(crate) struct Parts {
        #[expect(dead_code, reason = "only read")]
        id: factum::Uuid,
    }

    impl TryFrom<Parts> for Written {
        type Error = &'static str;

        fn try_from(_: Parts) -> Result<Self, &'static str> {
            Err("never in one piece")
        }
    }

    event!(#[serde(try_from = "Parts")] Written "account.written" { id: factum::Uuid });
    aggregate!(Account { written: bool } Written => |state, _event| state.written = true);

    #[test]
    fn a_whole_that_is_refused_is_further_than_its_fields() {
        says(
            &fails!(event Account, Written),
            &["cannot invent `account.written`: its type takes none: never in one piece"],
        );
    }

    #[derive(Deserialize)]
    pub(crate) enum Either {
        #[expect(dead_code, reason = "only read")]
        One(factum::Uuid),
    }

    #[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[serde(try_from = "Either")]
    pub(crate) struct Neither;

    impl TryFrom<Either> for Neither {
        type Error = &'static str;

        fn try_from(_: Either) -> Result<Self, &'static str> {
            Err("neither")
        }
    }

    mod variant {
        use super::*;

        event!(Written "account.written" { what: Neither });
        aggregate!(Account { written: bool } Written => |state, _event| state.written = true);

        #[test]
        fn a_variant_that_is_refused_is_further_than_what_it_holds() {
            says(
                &fails!(event Account, Written),
                &["cannot invent `account.written`: its field `what` takes none: neither"],
            );
        }
    }
}

mod levels {
    use super::*;

    /// Types that hold one another.
    macro_rules! levels {
        ($outer:ident $($rest:ident)*) => {
            #[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
            pub(crate) struct $outer { within: levels!(@first $($rest)*) }
            levels!($($rest)*);
        };
        () => {};
        (@first) => { u8 };
        (@first $first:ident $($rest:ident)*) => { $first };
    }

    levels!(L1 L2 L3 L4 L5 L6 L7 L8 L9 L10 L11 L12 L13 L14 L15 L16);

    event!(Written "account.written" { levels: L1 });
    aggregate!(Account { written: bool } Written => |state, _event| state.written = true);

    #[test]
    fn a_type_of_many_levels_has_an_end() {
        use factum::__private::contract::{event, passes};
        passes(event::<Account, Written>);
    }

    #[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
    pub(crate) struct Ring {
        next: (Box<Ring>,),
    }

    mod ring {
        use super::*;

        event!(Written "account.written" { ring: Ring });
        aggregate!(Account { written: bool } Written => |state, _event| state.written = true);

        #[test]
        fn a_type_that_holds_itself_in_a_tuple_has_none() {
            says(
                &fails!(event Account, Written),
                &[
                    "cannot invent `account.written`",
                    "the type holds itself and never ends",
                ],
            );
        }
    }
}
