//! Three events at version 3, whose version 1 has as many fields: one old shape owns them, one borrows, and one follows
//! from what the fields say.

use std::borrow::Cow;

use factum::{Aggregate, Apply, Event};
use serde::{Deserialize, Serialize};

use crate::history::Dice;

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "customer.moved", version = 3, upcast(1 = MovedV1, 2 = MovedV2))]
pub(crate) struct Moved {
    clerk: String,
    street: String,
    city: String,
    floor: u16,
    since: u64,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct MovedV1 {
    clerk: String,
    street: String,
    town: String,
    floor: u16,
    since: u64,
}

#[derive(Deserialize)]
struct MovedV2 {
    clerk: String,
    street: String,
    city: String,
    floor: u16,
    since: u64,
}

impl From<MovedV1> for MovedV2 {
    fn from(old: MovedV1) -> Self {
        Self {
            clerk: old.clerk,
            street: old.street,
            city: old.town,
            floor: old.floor,
            since: old.since,
        }
    }
}

impl TryFrom<MovedV2> for Moved {
    type Error = &'static str;

    fn try_from(old: MovedV2) -> Result<Self, Self::Error> {
        let since = old.since.checked_mul(1000).ok_or("the time is too late")?;
        Ok(Self {
            clerk: old.clerk,
            street: old.street,
            city: old.city,
            floor: old.floor,
            since,
        })
    }
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "customer.called", version = 3, upcast(1 = CalledV1<'_>, 2 = CalledV2<'_>))]
pub(crate) struct Called {
    clerk: String,
    about: String,
    answer: String,
    minutes: u16,
    at: u64,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct CalledV1<'a> {
    #[serde(borrow)]
    clerk: Cow<'a, str>,
    #[serde(borrow)]
    subject: Cow<'a, str>,
    #[serde(borrow)]
    answer: Cow<'a, str>,
    minutes: u16,
    at: u64,
}

#[derive(Deserialize)]
struct CalledV2<'a> {
    #[serde(borrow)]
    clerk: Cow<'a, str>,
    #[serde(borrow)]
    about: Cow<'a, str>,
    #[serde(borrow)]
    answer: Cow<'a, str>,
    minutes: u16,
    at: u64,
}

impl<'a> From<CalledV1<'a>> for CalledV2<'a> {
    fn from(old: CalledV1<'a>) -> Self {
        Self {
            clerk: old.clerk,
            about: old.subject,
            answer: old.answer,
            minutes: old.minutes,
            at: old.at,
        }
    }
}

impl TryFrom<CalledV2<'_>> for Called {
    type Error = &'static str;

    fn try_from(old: CalledV2<'_>) -> Result<Self, Self::Error> {
        let at = old.at.checked_mul(1000).ok_or("the time is too late")?;
        Ok(Self {
            clerk: old.clerk.into_owned(),
            about: old.about.into_owned(),
            answer: old.answer.into_owned(),
            minutes: old.minutes,
            at,
        })
    }
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "customer.wrote", version = 3)]
pub(crate) struct Wrote {
    clerk: String,
    #[event(since = 2, renamed_from = "subject")]
    about: String,
    #[event(since = 3, renamed_from = "response")]
    answer: String,
    pages: u16,
    at: u64,
}

#[derive(Serialize)]
pub(crate) struct WroteV1 {
    clerk: String,
    subject: String,
    response: String,
    pages: u16,
    at: u64,
}

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "customer", id = String, events(Moved, Called, Wrote))]
pub(crate) struct Customer {
    city: String,
}

impl Apply<Moved> for Customer {
    fn apply(&mut self, event: &Moved) {
        self.city.clone_from(&event.city);
    }
}

impl Apply<Called> for Customer {
    fn apply(&mut self, _: &Called) {}
}

impl Apply<Wrote> for Customer {
    fn apply(&mut self, _: &Wrote) {}
}

impl Moved {
    pub(crate) fn invent(dice: &mut Dice) -> Self {
        Self {
            clerk: dice.name(),
            street: dice.number("Rue de la Paix ", 200),
            city: dice.number("Paris ", 20),
            floor: 3,
            since: dice.below(1 << 31) * 1000,
        }
    }
}

impl From<Moved> for MovedV1 {
    fn from(event: Moved) -> Self {
        Self {
            clerk: event.clerk,
            street: event.street,
            town: event.city,
            floor: event.floor,
            since: event.since / 1000,
        }
    }
}

impl Called {
    pub(crate) fn invent(dice: &mut Dice) -> Self {
        Self {
            clerk: dice.name(),
            about: dice.number("a statement of the month ", 12),
            answer: dice.number("sent by mail, letter ", 10_000),
            minutes: 4,
            at: dice.below(1 << 31) * 1000,
        }
    }
}

impl From<Called> for CalledV1<'_> {
    fn from(event: Called) -> Self {
        Self {
            clerk: event.clerk.into(),
            subject: event.about.into(),
            answer: event.answer.into(),
            minutes: event.minutes,
            at: event.at / 1000,
        }
    }
}

impl Wrote {
    pub(crate) fn invent(dice: &mut Dice) -> Self {
        Self {
            clerk: dice.name(),
            about: dice.number("a statement of the month ", 12),
            answer: dice.number("sent by mail, letter ", 10_000),
            pages: 4,
            at: dice.below(1 << 31),
        }
    }
}

impl From<Wrote> for WroteV1 {
    fn from(event: Wrote) -> Self {
        Self {
            clerk: event.clerk,
            subject: event.about,
            response: event.answer,
            pages: event.pages,
            at: event.at,
        }
    }
}
