//! Generated tests in hostile surroundings: shadowed names, no prelude, raw identifiers, macros, every lint.

#![deny(
    warnings,
    clippy::pedantic,
    missing_docs,
    missing_debug_implementations,
    unused_qualifications,
    unreachable_pub,
    single_use_lifetimes,
    trivial_casts
)]

use crate::says;

/// Nothing is in scope, and what has a familiar name is something else.
mod bare {
    #![no_implicit_prelude]
    #![allow(dead_code)]

    use ::factum::{Aggregate, Apply, Command, Event};

    pub(crate) struct Result;
    pub(crate) struct Option;
    pub(crate) struct Some;
    pub(crate) struct String;
    pub(crate) struct Vec;
    pub(crate) trait From {}
    pub(crate) mod core {}
    pub(crate) mod std {}
    pub(crate) mod factum {}
    pub(crate) fn test() {}
    pub(crate) fn sample() {}
    pub(crate) fn event() {}
    pub(crate) fn histories() {}
    #[allow(non_camel_case_types)]
    pub(crate) struct str;
    #[allow(non_camel_case_types)]
    pub(crate) struct u16;

    pub(crate) struct OldV1;

    #[derive(Event, ::core::clone::Clone, ::core::fmt::Debug, ::core::cmp::PartialEq)]
    #[event(
        name = "box.put",
        version = 2,
        upcast(1 = OldV1),
        sample = Put { version: 7 },
        stored(1 = "{}")
    )]
    pub(crate) struct Put {
        pub(crate) version: ::core::primitive::u8,
    }

    impl ::core::convert::From<OldV1> for Put {
        fn from(_: OldV1) -> Self {
            Self { version: 7 }
        }
    }

    // Inherent items with the names of the trait's own.
    impl Put {
        pub(crate) fn sample() {}
        pub(crate) fn stored_sample() {}
    }

    #[derive(
        Aggregate,
        ::core::clone::Clone,
        ::core::fmt::Debug,
        ::core::cmp::PartialEq,
        ::core::default::Default,
    )]
    #[aggregate(name = "box", id = ::std::string::String, events(Put), tests, commands(Fill))]
    pub(crate) struct Box {
        pub(crate) version: ::core::primitive::u8,
    }

    impl Apply<Put> for Box {
        fn apply(&mut self, event: &Put) {
            self.version = event.version;
        }
    }

    #[derive(Command, ::core::fmt::Debug)]
    #[command(aggregate = Box, id = id)]
    pub(crate) struct Fill {
        pub(crate) id: ::std::string::String,
    }

    impl ::factum::Handle<Fill> for Box {
        type Error = ();

        fn handle(
            &self,
            _: &Fill,
            _: &::factum::Context,
        ) -> ::core::result::Result<impl ::factum::IntoEvents<BoxEvent>, ()> {
            ::core::result::Result::Ok(Put { version: 7 })
        }
    }
}

/// By hand: serde's derives do not survive a shadowed `str`.
macro_rules! stored_as {
    ($($ty:ty: |$value:ident: $as:ty| $read:expr, $write:expr);+) => {$(
        impl<'de> serde::Deserialize<'de> for $ty {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <$as>::deserialize(deserializer).map(|$value| $read)
            }
        }
        impl serde::Serialize for $ty {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let write: fn(&$ty) -> $as = $write;
                write(self).serialize(serializer)
            }
        }
    )+};
}
stored_as!(
    bare::OldV1: |_old: std::collections::BTreeMap<String, u8>| Self, |_| std::collections::BTreeMap::default();
    bare::Put: |version: u8| Self { version }, |put| put.version;
    bare::Box: |version: u8| Self { version }, |state| state.version;
    bare::Fill: |id: String| Self { id }, |fill| fill.id.clone()
);

/// Raw identifiers, and names of the same words.
#[allow(non_camel_case_types, clippy::enum_variant_names)]
mod raw {
    use factum::{Aggregate, Apply, Event};
    use serde::{Deserialize, Serialize};

    /// An event.
    #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(name = "raw.type", sample = r#type { r#match: 1 })]
    pub(crate) struct r#type {
        /// A field.
        pub(crate) r#match: u8,
    }

    /// An event that was deprecated.
    #[deprecated]
    #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(name = "raw.http-type")]
    pub(crate) struct HTTPType;

    /// An event of the same words.
    #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(name = "raw.http-type-2")]
    pub(crate) struct HttpType;

    /// An aggregate.
    #[derive(Aggregate, Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
    #[aggregate(name = "raw", id = String, events(r#type, HTTPType, HttpType), event = r#enum)]
    #[aggregate(tests)]
    pub(crate) struct r#struct;

    impl Apply<r#type> for r#struct {
        fn apply(&mut self, _: &r#type) {}
    }

    #[allow(deprecated)]
    impl Apply<HTTPType> for r#struct {
        fn apply(&mut self, _: &HTTPType) {}
    }

    impl Apply<HttpType> for r#struct {
        fn apply(&mut self, _: &HttpType) {}
    }
}

/// The runtime behind another path, as a crate that re-exports it would have it.
mod kit {
    pub(crate) mod inside {
        pub(crate) use factum as facts;
    }

    use inside::facts::{Aggregate, Apply, Event};
    use serde::{Deserialize, Serialize};

    #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(crate = inside::facts, name = "thing.happened", sample = Happened)]
    pub(crate) struct Happened;

    #[derive(Aggregate, Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
    #[aggregate(crate = inside::facts, name = "thing", id = String, events(Happened), tests)]
    pub(crate) struct Thing;

    impl Apply<Happened> for Thing {
        fn apply(&mut self, _: &Happened) {}
    }
}

#[test]
fn every_generated_test_is_there() {
    let tests = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--list", "--format", "terse", "surroundings"])
        .output()
        .unwrap();
    let tests = String::from_utf8(tests.stdout).unwrap();
    says(
        &tests,
        &[
            "bare::box_contract_put: test",
            "bare::box_histories_contract: test",
            "bare::box_state_contract: test",
            "kit::thing_contract_happened: test",
            "kit::thing_histories_contract: test",
            "kit::thing_state_contract: test",
            "raw::struct_contract_http_type: test",
            "raw::struct_contract_http_type__2: test",
            "raw::struct_contract_type: test",
            "raw::struct_histories_contract: test",
            "raw::struct_state_contract: test",
        ],
    );
}
