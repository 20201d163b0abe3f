//! Events and states in words.

use std::fmt;

use serde::Serialize;

use crate::domain::{Cents, Fine, FineEvent};

/// A fine's state, with the figures that follow from it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct State {
    /// The amount in force.
    pub amount_cents: Cents,
    /// The postage.
    pub expense_cents: Cents,
    /// What was paid.
    pub paid_cents: Cents,
    /// What is still to be paid.
    pub outstanding_cents: Cents,
    /// Whether nothing is left to pay.
    pub fully_paid: bool,
    /// Whether a debt collector has it.
    pub in_collection: bool,
    /// Whether the offender has appealed.
    pub appealed: bool,
}

impl State {
    pub(super) fn of(fine: &Fine) -> Self {
        Self {
            amount_cents: fine.amount(),
            expense_cents: fine.expense(),
            paid_cents: fine.paid(),
            outstanding_cents: fine.outstanding(),
            fully_paid: fine.is_fully_paid(),
            in_collection: fine.is_in_collection(),
            appealed: fine.is_appealed(),
        }
    }
}

/// What an event says beside what has happened and when.
pub(super) fn details(event: &FineEvent) -> String {
    match event {
        FineEvent::FineWritten(event) => format!(
            "{} EUR, article {}, vehicle class {}, points {}, officer {}",
            event.amount, event.article, event.vehicle_class, event.points, event.officer,
        ),
        FineEvent::FineDismissed(event) => outcome(Some(&event.code)),
        FineEvent::FineSent(event) => format!("postage {} EUR", event.expense),
        FineEvent::FineNotified(event) => match &event.last_sent {
            Some(last) => format!("type {}, last sent {last}", event.notification_type),
            None => format!("type {}", event.notification_type),
        },
        FineEvent::PenaltyAdded(event) => format!("now {} EUR", event.amount),
        FineEvent::PaymentReceived(event) => format!("{} EUR paid in all", event.total),
        FineEvent::PrefectureAppealSent(event) => outcome(event.dismissal.as_deref()),
        FineEvent::AppealedToJudge(event) => outcome(event.dismissal.as_deref()),
        FineEvent::SentForCollection(_)
        | FineEvent::PrefectureAppealDated(_)
        | FineEvent::PrefectureResultReceived(_)
        | FineEvent::OffenderToldResult(_) => String::new(),
    }
}

fn outcome(code: Option<&str>) -> String {
    code.map_or_else(
        || "not dismissed".to_owned(),
        |code| format!("dismissed ({code})"),
    )
}

pub(super) fn write_state(f: &mut fmt::Formatter<'_>, state: &State) -> fmt::Result {
    for (what, cents) in [
        ("amount", state.amount_cents),
        ("postage", state.expense_cents),
        ("paid", state.paid_cents),
        ("outstanding", state.outstanding_cents),
    ] {
        writeln!(f, "{what:<12}{cents:>10} EUR")?;
    }
    let marks = [
        (state.fully_paid, "fully paid"),
        (state.in_collection, "in collection"),
        (state.appealed, "appealed"),
    ];
    let marks = marks.into_iter().filter(|(holds, _)| *holds);
    let marks = marks.map(|(_, mark)| mark).collect::<Vec<_>>();
    if !marks.is_empty() {
        writeln!(f, "{}", marks.join(", "))?;
    }
    Ok(())
}
