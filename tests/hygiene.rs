//! The derives in hostile surroundings: shadowed names, no prelude, raw identifiers, macros, every lint.

#![deny(
    warnings,
    clippy::pedantic,
    missing_docs,
    missing_debug_implementations,
    unused_qualifications
)]
#![deny(
    unreachable_pub,
    single_use_lifetimes,
    trivial_casts,
    variant_size_differences
)]

/// Nothing is in scope, and what has a familiar name is something else.
mod bare {
    #![no_implicit_prelude]
    #![allow(dead_code, clippy::upper_case_acronyms)]

    use ::factum::{Aggregate, Apply, Command, Event, StreamId};

    pub(crate) struct Result;
    pub(crate) struct Option;
    pub(crate) struct String;
    pub(crate) struct Vec;
    pub(crate) struct Self_;
    pub(crate) trait From {}
    pub(crate) trait Clone {}
    pub(crate) trait Default {}
    pub(crate) mod core {}
    pub(crate) mod std {}
    pub(crate) mod factum {}
    #[allow(non_camel_case_types)]
    pub(crate) struct str;
    #[allow(non_camel_case_types)]
    pub(crate) struct u8;
    #[allow(non_camel_case_types)]
    pub(crate) struct u16;
    #[allow(non_camel_case_types)]
    pub(crate) struct u64;

    pub(crate) struct OldV1;

    #[derive(Event, ::core::clone::Clone, ::core::fmt::Debug, ::core::cmp::PartialEq)]
    #[event(name = "box.put", version = 2, upcast(1 = OldV1))]
    pub(crate) struct Put {
        payload: ::core::primitive::u8,
        version: ::core::primitive::u8,
        codec: ::core::primitive::u8,
        event: ::core::primitive::u8,
    }

    impl ::core::convert::From<OldV1> for Put {
        fn from(_: OldV1) -> Self {
            Self {
                payload: 1,
                version: 2,
                codec: 3,
                event: 4,
            }
        }
    }

    // Inherent items with the names of the traits' own.
    impl Put {
        pub(crate) const INFO: () = ();
        pub(crate) fn decode() {}
        pub(crate) fn clone() {}
        pub(crate) fn blank() -> Self {
            Self {
                payload: 0,
                version: 0,
                codec: 0,
                event: 0,
            }
        }
    }

    #[derive(StreamId, ::core::clone::Clone, ::core::fmt::Debug, ::core::cmp::PartialEq)]
    pub(crate) struct BoxId(::core::primitive::u64);

    #[derive(
        Aggregate,
        ::core::clone::Clone,
        ::core::fmt::Debug,
        ::core::cmp::PartialEq,
        ::core::default::Default,
    )]
    #[aggregate(name = "box", id = BoxId, events(Put))]
    pub(crate) struct Box {
        event: ::core::primitive::u8,
    }

    impl Box {
        pub(crate) const NAME: () = ();
        pub(crate) fn apply() {}
        pub(crate) fn blank() -> Self {
            Self { event: 0 }
        }
    }

    impl Apply<Put> for Box {
        fn apply(&mut self, event: &Put) {
            self.event = event.event;
        }
    }

    #[derive(Command)]
    #[command(aggregate = Box, id = r#type, command_id = name)]
    pub(crate) struct Fill {
        pub(crate) r#type: BoxId,
        pub(crate) name: ::factum::CommandId,
    }
}

/// By hand: serde's derives do not survive a shadowed `str`.
macro_rules! stored_as_nothing {
    ($($ty:ty => $value:expr),+) => {$(
        impl<'de> serde::Deserialize<'de> for $ty {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                serde::de::IgnoredAny::deserialize(deserializer).map(|_| $value)
            }
        }
        impl serde::Serialize for $ty {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_unit()
            }
        }
    )+};
}
stored_as_nothing!(
    bare::OldV1 => bare::OldV1,
    bare::Put => bare::Put::blank(),
    bare::Box => bare::Box::blank(),
    bare::Fill => bare::Fill { r#type: 0.into(), name: factum::CommandId::named("") }
);

#[test]
fn holds_without_a_prelude() {
    use factum::{Aggregate, Command, Event};

    let put = <bare::Put as Event>::decode(&factum::Json::default(), 1, b"{}").unwrap();
    let mut state = bare::Box::default();
    Aggregate::fold(&mut state, &put.into()).unwrap();
    assert_eq!(<bare::Box as Aggregate>::NAME, "box");
    let fill = bare::Fill {
        r#type: 7.into(),
        name: factum::CommandId::named("a"),
    };
    assert_eq!(fill.target().to_string(), "7");
    assert_eq!(bare::Fill::NAME, "Fill");
}

/// Raw identifiers.
#[allow(non_camel_case_types)]
mod raw {
    use factum::{Aggregate, Apply, Event};
    use serde::{Deserialize, Serialize};

    /// An event.
    #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(name = "raw.type")]
    pub(crate) struct r#type {
        /// A field.
        pub(crate) r#match: u8,
    }

    /// An aggregate.
    #[derive(Aggregate, Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
    #[aggregate(name = "raw", id = String, events(r#type), event = r#enum)]
    pub(crate) struct r#struct;

    impl Apply<r#type> for r#struct {
        fn apply(&mut self, _: &r#type) {}
    }
}

