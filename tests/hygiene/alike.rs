//! The user's own names are those that expansions use, or that everybody uses.

/// Events and states with the names of the prelude.
mod everybody {
    use factum::{Aggregate, Apply, On};
    use serde::{Deserialize, Serialize};

    macro_rules! events {
        ($($ident:ident $fields:tt = $name:literal),+) => {$(
            #[derive(factum::Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
            #[event(name = $name)]
            pub(crate) struct $ident $fields
        )+};
    }
    events!(
        Result {} = "e.result",
        Ok {} = "e.ok",
        Err {} = "e.err",
        None {} = "e.none",
        Some {} = "e.some"
    );
    events!(
        Self_ {} = "e.self",
        Option {} = "e.option",
        Vec {} = "e.vec",
        String { pub(crate) event: u8 } = "e.string"
    );

    #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    #[aggregate(
        name = "everybody",
        id = u64,
        events(Result, Ok, Err, None, Some, Self_, Option, Vec, String),
        tests
    )]
    pub(crate) struct Everybody(u8);

    macro_rules! applied {
        ($($ident:ident)+) => {$(
            impl Apply<$ident> for Everybody {
                fn apply(&mut self, _: &$ident) {
                    self.0 = self.0.wrapping_add(1);
                }
            }
        )+};
    }
    applied!(Result Ok Err None Some Self_ Option Vec String);

    #[derive(Aggregate, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[aggregate(name = "chosen", id = u64, events(Ok, Err), tests)]
    pub(crate) enum Chosen {
        #[state(Ok => Some, Err => Default)]
        None(States<0>),
        #[state(Err => None)]
        Some(States<1>),
        #[state(Ok => Ok)]
        Default(States<2>),
        Ok(States<3>),
    }

    #[derive(Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    pub(crate) struct States<const N: u8>;

    macro_rules! arrows {
        ($($from:literal $event:ident $to:literal),+) => {$(
            impl On<$event> for States<$from> {
                type Next = States<$to>;

                fn on(self, _: &$event) -> States<$to> {
                    States
                }
            }
        )+};
    }
    arrows!(0 Ok 1, 0 Err 2, 1 Err 0, 2 Ok 3);
}

/// A domain about events and aggregates.
mod ours {
    use serde::{Deserialize, Serialize};

    #[derive(factum::StreamId, Clone, Debug, PartialEq)]
    pub(crate) struct StreamId(String);

    #[derive(factum::Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(name = "our.event")]
    pub(crate) struct Event;

    #[derive(factum::Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(name = "our.given", version = 2, upcast(1 = Decoded))]
    pub(crate) struct Given;

    #[derive(factum::Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(name = "our.decoded")]
    pub(crate) struct Decoded;

    impl From<Decoded> for Given {
        fn from(_: Decoded) -> Self {
            Self
        }
    }

    #[derive(factum::Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    #[aggregate(
        name = "our",
        id = StreamId,
        events(Event, Given, Decoded),
        event = EventSet,
        tests,
        commands(Command)
    )]
    pub(crate) struct Aggregate;

    impl factum::Apply<Event> for Aggregate {
        fn apply(&mut self, _: &Event) {}
    }

    impl factum::Apply<Given> for Aggregate {
        fn apply(&mut self, _: &Given) {}
    }

    impl factum::Apply<Decoded> for Aggregate {
        fn apply(&mut self, _: &Decoded) {}
    }

    #[derive(factum::Command, Serialize, Deserialize, Debug)]
    #[command(aggregate = Aggregate, id = target, command_id = command_id)]
    pub(crate) struct Command {
        pub(crate) target: StreamId,
        pub(crate) command_id: Option<factum::CommandId>,
    }

    impl factum::Handle<Command> for Aggregate {
        type Error = ();

        fn handle(
            &self,
            _: &Command,
            _: &factum::Context,
        ) -> Result<impl factum::IntoEvents<EventSet>, ()> {
            Ok((Event, Given))
        }
    }

    #[derive(factum::Aggregate, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[aggregate(name = "state", id = StreamId, events(Event, Given), tests)]
    pub(crate) enum State {
        #[state(Event => On)]
        Illegal(Illegal),
        #[state(Event => On, Given => Illegal)]
        On(On),
    }

    #[derive(Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    pub(crate) struct Illegal;

    #[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
    pub(crate) struct On;

    impl factum::On<Event> for Illegal {
        type Next = On;

        fn on(self, _: &Event) -> On {
            On
        }
    }

    impl factum::On<Event> for On {
        type Next = Self;

        fn on(self, _: &Event) -> Self {
            self
        }
    }

    impl factum::On<Given> for On {
        type Next = Illegal;

        fn on(self, _: &Given) -> Illegal {
            Illegal
        }
    }
}

#[test]
fn events_of_any_name_are_told_apart() {
    use everybody::{Chosen, Everybody, States, String};

    Everybody::given((everybody::Ok {}, everybody::None {}, String { event: 1 }))
        .when(|_| Ok::<_, ()>([everybody::Result {}, everybody::Result {}]))
        .then([everybody::Result {}, everybody::Result {}]);
    let chosen = Chosen::given((everybody::Err {}, everybody::Ok {}))
        .when(|_| Ok::<(), ()>(()))
        .then_nothing();
    assert_eq!(chosen.state(), &Chosen::Ok(States));
}

#[test]
fn a_domain_may_be_about_domains() {
    let command = ours::Command {
        target: "a".parse().unwrap(),
        command_id: None,
    };
    ours::Aggregate::given((ours::Decoded, ours::Given))
        .when_command(command)
        .then((ours::Event, ours::Given));
    ours::State::given(ours::Event)
        .when(|state| {
            state.within(|_: &ours::On| Ok::<_, factum::WrongState>((ours::Event, ours::Given)))
        })
        .then_state_is(ours::State::default());
}

/// The generated tests are named by letters of any script.
mod letters {
    use factum::{Aggregate, Apply, Event};
    use serde::{Deserialize, Serialize};

    #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(name = "order.placed")]
    pub(crate) struct Размещён;

    #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    #[aggregate(name = "order", id = String, events(Размещён), tests)]
    pub(crate) struct Заказ;

    #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    #[aggregate(name = "customer", id = String, events(Размещён), tests)]
    pub(crate) struct Клиент;

    impl Apply<Размещён> for Заказ {
        fn apply(&mut self, _: &Размещён) {}
    }

    impl Apply<Размещён> for Клиент {
        fn apply(&mut self, _: &Размещён) {}
    }
}
