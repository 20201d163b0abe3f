//! Nothing is in scope, and whatever has a familiar name is something else.

use factum::{
    Aggregate, Command, CommandId, Decoded, Event, EventSet, Json, Timestamp, WrongState,
};

/// Types, traits, modules, functions and macros with names that expansions might use.
mod bare {
    #![no_implicit_prelude]
    #![allow(
        dead_code,
        missing_docs,
        non_camel_case_types,
        non_snake_case,
        unused_macros
    )]

    macro_rules! shadow {
        (struct $($ident:ident),*) => { $(pub(crate) struct $ident;)* };
        (trait $($ident:ident),*) => { $(pub(crate) trait $ident {})* };
        (mod $($ident:ident),*) => { $(pub(crate) mod $ident {})* };
        (fn $($ident:ident),*) => { $(pub(crate) fn $ident() {})* };
        (macro $($ident:ident),*) => { $(macro_rules! $ident { (shadowed) => {}; })* };
    }
    shadow!(struct Result, Option, String, Vec, Cow, Self_, Event, State, Given, Decoded);
    shadow!(struct EventSet, EventInfo, Codec, CommandId, Timestamp, Illegal, InvalidId, WrongState, At);
    shadow!(struct Ok, Err, Some, None, Json, Context, DecodeError, EncodeError, Formatter);
    shadow!(struct str, u8, u16, u32, u64, i64, usize, bool, char);
    shadow!(trait Clone, Default, From, Into, TryFrom, Debug, Display, PartialEq, FromStr);
    shadow!(trait Iterator, IntoIterator, FnOnce, Send, Sync, Sized, Copy);
    shadow!(trait Apply, On, Handle, IntoEvents, Retired, Initial, Leads, TakenIn, Rejection, Stored);
    shadow!(trait Aggregate, StreamId, Serialize, Deserialize, Serializer, Deserializer, Upcast);
    shadow!(mod core, std, alloc, factum, serde, __factum, __private, testing, fmt, contract);
    shadow!(fn test, sample, given, take, within, info, lookup, shape, step, read, replaced, one, drop);
    shadow!(macro vec, panic, matches, assert, assert_eq, unreachable, format, write, todo);
    shadow!(macro contract_tests, __contract_tests, concat, stringify, cfg, env, option_env);

    #[derive(
        ::factum::StreamId, ::core::clone::Clone, ::core::fmt::Debug, ::core::cmp::PartialEq,
    )]
    pub(crate) struct BoxId(pub(crate) ::core::primitive::u64);

    pub(crate) struct PutV1;
    pub(crate) struct PutV2(pub(crate) ::core::primitive::u8);

    #[derive(::factum::Event, ::core::clone::Clone, ::core::fmt::Debug, ::core::cmp::PartialEq)]
    #[event(
        name = "box.put",
        version = 3,
        upcast(2 = PutV2, 1 = PutV1),
        sample = Put { payload: 1, version: 2, codec: 3, event: 4 },
        stored(1 = "null", 2 = "9")
    )]
    pub(crate) struct Put {
        pub(crate) payload: ::core::primitive::u8,
        pub(crate) version: ::core::primitive::u8,
        pub(crate) codec: ::core::primitive::u8,
        pub(crate) event: ::core::primitive::u8,
    }

    ::factum::verify_events!(put_contract: Put);

    impl ::core::convert::From<PutV1> for PutV2 {
        fn from(_: PutV1) -> Self {
            Self(5)
        }
    }

    impl ::core::convert::TryFrom<PutV2> for Put {
        type Error = ::std::string::String;

        fn try_from(old: PutV2) -> ::core::result::Result<Self, ::std::string::String> {
            ::core::result::Result::Ok(Self {
                payload: 1,
                version: 2,
                codec: 3,
                event: old.0,
            })
        }
    }

    #[derive(::factum::Event, ::core::clone::Clone, ::core::fmt::Debug, ::core::cmp::PartialEq)]
    #[event(name = "box.emptied", alias("box.cleared"))]
    pub(crate) struct Emptied;

    #[derive(::factum::Event, ::core::clone::Clone, ::core::fmt::Debug, ::core::cmp::PartialEq)]
    #[event(name = "box.thrown")]
    pub(crate) struct Thrown;

    impl ::factum::Retired<BoxHappened> for Thrown {
        fn replace(self) -> impl ::factum::IntoEvents<BoxHappened> {
            (Emptied, Emptied)
        }
    }

    // Inherent items with the names of the traits' own.
    impl Put {
        pub(crate) const INFO: () = ();
        pub(crate) fn decode() {}
        pub(crate) fn clone() {}
        pub(crate) fn sample() {}
        pub(crate) fn stored_sample() {}
        pub(crate) fn into_events() {}
    }

    #[derive(
        ::factum::Aggregate,
        ::core::clone::Clone,
        ::core::fmt::Debug,
        ::core::cmp::PartialEq,
        ::core::default::Default,
    )]
    #[aggregate(
        name = "box",
        id = BoxId,
        events(Put, Emptied),
        event = BoxHappened,
        retired(Thrown),
        ignored("box.seen"),
        snapshot(logic = 3),
        tests,
        commands(Fill)
    )]
    pub(crate) struct Box {
        pub(crate) event: ::core::primitive::u8,
    }

    impl Box {
        pub(crate) const NAME: () = ();
        pub(crate) fn apply() {}
        pub(crate) fn fold() {}
        pub(crate) fn shape() {}
    }

    impl ::factum::Apply<Put> for Box {
        fn apply(&mut self, event: &Put) {
            self.event = event.event;
        }
    }

    impl ::factum::Apply<Emptied> for Box {
        fn apply(&mut self, _: &Emptied) {
            self.event = 0;
        }
    }

    #[derive(::factum::Command, ::core::fmt::Debug)]
    #[command(aggregate = Box, id = r#type, command_id = name, occurred_at = target, name = "fill")]
    pub(crate) struct Fill {
        pub(crate) r#type: BoxId,
        pub(crate) name: ::core::option::Option<::factum::CommandId>,
        pub(crate) target: ::factum::Timestamp,
    }

    impl ::factum::Handle<Fill> for Box {
        type Error = ();

        fn handle(
            &self,
            _: &Fill,
            _: &::factum::Context,
        ) -> ::core::result::Result<impl ::factum::IntoEvents<BoxHappened>, ()> {
            ::core::result::Result::Ok((
                Emptied,
                Put {
                    payload: 1,
                    version: 2,
                    codec: 3,
                    event: self.event,
                },
            ))
        }
    }

    #[derive(
        ::factum::Aggregate, ::core::clone::Clone, ::core::fmt::Debug, ::core::cmp::PartialEq,
    )]
    #[aggregate(
        name = "lid",
        id = BoxId,
        events(Put, Emptied),
        snapshot(logic = 3),
        tests,
        commands(Turn)
    )]
    pub(crate) enum Lid {
        #[state(Put => Open)]
        Shut(Shut),
        #[state(Emptied => Shut, Put => Open)]
        Open(Open),
    }

    #[derive(
        ::core::clone::Clone, ::core::default::Default, ::core::fmt::Debug, ::core::cmp::PartialEq,
    )]
    pub(crate) struct Shut {
        pub(crate) state: ::core::primitive::u8,
    }

    #[derive(::core::clone::Clone, ::core::fmt::Debug, ::core::cmp::PartialEq)]
    pub(crate) struct Open {
        pub(crate) event: ::core::primitive::u8,
    }

    // Inherent items with the names of the traits' own.
    impl Lid {
        pub(crate) fn default() {}
        pub(crate) fn of() {}
    }

    impl Open {
        pub(crate) const NAME: () = ();
        pub(crate) fn of() {}
        pub(crate) fn lead() {}
        pub(crate) fn initial() {}
    }

    impl ::factum::On<Put> for Shut {
        type Next = Open;

        fn on(self, event: &Put) -> Open {
            Open { event: event.event }
        }
    }

    impl ::factum::On<Put> for Open {
        type Next = Open;

        fn on(self, _: &Put) -> Open {
            self
        }
    }

    impl ::factum::On<Emptied> for Open {
        type Next = Shut;

        fn on(self, _: &Emptied) -> Shut {
            Shut { state: self.event }
        }
    }

    #[derive(::factum::Command, ::core::fmt::Debug)]
    #[command(aggregate = Lid, id = id)]
    pub(crate) struct Turn {
        pub(crate) id: BoxId,
    }

    impl ::factum::Handle<Turn> for Lid {
        type Error = ();

        fn handle(
            &self,
            turn: &Turn,
            _: &::factum::Context,
        ) -> ::core::result::Result<impl ::factum::IntoEvents<LidEvent>, ()> {
            let put = Put {
                payload: 1,
                version: 2,
                codec: 3,
                event: turn.id.0.to_le_bytes()[0],
            };
            ::core::result::Result::Ok(match self {
                Self::Shut(_) => LidEvent::Put(put),
                Self::Open(_) => LidEvent::Emptied(Emptied),
            })
        }
    }
}