#[test]
fn raw_identifiers_keep_their_meaning() {
    use factum::{Event, EventSet};

    let event = raw::r#enum::from(raw::r#type { r#match: 1 });
    assert_eq!(event.info().rust, "type");
    assert_eq!(raw::r#type::INFO.name, "raw.type");
}

/// Names and types that lints speak against, allowed where the user writes them.
mod allowed {
    use factum::{Aggregate, Apply, Command, Event, StreamId};
    use serde::{Deserialize, Serialize};

    #[allow(non_camel_case_types)]
    #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(name = "allowed.lower")]
    pub(crate) struct lower;

    #[deprecated = "it is no longer written"]
    #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(name = "allowed.old")]
    pub(crate) struct Old;

    #[deprecated]
    #[derive(StreamId, Clone, Debug, PartialEq)]
    pub(crate) struct OldId(u64);

    #[deprecated]
    #[allow(non_camel_case_types)]
    #[derive(Aggregate, Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
    #[aggregate(name = "allowed", id = OldId, events(lower, Old))]
    pub(crate) struct state;

    #[allow(deprecated)]
    impl Apply<lower> for state {
        fn apply(&mut self, _: &lower) {}
    }

    #[allow(deprecated)]
    impl Apply<Old> for state {
        fn apply(&mut self, _: &Old) {}
    }

    #[deprecated]
    #[derive(Command, Serialize)]
    #[command(aggregate = state, id = id)]
    pub(crate) struct Ask {
        #[allow(deprecated)]
        pub(crate) id: OldId,
    }
}

#[test]
#[allow(deprecated)]
fn lints_do_not_speak_of_what_the_derives_write() {
    use factum::{Command, EventSet};

    let ask = allowed::Ask { id: 7.into() };
    assert_eq!(ask.target(), &allowed::OldId::from(7));
    let event = allowed::stateEvent::from(allowed::Old);
    assert_eq!(event.info().name, "allowed.old");
}

macro_rules! domain {
    ($event:ident, $name:literal, $old:ty, $version:expr, $aggregate:ident, $id:ty, $field:ident) => {
        #[derive(factum::Event, serde::Serialize, serde::Deserialize, Clone, Debug, PartialEq)]
        #[event(name = $name, version = 2, upcast(1 = $old))]
        struct $event {
            $field: u8,
            inner: u8,
        }

        impl From<$old> for $event {
            fn from($field: $old) -> Self {
                Self {
                    $field,
                    inner: $version,
                }
            }
        }

        #[derive(
            factum::Aggregate,
            serde::Serialize,
            serde::Deserialize,
            Clone,
            Debug,
            PartialEq,
            Default,
        )]
        #[aggregate(name = "made", id = $id, events($event))]
        struct $aggregate;

        impl factum::Apply<$event> for $aggregate {
            fn apply(&mut self, _: &$event) {}
        }

        #[derive(factum::Command, serde::Serialize)]
        #[command(aggregate = $aggregate, id = $field, command_id = inner)]
        struct Ask {
            $field: $id,
            inner: Option<factum::CommandId>,
        }
    };
}

#[test]
fn macros_may_write_the_input_even_within_a_function() {
    use factum::{Command, Event};

    domain!(Made, "made.made", u8, 9, Maker, u64, field);
    let made = Made::decode(&factum::Json::default(), 1, b"5").unwrap();
    assert_eq!(made, Made { field: 5, inner: 9 });
    let ask = Ask {
        field: 7,
        inner: None,
    };
    assert_eq!((ask.target(), ask.command_id()), (&7, None));
    assert_eq!(Made::try_from(MakerEvent::from(made.clone())), Ok(made));
}

/// The runtime behind another path, as a crate that re-exports it would have it.
mod kit {
    pub(crate) mod inside {
        pub(crate) use factum as facts;
    }
}

#[test]
fn another_path_to_the_runtime() {
    use kit::inside::facts::{Aggregate, Apply, Command, Event, StreamId};
    use serde::{Deserialize, Serialize};

    #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(name = "thing.happened", crate = kit::inside::facts)]
    struct Happened;

    #[derive(StreamId, Clone, Debug)]
    #[stream_id(crate = crate::kit::inside::facts)]
    struct Id(String);

    #[derive(Aggregate, Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
    #[aggregate(crate = crate::kit::inside::facts, name = "thing", id = Id, events(Happened))]
    struct Thing;

    impl Apply<Happened> for Thing {
        fn apply(&mut self, _: &Happened) {}
    }

    #[derive(Command, Serialize)]
    #[command(crate = crate::kit::inside::facts, aggregate = Thing, id = id)]
    struct Touch {
        id: Id,
    }

    let touch = Touch {
        id: "a".parse().unwrap(),
    };
    assert_eq!(touch.target().to_string(), "a");
    assert_eq!(Happened::INFO.name, "thing.happened");
}

/// State machines, in the same surroundings.
#[path = "hygiene/machine.rs"]
mod machine;
