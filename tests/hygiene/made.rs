//! Items written by a macro, of which each token was passed to it, beside the user's own or within a function.

use factum::{Aggregate, Command, Event, EventSet, Handle, On, WrongState};

macro_rules! domain {
    (
        $event:ident = $stored:literal, $version:literal: $old:ty { $field:ident: $held:ty } as $sample:expr, $payload:literal;
        $aggregate:ident = $name:expr, $id:ty, $events:ident, $logic:literal: [$($tests:tt)*];
        $command:ident = $sent:literal
    ) => {
        #[derive(Event, serde::Serialize, serde::Deserialize, Clone, Debug, PartialEq)]
        #[event(name = $stored, version = $version, upcast(1 = $old), sample = $sample, stored(1 = $payload))]
        struct $event {
            $field: $held,
            inner: $held,
        }

        impl From<$old> for $event {
            fn from($field: $old) -> Self {
                Self { $field, inner: $version }
            }
        }

        #[derive(Aggregate, serde::Serialize, serde::Deserialize, Clone, Debug, PartialEq, Default)]
        #[aggregate(name = $name, id = $id, events($event), event = $events, snapshot(logic = $logic) $($tests)*)]
        struct $aggregate;

        impl factum::Apply<$event> for $aggregate {
            fn apply(&mut self, _: &$event) {}
        }

        #[derive(Command, serde::Serialize, serde::Deserialize, Debug)]
        #[command(aggregate = $aggregate, id = $field, command_id = inner, name = $sent)]
        struct $command {
            $field: $id,
            inner: Option<factum::CommandId>,
        }

        impl Handle<$command> for $aggregate {
            type Error = ();

            fn handle(
                &self,
                _: &$command,
                _: &factum::Context,
            ) -> Result<impl factum::IntoEvents<$events>, ()> {
                Ok($event { $field: 1, inner: 2 })
            }
        }
    };
}

