//! Three events whose old version has as many fields as the current one, said by other means: of one no earlier version
//! was ever stored, one lost a field and got another, and one has a step on JSON as it is.

use factum::{Aggregate, Apply, Event};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::history::Dice;

/// Its first two versions were never stored.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "letter.sent", version = 4, since = 3)]
pub(crate) struct Sent {
    clerk: String,
    #[event(since = 4, renamed_from = "subject")]
    about: String,
    address: String,
    pages: u16,
    at: u64,
}

#[derive(Serialize)]
pub(crate) struct SentV3 {
    clerk: String,
    subject: String,
    address: String,
    pages: u16,
    at: u64,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "letter.filed", version = 2, removed(shelf: String, in = 2))]
pub(crate) struct Filed {
    clerk: String,
    about: String,
    pages: u16,
    at: u64,
    #[event(since = 2, default = "main archive".to_owned())]
    archive: String,
}

#[derive(Serialize)]
pub(crate) struct FiledV1 {
    clerk: String,
    about: String,
    pages: u16,
    at: u64,
    shelf: String,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "letter.answered", version = 2, upcast(1 = Value))]
#[event(stored(1 = r#"{"clerk":"Ada","subject":"rent","answer":"","minutes":1,"at":2}"#))]
pub(crate) struct Answered {
    clerk: String,
    about: String,
    answer: String,
    minutes: u16,
    at: u64,
}

#[derive(Serialize)]
pub(crate) struct AnsweredV1 {
    clerk: String,
    subject: String,
    answer: String,
    minutes: u16,
    at: u64,
}

/// Moves what it can: nothing is copied that the value owns.
impl TryFrom<Value> for Answered {
    type Error = &'static str;

    fn try_from(mut json: Value) -> Result<Self, Self::Error> {
        let mut text = |key| match json.get_mut(key).map(Value::take) {
            Some(Value::String(text)) => Ok(text),
            _ => Err("a text is missing"),
        };
        let (clerk, about, answer) = (text("clerk")?, text("subject")?, text("answer")?);
        let number = |key| json.get(key).and_then(Value::as_u64);
        let minutes = number("minutes").and_then(|minutes| minutes.try_into().ok());
        Ok(Self {
            clerk,
            about,
            answer,
            minutes: minutes.ok_or("no minutes")?,
            at: number("at").ok_or("no time")?,
        })
    }
}

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "letter", id = String, events(Sent, Filed, Answered))]
pub(crate) struct Letter {
    about: String,
}

impl Apply<Sent> for Letter {
    fn apply(&mut self, event: &Sent) {
        self.about.clone_from(&event.about);
    }
}

impl Apply<Filed> for Letter {
    fn apply(&mut self, _: &Filed) {}
}

impl Apply<Answered> for Letter {
    fn apply(&mut self, _: &Answered) {}
}

impl Sent {
    pub(crate) fn invent(dice: &mut Dice) -> Self {
        Self {
            clerk: dice.name(),
            about: dice.number("a statement of the month ", 12),
            address: dice.number("Rue de la Paix ", 200),
            pages: 4,
            at: dice.below(1 << 31),
        }
    }
}

impl From<Sent> for SentV3 {
    fn from(event: Sent) -> Self {
        Self {
            clerk: event.clerk,
            subject: event.about,
            address: event.address,
            pages: event.pages,
            at: event.at,
        }
    }
}

impl Filed {
    /// As long as what it replaces.
    pub(crate) fn invent(dice: &mut Dice) -> Self {
        Self {
            clerk: dice.name(),
            about: dice.number("a statement of the month ", 12),
            pages: 4,
            at: dice.below(1 << 31),
            archive: "main archive".to_owned(),
        }
    }
}

impl From<Filed> for FiledV1 {
    fn from(event: Filed) -> Self {
        Self {
            clerk: event.clerk,
            about: event.about,
            pages: event.pages,
            at: event.at,
            shelf: "the third, 2".to_owned(),
        }
    }
}

impl Answered {
    pub(crate) fn invent(dice: &mut Dice) -> Self {
        Self {
            clerk: dice.name(),
            about: dice.number("a statement of the month ", 12),
            answer: dice.number("sent by mail, letter ", 10_000),
            minutes: 4,
            at: dice.below(1 << 31),
        }
    }
}

impl From<Answered> for AnsweredV1 {
    fn from(event: Answered) -> Self {
        Self {
            clerk: event.clerk,
            subject: event.about,
            answer: event.answer,
            minutes: event.minutes,
            at: event.at,
        }
    }
}