stored_as!(
    bare::PutV1: |_old: ()| Self, |_| ();
    bare::PutV2: |event: u8| Self(event), |old| old.0;
    bare::Put: |fields: [u8; 4]| {
        let [payload, version, codec, event] = fields;
        Self { payload, version, codec, event }
    }, |put| [put.payload, put.version, put.codec, put.event];
    bare::Emptied: |_nothing: ()| Self, |_| ();
    bare::Thrown: |_nothing: ()| Self, |_| ();
    bare::Box: |event: u8| Self { event }, |state| state.event;
    bare::Lid: |state: Result<u8, u8>| match state {
        Ok(event) => Self::Open(bare::Open { event }),
        Err(state) => Self::Shut(bare::Shut { state }),
    }, |lid| match lid {
        bare::Lid::Open(open) => Ok(open.event),
        bare::Lid::Shut(shut) => Err(shut.state),
    };
    bare::Fill: |fill: (u64, Option<CommandId>, Timestamp)| Self {
        r#type: fill.0.into(),
        name: fill.1,
        target: fill.2,
    }, |fill| (fill.r#type.0, fill.name, fill.target);
    bare::Turn: |id: u64| Self { id: id.into() }, |turn| turn.id.0
);

#[test]
fn every_version_is_read() {
    let read = |version, payload: &str| {
        let put = <bare::Put as Event>::decode(&Json::default(), version, payload.as_bytes());
        put.unwrap().event
    };
    assert_eq!(
        [read(1, "null"), read(2, "8"), read(3, "[0,0,0,7]")],
        [5, 8, 7]
    );
    assert_eq!(bare::BoxHappened::READS[0].oldest, 1);
    let read = |name| bare::BoxHappened::decode(&Json::default(), name, 1, b"null").unwrap();
    let emptied = || bare::BoxHappened::Emptied(bare::Emptied);
    assert_eq!(read("box.cleared"), Decoded::One(emptied()));
    assert_eq!(
        read("box.thrown"),
        Decoded::Many(vec![emptied(), emptied()])
    );
    assert_eq!(read("box.seen"), Decoded::Many(vec![]));
}

#[test]
fn commands_know_whom_they_ask() {
    let fill = bare::Fill {
        r#type: 7.into(),
        name: Some(CommandId::named("a")),
        target: Timestamp::UNIX_EPOCH,
    };
    assert_eq!(fill.target().to_string(), "7");
    assert_eq!(fill.command_id(), Some(CommandId::named("a")));
    assert_eq!(fill.occurred_at(), Some(Timestamp::UNIX_EPOCH));
    assert_eq!(bare::Fill::NAME, "fill");
    assert_eq!(<bare::Box as Aggregate>::NAME, "box");
    bare::Box::given(bare::Emptied).when_command(fill).then((
        bare::Emptied,
        bare::Put {
            payload: 1,
            version: 2,
            codec: 3,
            event: 0,
        },
    ));
}

#[test]
fn machines_follow_their_arrows() {
    let lid = <bare::Lid as Default>::default();
    assert_eq!(lid.state_name(), "Shut");
    let empty = |_: &bare::Open| Ok::<_, WrongState>(bare::Emptied);
    assert_eq!(lid.within(empty).unwrap_err().needed, "Open");
    bare::Lid::given_stored([("box.put", 2, "6")])
        .when(|lid| lid.within(empty))
        .then_state_is(bare::Lid::Shut(bare::Shut { state: 6 }));
    assert_eq!(
        bare::Lid::DIAGRAM,
        "stateDiagram-v2\n    [*] --> Shut\n    Shut --> Open: Put\n    Open --> Shut: Emptied\n    Open --> Open: Put"
    );
}
