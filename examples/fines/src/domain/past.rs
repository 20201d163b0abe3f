//! What former releases have stored, and what it is read as.

use factum::{Event, IntoEvents, Retired};
use serde::{Deserialize, Serialize};

use super::{Cents, Day, FineDismissed, FineEvent, FineWritten};

/// A fine was written, and perhaps dismissed: what releases 0 to 2 stored for both.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "fine.created")]
pub(super) struct FineCreated {
    on: Day,
    amount: Cents,
    paid: Cents,
    article: u32,
    vehicle_class: String,
    points: u32,
    officer: u32,
    dismissal: Option<String>,
}

impl Retired<FineEvent> for FineCreated {
    fn replace(self) -> impl IntoEvents<FineEvent> {
        let Self {
            on,
            amount,
            paid,
            article,
            vehicle_class,
            points,
            officer,
            dismissal,
        } = self;
        let written = FineWritten {
            on,
            amount,
            paid,
            article,
            vehicle_class,
            points,
            officer,
        };
        (written, dismissal.map(|code| FineDismissed { on, code }))
    }
}
