//! Fines: what can happen to one, what the office allows, and what follows.

mod activity;
mod day;
mod enter;
mod events;
mod fine;
mod money;
mod past;
mod rules;

pub use activity::Activity;
pub use day::{Day, InvalidDay};
pub use enter::{Enter, Entry};
pub use events::{
    AppealedToJudge, FineDismissed, FineNotified, FineSent, FineWritten, OffenderToldResult,
    PaymentReceived, PenaltyAdded, PrefectureAppealDated, PrefectureAppealSent,
    PrefectureResultReceived, SentForCollection,
};
pub use fine::{Fine, FineEvent, FineId};
pub use money::{Cents, InvalidAmount};
pub use rules::{MAX_OVERPAID, Rejection};
