//! The eleven things that can happen to a fine.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What can happen to a fine, by the words that the office's log uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Activity {
    /// The fine is written.
    CreateFine,
    /// It is posted to the offender, which costs something.
    SendFine,
    /// It has reached the offender.
    InsertFineNotification,
    /// It was not paid in time and becomes dearer.
    AddPenalty,
    /// The offender pays, perhaps in parts.
    Payment,
    /// The case is left to a debt collector.
    SendForCreditCollection,
    /// The offender appeals to the prefecture.
    InsertDateAppealToPrefecture,
    /// The office passes the appeal on.
    SendAppealToPrefecture,
    /// The prefecture has decided.
    ReceiveResultAppealFromPrefecture,
    /// The offender is told.
    NotifyResultAppealToOffender,
    /// The offender appeals to a judge.
    AppealToJudge,
}

impl Activity {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::CreateFine,
        Self::SendFine,
        Self::InsertFineNotification,
        Self::AddPenalty,
        Self::Payment,
        Self::SendForCreditCollection,
        Self::InsertDateAppealToPrefecture,
        Self::SendAppealToPrefecture,
        Self::ReceiveResultAppealFromPrefecture,
        Self::NotifyResultAppealToOffender,
        Self::AppealToJudge,
    ];

    /// The activity with this name in the log.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|activity| activity.name() == name)
    }

    /// Its name in the log.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CreateFine => "Create Fine",
            Self::SendFine => "Send Fine",
            Self::InsertFineNotification => "Insert Fine Notification",
            Self::AddPenalty => "Add penalty",
            Self::Payment => "Payment",
            Self::SendForCreditCollection => "Send for Credit Collection",
            Self::InsertDateAppealToPrefecture => "Insert Date Appeal to Prefecture",
            Self::SendAppealToPrefecture => "Send Appeal to Prefecture",
            Self::ReceiveResultAppealFromPrefecture => "Receive Result Appeal from Prefecture",
            Self::NotifyResultAppealToOffender => "Notify Result Appeal to Offender",
            Self::AppealToJudge => "Appeal to Judge",
        }
    }

    /// What must have happened to the fine before, beside its creation.
    pub const fn requires(self) -> Option<Self> {
        match self {
            Self::InsertFineNotification => Some(Self::SendFine),
            Self::AddPenalty | Self::AppealToJudge => Some(Self::InsertFineNotification),
            Self::SendForCreditCollection => Some(Self::AddPenalty),
            Self::SendAppealToPrefecture => Some(Self::InsertDateAppealToPrefecture),
            // A result may come before the office's own letter is in the log: it does, in ten fines.
            _ => None,
        }
    }

    /// Whether it may happen to one fine more than once.
    pub const fn recurs(self) -> bool {
        matches!(self, Self::Payment)
    }

    /// Whether it belongs to an appeal.
    pub const fn is_appeal(self) -> bool {
        matches!(
            self,
            Self::InsertDateAppealToPrefecture
                | Self::SendAppealToPrefecture
                | Self::ReceiveResultAppealFromPrefecture
                | Self::NotifyResultAppealToOffender
                | Self::AppealToJudge
        )
    }
}

impl fmt::Display for Activity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
