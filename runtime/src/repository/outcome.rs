//! What a repository answers.

use std::sync::Arc;

use crate::aggregate::Aggregate;
use crate::place::{Position, Revision};
use crate::recorded::Recorded;

/// A request that was carried out: what it recorded, and the state behind it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Done<A: Aggregate> {
    /// The state with the request's events taken in.
    pub state: Arc<A>,
    /// The events that the request recorded; none is a success too.
    pub events: Vec<Recorded<A::Event>>,
    /// The last revision that went into `state`; `None` if nothing was ever recorded.
    pub revision: Option<Revision>,
    /// The position of the last event of the request: what a read model has to reach to show it.
    pub position: Option<Position>,
    /// Whether the events were recorded before under the same command id: by an earlier request, or by an attempt
    /// of this one whose answer was lost.
    pub repeated: bool,
}

/// A state as it is now, or was.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Loaded<A> {
    /// The state.
    pub state: Arc<A>,
    /// The last revision that went in; `None` for an aggregate with no events.
    pub revision: Option<Revision>,
}
