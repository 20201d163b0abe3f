//! What can be wrong with a row before anyone decides about it.

use factum::InvalidName;

use crate::domain::{Activity, InvalidAmount, InvalidDay};

/// A row, or the header, that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{problem}")]
pub struct Malformed {
    /// The line that it starts on, counted from 1.
    pub line: u64,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong with a row, or with the header.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// Nothing at all in the file.
    #[error("the file is empty; it has to start with a header that names the columns")]
    NoHeader,
    /// A column that the header does not name.
    #[error("the header does not name the column `{0}`")]
    MissingColumn(&'static str),
    /// A column that is named twice.
    #[error("the header names the column `{0}` twice")]
    ColumnTwice(&'static str),
    /// A column that has no meaning here.
    #[error("the header names a column `{0}`, which means nothing here")]
    UnknownColumn(String),
    /// More or fewer columns than the header.
    #[error("the row has {columns} columns, and the header has {wanted}")]
    ColumnCount {
        /// How many it has.
        columns: usize,
        /// How many it should have.
        wanted: usize,
    },
    /// Bytes that are no text.
    #[error("`{column}` is not UTF-8")]
    NotUtf8 {
        /// In which column.
        column: &'static str,
    },
    /// An id that no stream can be named by.
    #[error("`fine_id` cannot be used: {0}")]
    FineId(#[from] InvalidName),
    /// None of the eleven.
    #[error("`{name}` is not an activity; known are {}", known())]
    UnknownActivity {
        /// The name in the row.
        name: String,
    },
    /// A day that is none.
    #[error("`date`: {0}")]
    Date(#[from] InvalidDay),
    /// A column without the content that the activity needs.
    #[error("`{column}` is empty, and `{activity}` needs it")]
    Missing {
        /// Which column.
        column: &'static str,
        /// The activity.
        activity: Activity,
    },
    /// A column with content that the activity has no place for.
    #[error("`{column}` holds `{text}`, which has no meaning for `{activity}`")]
    Misplaced {
        /// Which column.
        column: &'static str,
        /// What it holds.
        text: String,
        /// The activity.
        activity: Activity,
    },
    /// An amount that is none.
    #[error("`{column}`: {source}")]
    Amount {
        /// In which column.
        column: &'static str,
        /// What is wrong with it.
        source: InvalidAmount,
    },
    /// A number that is none.
    #[error("`{column}`: `{text}` is not a whole number from 0 to {}", u32::MAX)]
    Number {
        /// In which column.
        column: &'static str,
        /// What it holds.
        text: String,
    },
    /// What the reader of the file reports.
    #[error("the row cannot be read: {0}")]
    Csv(#[source] factum::BoxError),
}

impl Problem {
    pub(super) const fn at(self, line: u64) -> Malformed {
        Malformed {
            line,
            problem: self,
        }
    }
}

impl From<::csv::Error> for Problem {
    fn from(error: ::csv::Error) -> Self {
        Self::Csv(error.into())
    }
}

fn known() -> String {
    let names = Activity::ALL.map(|activity| format!("`{activity}`"));
    names.join(", ")
}
