//! State machines in hostile surroundings.

/// A state machine where nothing is in scope, with raw names, written by a macro, and behind another path.
mod bare {
    #![no_implicit_prelude]
    #![allow(dead_code, non_camel_case_types)]

    use ::factum::{Aggregate, Event, On};

    pub(crate) struct Result;
    pub(crate) struct Option;
    pub(crate) struct String;
    pub(crate) struct Vec;
    pub(crate) struct State;
    pub(crate) struct WrongState;
    pub(crate) trait From {}
    pub(crate) trait Default {}
    pub(crate) trait FnOnce {}
    pub(crate) mod core {}
    pub(crate) mod std {}
    pub(crate) mod factum {}
    pub(crate) struct str;
    pub(crate) struct u8;
    pub(crate) struct u64;

    macro_rules! machine {
        ($event:ident, $machine:ident: $first:ident => $second:ident) => {
            #[derive(Event, ::core::clone::Clone, ::core::fmt::Debug, ::core::cmp::PartialEq)]
            #[event(name = "light.switched", crate = crate::kit::inside::facts)]
            pub(crate) struct $event;

            #[derive(Aggregate, ::core::clone::Clone, ::core::fmt::Debug, ::core::cmp::PartialEq)]
            #[aggregate(crate = crate::kit::inside::facts, name = "light", id = ::core::primitive::u64, events($event))]
            pub(crate) enum $machine {
                #[state($event => $second)]
                $first($first),
                #[state($event => $first)]
                $second($second),
            }

            #[derive(
                ::core::clone::Clone,
                ::core::default::Default,
                ::core::fmt::Debug,
                ::core::cmp::PartialEq,
            )]
            pub(crate) struct $first {
                pub(crate) state: ::core::primitive::u8,
            }

            #[derive(::core::clone::Clone, ::core::fmt::Debug, ::core::cmp::PartialEq)]
            pub(crate) struct $second {
                pub(crate) event: ::core::primitive::u8,
            }

            impl On<$event> for $first {
                type Next = $second;

                fn on(self, _: &$event) -> $second {
                    $second { event: self.state }
                }
            }

            impl On<$event> for $second {
                type Next = $first;

                fn on(self, _: &$event) -> $first {
                    $first { state: self.event }
                }
            }
        };
    }
    machine!(Switched, r#enum: r#false => r#true);

    // Inherent items with the names of the traits' own.
    impl r#enum {
        pub(crate) fn default() {}
        pub(crate) fn fold() {}
        pub(crate) fn of() {}
    }

    impl r#true {
        pub(crate) fn of() {}
        pub(crate) fn lead() {}
        pub(crate) fn initial() {}
    }
}
stored_as_nothing!(
    bare::Switched => bare::Switched,
    bare::r#enum => <bare::r#enum as Default>::default()
);

#[test]
fn a_machine_holds_without_a_prelude() {
    use bare::{Switched, r#enum, r#true};
    use factum::{Aggregate, WrongState};

    let mut light = <r#enum as Default>::default();
    assert_eq!(light.state_name(), "false");
    let switch = |_: &r#true| Ok::<_, WrongState>((Switched, Switched));
    assert_eq!(light.within(switch).unwrap_err().needed, "true");
    Aggregate::fold(&mut light, &Switched.into()).unwrap();
    assert!(light.within(switch).is_ok());
    assert_eq!(
        r#enum::DIAGRAM,
        "stateDiagram-v2\n    [*] --> false\n    false --> true: Switched\n    true --> false: Switched"
    );
}

/// One state with one event: every pattern matches.
#[test]
fn a_machine_may_have_one_state_alone() {
    use factum::{Aggregate, Event, On, WrongState};
    use serde::{Deserialize, Serialize};

    #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(name = "bell.rung")]
    struct Rung;

    #[derive(Aggregate, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[aggregate(name = "bell", id = String, events(Rung))]
    enum Bell {
        #[state(Rung => Only)]
        Only(Times<u8>),
    }

    #[derive(Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    struct Times<T>(T);

    impl On<Rung> for Times<u8> {
        type Next = Self;

        fn on(self, _: &Rung) -> Self {
            Self(self.0 + 1)
        }
    }

    Bell::given(Rung)
        .when(|bell| bell.within(|_: &Times<u8>| Ok::<_, WrongState>([Rung, Rung])))
        .then_state_is(Bell::Only(Times(3)));
}
