//! What became of an import.

use std::fmt;
use std::time::Duration;

use factum::ExecuteError;
use tokio::task::JoinError;

use crate::domain::Rejection;
use crate::rows::Malformed;

/// What became of an import.
#[derive(Debug, Default)]
pub struct Report {
    /// How many rows have become events.
    pub recorded: u64,
    /// How many had been carried out before.
    pub repeated: u64,
    /// What went wrong, in the order of the file.
    pub problems: Vec<Problem>,
    /// How long it took.
    pub elapsed: Duration,
}

/// A row that was not carried out.
#[derive(Debug)]
pub struct Problem {
    /// The line that the row starts on, counted from 1.
    pub line: u64,
    /// Why.
    pub cause: Cause,
}

/// Why a row was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum Cause {
    /// It cannot be read.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// The rules reject it, or the store cannot serve.
    #[error(transparent)]
    NotCarriedOut(Box<ExecuteError<Rejection>>),
    /// The program failed.
    #[error("the import broke off: {0}")]
    Broken(#[from] JoinError),
}

impl Cause {
    /// Whether it says nothing about the row, and so stops the import whatever was asked.
    pub fn is_fatal(&self) -> bool {
        match self {
            Self::Malformed(_) => false,
            Self::NotCarriedOut(error) => !matches!(
                **error,
                ExecuteError::Rejected(_) | ExecuteError::Refused(_)
            ),
            Self::Broken(_) => true,
        }
    }
}

impl From<Malformed> for Problem {
    fn from(malformed: Malformed) -> Self {
        Self {
            line: malformed.line,
            cause: malformed.into(),
        }
    }
}

impl Problem {
    pub(super) fn broken(error: JoinError) -> Self {
        Self {
            line: 0,
            cause: error.into(),
        }
    }
}

impl Report {
    /// How many rows are stored now, whether they were new or not.
    pub const fn stored(&self) -> u64 {
        self.recorded + self.repeated
    }

    /// How fast they were, in what was counted: events, or rows where not each has become one.
    pub fn speed(&self) -> String {
        let unit = if self.repeated == 0 { "events" } else { "rows" };
        format!("{:.0} {unit}/s", self.rate())
    }

    /// Rows per second, whether they were new or not.
    fn rate(&self) -> f64 {
        let rows = u32::try_from(self.stored()).unwrap_or(u32::MAX);
        f64::from(rows) / self.elapsed.as_secs_f64().max(f64::EPSILON)
    }

    pub(super) fn add(&mut self, part: Self) {
        self.recorded += part.recorded;
        self.repeated += part.repeated;
        self.problems.extend(part.problems);
    }

    /// Puts the problems in order, a store that failed first, which many rows have met and which is said once.
    ///
    /// Where the first problem was to stop the import, those behind it are left out: they were met only
    /// because others were under way, and the next import meets them again.
    pub(super) fn finish(mut self, elapsed: Duration, keep_going: bool) -> Self {
        self.elapsed = elapsed;
        self.problems
            .sort_by_key(|problem| (!problem.cause.is_fatal(), problem.line));
        let fatal = |problem: &Problem| problem.cause.is_fatal();
        self.problems
            .dedup_by(|later, first| fatal(later) && fatal(first));
        if !keep_going {
            self.problems.truncate(1);
        }
        self
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let events = if self.recorded == 1 {
            "event"
        } else {
            "events"
        };
        let Self {
            recorded, repeated, ..
        } = self;
        write!(f, "{recorded} new {events}, {repeated} already there")?;
        if self.recorded == 0 && self.repeated > 0 {
            f.write_str(": nothing has changed")?;
        }
        Ok(())
    }
}