/// Whole lists of events, states and arrows.
macro_rules! machine {
    (
        $(#[$attr:meta])*
        $machine:ident = $name:literal, $id:ty [$($tests:tt)*]:
        $($state:ident($held:ty) { $($event:path => $to:ident),* })+
    ) => {
        #[derive(Aggregate, serde::Serialize, serde::Deserialize, Clone, Debug, PartialEq)]
        #[aggregate(name = $name, id = $id $($tests)*)]
        $(#[$attr])*
        enum $machine {
            $(
                #[state($($event => $to),*)]
                $state($held),
            )+
        }

        $(
            #[derive(serde::Serialize, serde::Deserialize, Clone, Debug, Default, PartialEq)]
            struct $state { was: u8 }
        )+
        $($(
            impl On<$event> for $state {
                type Next = $to;

                fn on(self, _: &$event) -> $to {
                    $to { was: self.was }
                }
            }
        )*)+
    };
}

/// What changed, with each token passed to it; the fields go by names that expansions use.
macro_rules! ruled {
    ($event:ident = $name:literal, $version:literal: $old:ident ($from:ty) to $next:ident; $key:literal, $default:expr, $removed:ident) => {
        #[derive(Event, serde::Serialize, serde::Deserialize, Clone, Debug, PartialEq)]
        #[event(name = $name, version = $version, upcast(1 = $old), removed($removed: $from, in = 3))]
        struct $event {
            event: $from,
            #[event(since = 4, renamed_from = $key)]
            payload: $from,
            #[event(since = $version, default = $default)]
            version: $from,
        }

        #[derive(serde::Deserialize)]
        struct $old($from);

        impl From<$old> for $next {
            fn from($old(event): $old) -> Self {
                let payload = event + 1;
                Self { event, payload, $removed: 0 }
            }
        }
    };
}

mod beside {
    ruled!(Shaped = "made.shaped", 5: ShapedV1 (u8) to ShapedV2; "codec", 9, gone);

    #[test]
    fn its_old_shapes_are_read() {
        let read = |version, payload: &str| {
            let read = Shaped::decode(&factum::Json::default(), version, payload.as_bytes());
            let Shaped {
                event,
                payload,
                version,
            } = read.unwrap();
            [event, payload, version]
        };
        assert_eq!(read(1, "1"), [1, 2, 9]);
        assert_eq!(read(2, r#"{"event":1,"codec":3,"gone":4}"#), [1, 3, 9]);
        assert_eq!(read(3, r#"{"event":1,"codec":3}"#), [1, 3, 9]);
        assert_eq!(read(4, r#"{"event":1,"payload":3}"#), [1, 3, 9]);
        assert_eq!(read(5, r#"{"event":1,"payload":3,"version":5}"#), [1, 3, 5]);
    }

    use super::{Aggregate, Command, Event, Handle, On};

    domain!(
        Made = "made.made", 2: u8 { field: u8 } as Made { field: 1, inner: 2 }, "5";
        Maker = "maker", u64, MakerHappened, 4: [, tests, commands(Make)];
        Make = "make"
    );
    machine!(
        #[aggregate(events(Made))]
        Wheel = "wheel", String [, tests]:
        Left(Left) { Made => Right }
        Right(Right) { Made => Left }
    );
}

#[test]
fn within_a_function() {
    domain!(
        Made = "made.made", 2: u8 { field: u8 } as Made { field: 1, inner: 2 }, "5";
        Maker = "maker", u64, MakerHappened, 4: [];
        Make = "make"
    );
    machine!(
        #[aggregate(events(Made))]
        Wheel = "wheel", String []:
        Left(Left) { Made => Right }
        Right(Right) { Made => Left }
    );

    ruled!(Shaped = "made.shaped", 5: ShapedV1 (u8) to ShapedV2; "codec", 9, gone);
    let shaped = Shaped::decode(&factum::Json::default(), 1, b"5").unwrap();
    assert_eq!((shaped.event, shaped.payload, shaped.version), (5, 6, 9));
    let made = Made::decode(&factum::Json::default(), 1, b"5").unwrap();
    assert_eq!(made, Made { field: 5, inner: 2 });
    let command = Make {
        field: 7,
        inner: None,
    };
    assert_eq!((command.target(), command.command_id()), (&7, None));
    assert_eq!(Made::try_from(MakerHappened::from(made.clone())), Ok(made));
    Maker::given_nothing()
        .when_command(command)
        .then(Made { field: 1, inner: 2 });
    Wheel::given(Made { field: 1, inner: 2 })
        .when(|wheel| wheel.within(|_: &Right| Ok::<_, WrongState>(())))
        .then_nothing();
    assert_eq!(WheelEvent::READS.len(), 1);
}

#[test]
fn within_a_function_that_has_names_of_its_own() {
    #![allow(non_camel_case_types, clippy::items_after_statements)]

    let (event, state, codec, payload) = (1, 2, 3, 4);
    assert_eq!(event + state + codec + payload, 10);

    mod core {}
    mod std {}
    struct Vec;
    struct bool;
    struct u16;
    let _ = (Vec, bool, u16);

    #[derive(Event, serde::Serialize, serde::Deserialize, Clone, Debug, PartialEq)]
    #[event(name = "lamp.switched", sample = Switched(1), version = 2, upcast(1 = u8))]
    struct Switched(u8);

    impl From<u8> for Switched {
        fn from(was: u8) -> Self {
            Self(was)
        }
    }

    #[derive(Aggregate, serde::Serialize, serde::Deserialize, Clone, Debug, PartialEq)]
    #[aggregate(name = "lamp", id = String, events(Switched))]
    enum Lamp {
        #[state(Switched => Only)]
        Only(Only),
    }

    #[derive(serde::Serialize, serde::Deserialize, Clone, Debug, Default, PartialEq)]
    struct Only(u8);

    impl On<Switched> for Only {
        type Next = Self;

        fn on(self, event: &Switched) -> Self {
            Self(event.0)
        }
    }

    Lamp::given_stored([("lamp.switched", 1, "7")])
        .when(|lamp| lamp.within(|_: &Only| Ok::<_, WrongState>([Switched(8), Switched(9)])))
        .then_state_is(Lamp::Only(Only(9)));
}
