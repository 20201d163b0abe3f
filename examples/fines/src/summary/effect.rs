//! What one event means for the figures.

use factum::sqlite::rusqlite::{self, Transaction, named_params};
use factum::{DecodeError, Recorded};

use crate::domain::{Cents, FineEvent};

#[derive(Debug, Default)]
pub(super) struct Effect {
    fine: String,
    revision: u64,
    occurred_at: i64,
    amount: Option<Cents>,
    expense: Option<Cents>,
    paid: Option<Cents>,
    collection: bool,
    appeal: bool,
}

impl Effect {
    /// `None` for what is told beside another event and means nothing to the figures.
    pub(super) fn of(recorded: &Recorded<FineEvent>) -> Result<Option<Self>, DecodeError> {
        let mut effect = Self {
            fine: recorded.stream.id().to_owned(),
            revision: recorded.revision.get(),
            occurred_at: recorded.metadata()?.occurred_at.as_microsecond(),
            appeal: recorded.event.activity().is_appeal(),
            ..Self::default()
        };
        match &recorded.event {
            FineEvent::FineDismissed(_) => return Ok(None),
            FineEvent::FineWritten(event) => {
                effect.amount = Some(event.amount);
                effect.paid = Some(event.paid);
            }
            FineEvent::FineSent(event) => effect.expense = Some(event.expense),
            FineEvent::PenaltyAdded(event) => effect.amount = Some(event.amount),
            FineEvent::PaymentReceived(event) => effect.paid = Some(event.total),
            FineEvent::SentForCollection(_) => effect.collection = true,
            FineEvent::FineNotified(_)
            | FineEvent::PrefectureAppealDated(_)
            | FineEvent::PrefectureAppealSent(_)
            | FineEvent::PrefectureResultReceived(_)
            | FineEvent::OffenderToldResult(_)
            | FineEvent::AppealedToJudge(_) => {}
        }
        Ok(Some(effect))
    }

    pub(super) fn insert(transaction: &Transaction<'_>, effects: &[Self]) -> rusqlite::Result<()> {
        let mut insert = transaction.prepare_cached(
            "INSERT INTO fines_effects
                (fine, revision, occurred_at, amount, expense, paid, collection, appeal)
             VALUES (:fine, :revision, :occurred_at, :amount, :expense, :paid, :collection, :appeal)",
        )?;
        for effect in effects {
            insert.execute(named_params! {
                ":fine": effect.fine,
                ":revision": i64::try_from(effect.revision).unwrap_or(i64::MAX),
                ":occurred_at": effect.occurred_at,
                ":amount": effect.amount.map(|cents| cents.0),
                ":expense": effect.expense.map(|cents| cents.0),
                ":paid": effect.paid.map(|cents| cents.0),
                ":collection": effect.collection,
                ":appeal": effect.appeal,
            })?;
        }
        Ok(())
    }
}
