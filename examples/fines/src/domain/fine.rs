//! A fine as its events have made it.

use std::collections::BTreeSet;

use factum::{Aggregate, Apply, StreamId};
use serde::{Deserialize, Serialize};

use super::past::FineCreated;
use super::{
    Activity, AppealedToJudge, Cents, Day, FineDismissed, FineNotified, FineSent, FineWritten,
    OffenderToldResult, PaymentReceived, PenaltyAdded, PrefectureAppealDated, PrefectureAppealSent,
    PrefectureResultReceived, SentForCollection,
};

/// The number on a fine.
#[derive(StreamId, Clone, Debug, PartialEq, Eq, Hash)]
pub struct FineId(String);

/// A fine: what the office has to know of it to decide.
///
/// ```
/// use factum::Apply;
/// use fines::domain::{Cents, Fine, FineSent};
///
/// let mut fine = Fine::default();
/// fine.apply(&FineSent { on: "2006-12-05".parse()?, expense: Cents(1100) });
/// assert_eq!(fine.outstanding(), Cents(1100));
/// # Ok::<(), fines::domain::InvalidDay>(())
/// ```
#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(
    name = "fine",
    id = FineId,
    events(
        FineWritten,
        FineDismissed,
        FineSent,
        FineNotified,
        PenaltyAdded,
        PaymentReceived,
        SentForCollection,
        PrefectureAppealDated,
        PrefectureAppealSent,
        PrefectureResultReceived,
        OffenderToldResult,
        AppealedToJudge,
    ),
    retired(FineCreated),
    commands(super::enter::Enter),
    tests
)]
pub struct Fine {
    amount: Cents,
    expense: Cents,
    paid: Cents,
    last: Option<Day>,
    happened: BTreeSet<Activity>,
}

impl Fine {
    /// The amount in force, without postage.
    pub const fn amount(&self) -> Cents {
        self.amount
    }

    /// The postage.
    pub const fn expense(&self) -> Cents {
        self.expense
    }

    /// What was paid so far.
    pub const fn paid(&self) -> Cents {
        self.paid
    }

    /// What has to be paid in all.
    pub fn owed(&self) -> Cents {
        self.amount + self.expense
    }

    /// What is still to be paid; never negative.
    pub fn outstanding(&self) -> Cents {
        (self.owed() - self.paid).max(Cents(0))
    }

    /// Whether nothing is left to pay.
    pub fn is_fully_paid(&self) -> bool {
        self.paid >= self.owed()
    }

    /// Whether this has happened to it.
    pub fn has(&self, activity: Activity) -> bool {
        self.happened.contains(&activity)
    }

    /// Whether a debt collector has it.
    pub fn is_in_collection(&self) -> bool {
        self.has(Activity::SendForCreditCollection)
    }

    /// Whether the offender has appealed, anywhere.
    pub fn is_appealed(&self) -> bool {
        self.happened.iter().any(|activity| activity.is_appeal())
    }

    /// The day on which something happened last.
    pub const fn last(&self) -> Option<Day> {
        self.last
    }

    fn note(&mut self, activity: Activity, on: Day) {
        self.happened.insert(activity);
        self.last = Some(on);
    }
}

impl Apply<FineWritten> for Fine {
    fn apply(&mut self, event: &FineWritten) {
        self.amount = event.amount;
        self.paid = event.paid;
        self.note(Activity::CreateFine, event.on);
    }
}

/// It is owed all the same: the log goes on with such a fine as with any other.
impl Apply<FineDismissed> for Fine {
    fn apply(&mut self, _: &FineDismissed) {}
}

impl Apply<FineSent> for Fine {
    fn apply(&mut self, event: &FineSent) {
        self.expense = event.expense;
        self.note(Activity::SendFine, event.on);
    }
}

impl Apply<FineNotified> for Fine {
    fn apply(&mut self, event: &FineNotified) {
        self.note(Activity::InsertFineNotification, event.on);
    }
}

impl Apply<PenaltyAdded> for Fine {
    fn apply(&mut self, event: &PenaltyAdded) {
        self.amount = event.amount;
        self.note(Activity::AddPenalty, event.on);
    }
}

impl Apply<PaymentReceived> for Fine {
    fn apply(&mut self, event: &PaymentReceived) {
        self.paid = event.total;
        self.note(Activity::Payment, event.on);
    }
}

impl Apply<SentForCollection> for Fine {
    fn apply(&mut self, event: &SentForCollection) {
        self.note(Activity::SendForCreditCollection, event.on);
    }
}

impl Apply<PrefectureAppealDated> for Fine {
    fn apply(&mut self, event: &PrefectureAppealDated) {
        self.note(Activity::InsertDateAppealToPrefecture, event.on);
    }
}

impl Apply<PrefectureAppealSent> for Fine {
    fn apply(&mut self, event: &PrefectureAppealSent) {
        self.note(Activity::SendAppealToPrefecture, event.on);
    }
}

impl Apply<PrefectureResultReceived> for Fine {
    fn apply(&mut self, event: &PrefectureResultReceived) {
        self.note(Activity::ReceiveResultAppealFromPrefecture, event.on);
    }
}

impl Apply<OffenderToldResult> for Fine {
    fn apply(&mut self, event: &OffenderToldResult) {
        self.note(Activity::NotifyResultAppealToOffender, event.on);
    }
}

impl Apply<AppealedToJudge> for Fine {
    fn apply(&mut self, event: &AppealedToJudge) {
        self.note(Activity::AppealToJudge, event.on);
    }
}
