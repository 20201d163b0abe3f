//! A batch of events that says by its number alone what has to be in it.

use std::fmt;
use std::str::FromStr;

use factum::store::{Append, NewEvent};
use factum::{EventId, Expected, Uuid};
use serde::{Deserialize, Serialize};

/// One writer's `number`th batch: 1 to 5 deposits, in a stream of its own or in the one that all writers share.
///
/// Whoever knows how many batches were acknowledged knows each byte that has to be there, and whoever finds an
/// event knows from its id what has to be around it.
#[derive(Serialize, Deserialize, Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Batch {
    /// Who sends it.
    pub writer: u64,
    /// Counted by each writer, from 0.
    pub number: u64,
}

impl Batch {
    /// The batch of an event, and the event's place in it.
    pub fn of(event: EventId) -> (Self, u64) {
        let (writer, rest) = event.get().as_u64_pair();
        let number = rest >> 16;
        (Self { writer, number }, rest & 0xffff)
    }

    /// How many events it has.
    pub fn events(self) -> u64 {
        1 + (self.writer + self.number) % 5
    }

    /// Whose account is credited.
    pub fn account(self) -> String {
        if self.number.is_multiple_of(3) {
            "shared".to_owned()
        } else {
            self.writer.to_string()
        }
    }

    /// How much its event at this place adds.
    pub fn cents(self, index: u64) -> i64 {
        i64::try_from(1 + (self.writer * 31 + self.number * 7 + index) % 1000).unwrap()
    }

    /// The request, which is the same at each attempt.
    pub fn append(self) -> Append {
        let event = |index| {
            let id = Uuid::from_u64_pair(self.writer, self.number << 16 | index);
            let payload = format!(r#"{{"cents":{}}}"#, self.cents(index));
            NewEvent::json(EventId::new(id), "account.deposited", payload)
        };
        let stream = format!("account-{}", self.account()).parse().unwrap();
        let events = (0..self.events()).map(event).collect();
        Append::new(stream, Expected::Any, events).unwrap()
    }

    /// The one that its writer sends after it.
    pub fn next(self) -> Self {
        Self {
            number: self.number + 1,
            ..self
        }
    }
}

impl fmt::Display for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.writer, self.number)
    }
}

impl FromStr for Batch {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parse = || {
            let (writer, number) = text.split_once(':')?;
            Some(Self {
                writer: writer.parse().ok()?,
                number: number.parse().ok()?,
            })
        };
        parse().ok_or_else(|| format!("`{text}` does not name a batch"))
    }
}
