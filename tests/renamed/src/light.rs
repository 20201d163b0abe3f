//! A state machine with every option.

use facts::{Aggregate, Command, Context, Event, Handle, IntoEvents, On, WrongState};
use serde::{Deserialize, Serialize};

/// It was switched on or off.
#[derive(Event, Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[event(crate = facts, name = "light.switched")]
#[non_exhaustive]
pub struct Switched {
    /// By which switch.
    pub by: u8,
}

/// It broke.
#[derive(Event, Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[event(crate = facts, name = "light.broke", sample = Broke)]
#[non_exhaustive]
pub struct Broke;

/// A light.
#[derive(Aggregate, Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[aggregate(
    crate = facts,
    name = "light",
    id = u64,
    events(Switched, Broke),
    event = LightHappened,
    snapshot(logic = 1),
    tests,
    commands(Switch)
)]
#[non_exhaustive]
pub enum Light {
    /// It is dark.
    #[state(Switched => Bright)]
    Dark(Dark),
    /// It is bright.
    #[state(Switched => Dark, Broke => Broken)]
    Bright(Bright),
    /// It is dark for good.
    Broken(Broken),
}

/// It is dark.
#[derive(Serialize, Deserialize, Default, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dark {
    /// How often it was switched.
    times: u8,
}

/// It is bright.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bright {
    /// How often it was switched.
    times: u8,
}

/// It is dark for good.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Broken;

impl On<Switched> for Dark {
    type Next = Bright;

    fn on(self, _: &Switched) -> Bright {
        Bright {
            times: self.times.saturating_add(1),
        }
    }
}

impl On<Switched> for Bright {
    type Next = Dark;

    fn on(self, _: &Switched) -> Dark {
        Dark { times: self.times }
    }
}

impl On<Broke> for Bright {
    type Next = Broken;

    fn on(self, _: &Broke) -> Broken {
        Broken
    }
}

impl Bright {
    /// Switches it off, or breaks it.
    ///
    /// # Errors
    ///
    /// Never in this state.
    pub const fn switch(&self, by: u8) -> Result<Switched, WrongState> {
        let _: &Self = self;
        Ok(Switched { by })
    }
}

/// Switches it.
#[derive(Command, Serialize, Deserialize, Clone, Copy, Debug)]
#[command(crate = facts, aggregate = Light, id = 0)]
pub struct Switch(u64, u8);

impl Handle<Switch> for Light {
    type Error = WrongState;

    fn handle(
        &self,
        command: &Switch,
        _: &Context,
    ) -> Result<impl IntoEvents<LightHappened>, WrongState> {
        match *self {
            Self::Dark(_) => Ok(vec![Switched { by: command.1 }.into()]),
            Self::Bright(bright) if bright.times > 3 => Ok(vec![LightHappened::Broke(Broke)]),
            Self::Bright(_) => self
                .within(|bright: &Bright| bright.switch(command.1))
                .map(|switched| vec![switched.into()]),
            Self::Broken(_) => Ok(vec![]),
        }
    }
}
