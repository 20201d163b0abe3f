//! What was answered to a request, in a form that can be compared, kept and sent to another process.

use factum::{Done, Position, Revision};
use serde::{Deserialize, Serialize};

use super::Row;
use crate::domain::Counter;

/// An answer: what the request recorded, and the state behind it.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, Hash)]
pub struct Answer {
    /// The events.
    pub rows: Vec<Row>,
    /// The sum of the counter.
    pub sum: u64,
    /// How many additions it has.
    pub additions: u64,
}

impl From<&Done<Counter>> for Answer {
    fn from(done: &Done<Counter>) -> Self {
        let rows: Vec<_> = done.events.iter().map(Row::from).collect();
        let last = rows.last().map(|row| (row.revision, row.position));
        assert_eq!(done.revision.map(Revision::get), last.map(|(at, _)| at));
        assert_eq!(done.position.map(Position::get), last.map(|(_, at)| at));
        Self {
            sum: done.state.sum,
            additions: done.state.additions,
            rows,
        }
    }
}
