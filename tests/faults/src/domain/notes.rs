//! An aggregate of many large events: held all at once they would be seen in a process's memory.

use factum::{Aggregate, Apply, Event};
use serde::{Deserialize, Serialize};

/// The `number`th note, from 1, and a KiB of text.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "notes.noted")]
pub struct Noted {
    /// Counted from 1.
    pub number: u64,
    /// A KiB.
    pub text: String,
}

impl Noted {
    /// The note with this number.
    pub fn new(number: u64) -> Self {
        Self {
            number,
            text: "x".repeat(1 << 10),
        }
    }
}

/// How many notes there are, and whether each came in its turn.
#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "notes", id = String, events(Noted))]
pub struct Notes {
    /// How many.
    pub notes: u64,
    /// How many came out of turn.
    pub out_of_turn: u64,
    /// Of all texts.
    pub bytes: usize,
}

impl Apply<Noted> for Notes {
    fn apply(&mut self, event: &Noted) {
        self.notes += 1;
        self.out_of_turn += u64::from(event.number != self.notes);
        self.bytes += event.text.len();
    }
}
