//! One fine, and what can happen to it.

use factum::{CommandId, IntoEvents};
use fines::domain::{
    AppealedToJudge, Cents, Day, Enter, Entry, FineEvent, FineNotified, FineSent, FineWritten,
    OffenderToldResult, PaymentReceived, PenaltyAdded, PrefectureAppealDated, PrefectureAppealSent,
    PrefectureResultReceived, SentForCollection,
};

pub(crate) fn day(day: &str) -> Day {
    day.parse().unwrap()
}

/// The day of what was before, and of most of what is asked for.
pub(crate) fn today() -> Day {
    day("2007-03-20")
}

pub(crate) fn enter_on(on: Day, entry: Entry) -> Enter {
    Enter {
        row: CommandId::named("row"),
        fine: "A1".to_owned().into(),
        on,
        entry,
    }
}

pub(crate) fn enter(entry: Entry) -> Enter {
    enter_on(today(), entry)
}

pub(crate) fn create(amount: i64, paid: i64) -> Entry {
    Entry::CreateFine {
        amount: Cents(amount),
        paid: Cents(paid),
        article: 157,
        vehicle_class: "A".into(),
        points: 0,
        officer: 561,
        dismissal: None,
    }
}

/// A fine of 36.00.
pub(crate) fn created() -> FineWritten {
    FineWritten {
        on: today(),
        amount: Cents(3600),
        paid: Cents(0),
        article: 157,
        vehicle_class: "A".into(),
        points: 0,
        officer: 561,
    }
}

/// For a postage of 13.00.
pub(crate) fn sent() -> FineSent {
    FineSent {
        on: today(),
        expense: Cents(1300),
    }
}

pub(crate) fn notified() -> FineNotified {
    FineNotified {
        on: today(),
        notification_type: "P".into(),
        last_sent: None,
    }
}

pub(crate) fn penalty() -> PenaltyAdded {
    PenaltyAdded {
        on: today(),
        amount: Cents(7400),
    }
}

/// In one payment.
pub(crate) fn paid(total: i64) -> PaymentReceived {
    paid_at_last(total, total)
}

/// The last of several payments.
pub(crate) fn paid_at_last(payment: i64, total: i64) -> PaymentReceived {
    PaymentReceived {
        on: today(),
        total: Cents(total),
        payment: Some(Cents(payment)),
    }
}

pub(crate) fn pay(total: i64) -> Enter {
    enter(Entry::Payment {
        total: Cents(total),
    })
}

pub(crate) fn collect() -> Enter {
    enter(Entry::SendForCreditCollection)
}

/// One of each activity but the first.
pub(crate) fn others() -> [Entry; 10] {
    [
        Entry::SendFine {
            expense: Cents(1300),
        },
        Entry::InsertFineNotification {
            notification_type: "P".into(),
            last_sent: None,
        },
        Entry::AddPenalty {
            amount: Cents(7400),
        },
        Entry::Payment { total: Cents(100) },
        Entry::SendForCreditCollection,
        Entry::InsertDateAppealToPrefecture,
        Entry::SendAppealToPrefecture {
            dismissal: Some("#".into()),
        },
        Entry::ReceiveResultAppealFromPrefecture,
        Entry::NotifyResultAppealToOffender,
        Entry::AppealToJudge {
            dismissal: None,
            officer: 0,
        },
    ]
}

/// A fine to which everything has happened.
pub(crate) fn everything() -> impl IntoEvents<FineEvent> {
    let on = today();
    let appeals = (
        PrefectureAppealDated { on },
        PrefectureAppealSent {
            on,
            dismissal: Some("#".into()),
        },
        PrefectureResultReceived { on },
        OffenderToldResult { on },
        AppealedToJudge {
            on,
            dismissal: None,
            officer: 0,
        },
    );
    let money = (penalty(), paid(100), SentForCollection { on });
    (created(), sent(), notified(), money, appeals)
}

pub(crate) fn history() -> Vec<FineEvent> {
    let mut events = Vec::new();
    everything().into_events(&mut events);
    events
}
