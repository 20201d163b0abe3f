//! What has happened to a fine: twelve facts, one struct each, and one that no longer happens.

use factum::Event;
use serde::{Deserialize, Serialize};

use super::{Activity, Cents, Day, FineEvent};

/// A fine was written.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "fine.written")]
pub struct FineWritten {
    /// When.
    pub on: Day,
    /// What the offender has to pay.
    pub amount: Cents,
    /// What was paid on the spot.
    pub paid: Cents,
    /// The article of the law.
    pub article: u32,
    /// The class of the vehicle.
    pub vehicle_class: String,
    /// The licence points that it costs.
    pub points: u32,
    /// The officer's number.
    pub officer: u32,
}

/// The fine was dismissed when it was written.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "fine.dismissed")]
pub struct FineDismissed {
    /// When.
    pub on: Day,
    /// Why, as a code.
    pub code: String,
}

/// The fine was posted.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "fine.sent")]
pub struct FineSent {
    /// When.
    pub on: Day,
    /// The postage, which the offender owes too.
    pub expense: Cents,
}

/// The offender was notified.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "fine.notified")]
pub struct FineNotified {
    /// When.
    pub on: Day,
    /// How, as a code.
    pub notification_type: String,
    /// To whom it was sent last, as a code.
    pub last_sent: Option<String>,
}

/// A penalty has replaced the amount.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "fine.penalty-added")]
pub struct PenaltyAdded {
    /// When.
    pub on: Day,
    /// The new amount.
    pub amount: Cents,
}

/// The offender has paid.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "fine.payment-received", version = 2)]
pub struct PaymentReceived {
    /// When.
    pub on: Day,
    /// All that was paid so far, this payment included.
    pub total: Cents,
    /// This payment; unknown where a release before 2 has stored it.
    #[event(since = 2, default = None)]
    pub payment: Option<Cents>,
}

/// A debt collector has the case.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "fine.sent-for-collection")]
pub struct SentForCollection {
    /// When.
    pub on: Day,
}

/// The offender has appealed to the prefecture.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "fine.prefecture-appeal-dated")]
pub struct PrefectureAppealDated {
    /// When.
    pub on: Day,
}

/// The appeal was passed on to the prefecture.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "fine.prefecture-appeal-sent")]
pub struct PrefectureAppealSent {
    /// When.
    pub on: Day,
    /// Why the fine was dismissed, as a code, if it was.
    pub dismissal: Option<String>,
}

/// The prefecture has answered.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "fine.prefecture-result-received")]
pub struct PrefectureResultReceived {
    /// When.
    pub on: Day,
}

/// The offender was told the prefecture's answer.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(
    name = "fine.prefecture-result-told",
    alias("fine.offender-told-result")
)]
pub struct OffenderToldResult {
    /// When.
    pub on: Day,
}

/// The offender has appealed to a judge.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "fine.appealed-to-judge")]
pub struct AppealedToJudge {
    /// When.
    pub on: Day,
    /// Why the fine was dismissed, as a code, if it was.
    pub dismissal: Option<String>,
    /// The officer's number; the log holds 0.
    pub officer: u32,
}

impl FineEvent {
    /// Which of the eleven activities it was.
    pub fn activity(&self) -> Activity {
        match self {
            Self::FineWritten(_) | Self::FineDismissed(_) => Activity::CreateFine,
            Self::FineSent(_) => Activity::SendFine,
            Self::FineNotified(_) => Activity::InsertFineNotification,
            Self::PenaltyAdded(_) => Activity::AddPenalty,
            Self::PaymentReceived(_) => Activity::Payment,
            Self::SentForCollection(_) => Activity::SendForCreditCollection,
            Self::PrefectureAppealDated(_) => Activity::InsertDateAppealToPrefecture,
            Self::PrefectureAppealSent(_) => Activity::SendAppealToPrefecture,
            Self::PrefectureResultReceived(_) => Activity::ReceiveResultAppealFromPrefecture,
            Self::OffenderToldResult(_) => Activity::NotifyResultAppealToOffender,
            Self::AppealedToJudge(_) => Activity::AppealToJudge,
        }
    }

    /// The day on which it happened.
    pub const fn on(&self) -> Day {
        match self {
            Self::FineWritten(FineWritten { on, .. })
            | Self::FineDismissed(FineDismissed { on, .. })
            | Self::FineSent(FineSent { on, .. })
            | Self::FineNotified(FineNotified { on, .. })
            | Self::PenaltyAdded(PenaltyAdded { on, .. })
            | Self::PaymentReceived(PaymentReceived { on, .. })
            | Self::SentForCollection(SentForCollection { on })
            | Self::PrefectureAppealDated(PrefectureAppealDated { on })
            | Self::PrefectureAppealSent(PrefectureAppealSent { on, .. })
            | Self::PrefectureResultReceived(PrefectureResultReceived { on })
            | Self::OffenderToldResult(OffenderToldResult { on })
            | Self::AppealedToJudge(AppealedToJudge { on, .. }) => *on,
        }
    }
}
