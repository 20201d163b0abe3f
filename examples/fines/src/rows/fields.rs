//! The columns of one row: each is asked for by the activity that it belongs to, and then all must be used.

use std::cell::Cell;

use super::{COLUMNS, Problem};
use crate::domain::{Activity, Cents, Entry};

/// What stands for "not dismissed".
const NIL: &str = "NIL";

pub(super) struct Fields<'a> {
    texts: &'a [&'a str; COLUMNS.len()],
    asked: Cell<[bool; COLUMNS.len()]>,
}

impl<'a> Fields<'a> {
    pub(super) const fn new(texts: &'a [&'a str; COLUMNS.len()]) -> Self {
        Self {
            texts,
            asked: Cell::new([false; COLUMNS.len()]),
        }
    }

    /// What the activity says, from the columns that belong to it.
    pub(super) fn entry(&self, activity: Activity) -> Result<Entry, Problem> {
        let text = |column| self.needed(column, activity).map(str::to_owned);
        let cents = |column| self.cents(column, activity);
        let number = |column| self.number(column, activity);
        let dismissal = || Ok::<_, Problem>(Some(text("dismissal")?).filter(|code| code != NIL));
        Ok(match activity {
            Activity::CreateFine => Entry::CreateFine {
                amount: cents("amount")?,
                paid: cents("total_payment_amount")?,
                article: number("article")?,
                vehicle_class: text("vehicle_class")?,
                points: number("points")?,
                officer: number("officer")?,
                dismissal: dismissal()?,
            },
            Activity::SendFine => Entry::SendFine {
                expense: cents("expense")?,
            },
            Activity::InsertFineNotification => Entry::InsertFineNotification {
                notification_type: text("notification_type")?,
                last_sent: self.optional("last_sent"),
            },
            Activity::AddPenalty => Entry::AddPenalty {
                amount: cents("amount")?,
            },
            Activity::Payment => {
                // Its decimal point is lost at the source: it tells rows apart, and says nothing.
                self.text("payment_amount");
                Entry::Payment {
                    total: cents("total_payment_amount")?,
                }
            }
            Activity::SendForCreditCollection => Entry::SendForCreditCollection,
            Activity::InsertDateAppealToPrefecture => Entry::InsertDateAppealToPrefecture,
            Activity::SendAppealToPrefecture => Entry::SendAppealToPrefecture {
                dismissal: dismissal()?,
            },
            Activity::ReceiveResultAppealFromPrefecture => Entry::ReceiveResultAppealFromPrefecture,
            Activity::NotifyResultAppealToOffender => Entry::NotifyResultAppealToOffender,
            Activity::AppealToJudge => Entry::AppealToJudge {
                dismissal: dismissal()?,
                officer: number("officer")?,
            },
        })
    }

    /// Nothing in the row may be lost: a column that nobody asked for has to be empty.
    pub(super) fn finish(self, activity: Activity) -> Result<(), Problem> {
        let columns = COLUMNS.into_iter().zip(self.texts).zip(self.asked.get());
        let mut left = columns.filter(|((_, text), asked)| !asked && !text.is_empty());
        match left.next() {
            None => Ok(()),
            Some(((column, text), _)) => Err(Problem::Misplaced {
                column,
                text: (*text).to_owned(),
                activity,
            }),
        }
    }

    pub(super) fn text(&self, column: &str) -> &'a str {
        let Some(place) = COLUMNS.iter().position(|name| *name == column) else {
            return "";
        };
        let mut asked = self.asked.get();
        asked[place] = true;
        self.asked.set(asked);
        self.texts[place]
    }

    fn optional(&self, column: &str) -> Option<String> {
        Some(self.text(column).to_owned()).filter(|text| !text.is_empty())
    }

    fn needed(&self, column: &'static str, activity: Activity) -> Result<&'a str, Problem> {
        match self.text(column) {
            "" => Err(Problem::Missing { column, activity }),
            text => Ok(text),
        }
    }

    fn cents(&self, column: &'static str, activity: Activity) -> Result<Cents, Problem> {
        let text = self.needed(column, activity)?;
        text.parse()
            .map_err(|source| Problem::Amount { column, source })
    }

    /// A whole number, which the log may write with a `.0` behind it.
    fn number(&self, column: &'static str, activity: Activity) -> Result<u32, Problem> {
        let text = self.needed(column, activity)?;
        let digits = text.strip_suffix(".0").unwrap_or(text);
        let number = digits.parse().ok();
        number
            .filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()))
            .ok_or_else(|| Problem::Number {
                column,
                text: text.to_owned(),
            })
    }
}
