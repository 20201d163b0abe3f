//! Raw identifiers, wherever there is one to give.

#![allow(non_camel_case_types)]

use factum::{
    Aggregate, Apply, Command, CommandId, Context, Event, EventSet, Handle, IntoEvents, On,
    StreamId, WrongState,
};
use serde::{Deserialize, Serialize};

/// What version 1 stored.
#[derive(Deserialize)]
struct r#dyn {
    r#match: u8,
}

/// An event.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(
    name = "raw.type",
    version = 2,
    upcast(1 = r#dyn),
    sample = r#type { r#match: 1 },
    stored(1 = r#"{"match":1}"#)
)]
struct r#type {
    /// A field.
    r#match: u8,
}

impl From<r#dyn> for r#type {
    fn from(old: r#dyn) -> Self {
        Self {
            r#match: old.r#match,
        }
    }
}

/// The same words as another.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "raw.type-2")]
struct Type;

/// An id.
#[derive(StreamId, Clone, Debug, PartialEq)]
struct r#impl(String);

/// An aggregate.
#[derive(Aggregate, Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
#[aggregate(name = "raw", id = r#impl, events(r#type, Type), event = r#enum, tests, commands(r#fn))]
struct r#struct {
    r#loop: u8,
}

impl Apply<r#type> for r#struct {
    fn apply(&mut self, event: &r#type) {
        self.r#loop = event.r#match;
    }
}

impl Apply<Type> for r#struct {
    fn apply(&mut self, _: &Type) {}
}

/// A command.
#[derive(Command, Serialize, Deserialize, Debug)]
#[command(aggregate = r#struct, id = r#for, command_id = r#while)]
struct r#fn {
    r#for: r#impl,
    r#while: Option<CommandId>,
}

impl Handle<r#fn> for r#struct {
    type Error = ();

    fn handle(&self, _: &r#fn, _: &Context) -> Result<impl IntoEvents<r#enum>, ()> {
        Ok((r#type { r#match: 3 }, Type))
    }
}

/// A machine.
#[derive(Aggregate, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[aggregate(name = "machine", id = r#impl, events(r#type, Type), event = r#use, tests, commands(r#mod))]
enum r#trait {
    #[state(r#type => r#true)]
    r#false(r#false),
    #[state(Type => r#false, r#type => r#true)]
    r#true(r#true),
}

#[derive(Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
struct r#false;

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
struct r#true {
    r#in: u8,
}

impl On<r#type> for r#false {
    type Next = r#true;

    fn on(self, event: &r#type) -> r#true {
        r#true {
            r#in: event.r#match,
        }
    }
}

impl On<r#type> for r#true {
    type Next = Self;

    fn on(self, _: &r#type) -> Self {
        self
    }
}

impl On<Type> for r#true {
    type Next = r#false;

    fn on(self, _: &Type) -> r#false {
        r#false
    }
}

/// A command in a tuple.
#[derive(Command, Serialize, Deserialize, Debug)]
#[command(aggregate = r#trait, id = 0)]
struct r#mod(r#impl);

impl Handle<r#mod> for r#trait {
    type Error = WrongState;

    fn handle(&self, _: &r#mod, _: &Context) -> Result<impl IntoEvents<r#use>, WrongState> {
        match self {
            Self::r#false(_) => Ok(vec![r#type { r#match: 1 }.into()]),
            Self::r#true(_) => self
                .within(|_: &r#true| Ok(Some(Type)))
                .map(|it| it.map(r#use::from).into_iter().collect()),
        }
    }
}

#[test]
fn names_lose_their_prefix() {
    let event = r#enum::from(r#type { r#match: 1 });
    assert_eq!(event.info().rust, "type");
    assert_eq!(format!("{event:?}"), "type(type { match: 1 })");
    assert_eq!(r#fn::NAME, "fn");
    assert_eq!(
        r#trait::DIAGRAM,
        "stateDiagram-v2\n    [*] --> false\n    false --> true: type\n    true --> false: Type\n    true --> true: type"
    );
    assert_eq!(r#trait::default().state_name(), "false");
}
