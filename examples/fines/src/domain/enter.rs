//! The one command: a line for the register, decided by the rules.

use factum::{Command, CommandId, Context, Handle, IntoEvents};
use serde::{Deserialize, Serialize};

use super::rules::not_negative;
use super::{
    Activity, AppealedToJudge, Cents, Day, Fine, FineDismissed, FineEvent, FineId, FineNotified,
    FineSent, FineWritten, OffenderToldResult, PaymentReceived, PenaltyAdded,
    PrefectureAppealDated, PrefectureAppealSent, PrefectureResultReceived, Rejection,
    SentForCollection,
};

/// Asks to enter into the register what has happened to a fine.
///
/// ```
/// use factum::CommandId;
/// use fines::domain::{Activity, Cents, Enter, Entry, Fine, Rejection};
///
/// let enter = Enter {
///     row: CommandId::named("page 3, line 7"),
///     fine: "A1".to_owned().into(),
///     on: "2007-03-09".parse()?,
///     entry: Entry::Payment { total: Cents(3600) },
/// };
/// Fine::given_nothing()
///     .when_command(enter)
///     .then_error(Rejection::NotCreated { activity: Activity::Payment });
/// # Ok::<(), fines::domain::InvalidDay>(())
/// ```
#[derive(Command, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[command(name = "enter", aggregate = Fine, id = fine, command_id = row, occurred_at = on)]
pub struct Enter {
    /// Which row it is: entering it again changes nothing.
    pub row: CommandId,
    /// To which fine it happened.
    pub fine: FineId,
    /// When.
    pub on: Day,
    /// What happened.
    pub entry: Entry,
}

/// What is to be entered: an activity with what belongs to it.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
#[expect(
    missing_docs,
    reason = "the fields are those of the events that follow from it"
)]
pub enum Entry {
    /// [`Activity::CreateFine`]
    CreateFine {
        amount: Cents,
        paid: Cents,
        article: u32,
        vehicle_class: String,
        points: u32,
        officer: u32,
        dismissal: Option<String>,
    },
    /// [`Activity::SendFine`]
    SendFine { expense: Cents },
    /// [`Activity::InsertFineNotification`]
    InsertFineNotification {
        notification_type: String,
        last_sent: Option<String>,
    },
    /// [`Activity::AddPenalty`]
    AddPenalty { amount: Cents },
    /// [`Activity::Payment`]
    Payment { total: Cents },
    /// [`Activity::SendForCreditCollection`]
    SendForCreditCollection,
    /// [`Activity::InsertDateAppealToPrefecture`]
    InsertDateAppealToPrefecture,
    /// [`Activity::SendAppealToPrefecture`]
    SendAppealToPrefecture { dismissal: Option<String> },
    /// [`Activity::ReceiveResultAppealFromPrefecture`]
    ReceiveResultAppealFromPrefecture,
    /// [`Activity::NotifyResultAppealToOffender`]
    NotifyResultAppealToOffender,
    /// [`Activity::AppealToJudge`]
    AppealToJudge {
        dismissal: Option<String>,
        officer: u32,
    },
}

impl Entry {
    /// Which activity it is.
    pub const fn activity(&self) -> Activity {
        match self {
            Self::CreateFine { .. } => Activity::CreateFine,
            Self::SendFine { .. } => Activity::SendFine,
            Self::InsertFineNotification { .. } => Activity::InsertFineNotification,
            Self::AddPenalty { .. } => Activity::AddPenalty,
            Self::Payment { .. } => Activity::Payment,
            Self::SendForCreditCollection => Activity::SendForCreditCollection,
            Self::InsertDateAppealToPrefecture => Activity::InsertDateAppealToPrefecture,
            Self::SendAppealToPrefecture { .. } => Activity::SendAppealToPrefecture,
            Self::ReceiveResultAppealFromPrefecture => Activity::ReceiveResultAppealFromPrefecture,
            Self::NotifyResultAppealToOffender => Activity::NotifyResultAppealToOffender,
            Self::AppealToJudge { .. } => Activity::AppealToJudge,
        }
    }
}

impl Handle<Enter> for Fine {
    type Error = Rejection;

    fn handle(
        &self,
        command: &Enter,
        _: &Context,
    ) -> Result<impl IntoEvents<FineEvent>, Rejection> {
        self.enter(command.on, command.entry.clone())
    }
}

impl Fine {
    /// Decides what is entered.
    pub fn enter(
        &self,
        on: Day,
        entry: Entry,
    ) -> Result<impl IntoEvents<FineEvent> + use<>, Rejection> {
        self.may(entry.activity(), on)?;
        let mut dismissed = None;
        let event: FineEvent = match entry {
            Entry::CreateFine {
                amount,
                paid,
                article,
                vehicle_class,
                points,
                officer,
                dismissal,
            } => {
                not_negative("amount", amount)?;
                self.may_have_paid(paid, amount)?;
                dismissed = dismissal.map(|code| FineDismissed { on, code });
                FineWritten {
                    on,
                    amount,
                    paid,
                    article,
                    vehicle_class,
                    points,
                    officer,
                }
                .into()
            }
            Entry::SendFine { expense } => {
                not_negative("expense", expense)?;
                FineSent { on, expense }.into()
            }
            Entry::InsertFineNotification {
                notification_type,
                last_sent,
            } => FineNotified {
                on,
                notification_type,
                last_sent,
            }
            .into(),
            Entry::AddPenalty { amount } => {
                self.may_rise_to(amount)?;
                PenaltyAdded { on, amount }.into()
            }
            Entry::Payment { total } => {
                self.may_have_paid(total, self.owed())?;
                let payment = Some(total - self.paid());
                PaymentReceived { on, total, payment }.into()
            }
            Entry::SendForCreditCollection => {
                self.may_be_collected()?;
                SentForCollection { on }.into()
            }
            Entry::InsertDateAppealToPrefecture => PrefectureAppealDated { on }.into(),
            Entry::SendAppealToPrefecture { dismissal } => {
                PrefectureAppealSent { on, dismissal }.into()
            }
            Entry::ReceiveResultAppealFromPrefecture => PrefectureResultReceived { on }.into(),
            Entry::NotifyResultAppealToOffender => OffenderToldResult { on }.into(),
            Entry::AppealToJudge { dismissal, officer } => AppealedToJudge {
                on,
                dismissal,
                officer,
            }
            .into(),
        };
        Ok((event, dismissed))
    }
}
