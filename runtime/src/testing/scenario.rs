//! Scenarios: what has happened, what is asked, what follows.

use std::marker::PhantomData;

use crate::aggregate::{Aggregate, IntoEvents};

/// What has happened before.
#[derive(Debug)]
#[must_use]
pub struct Given<A>(PhantomData<A>);

impl<A: Aggregate> Given<A> {
    /// These events.
    pub fn events(history: impl IntoEvents<A::Event>) -> Self {
        history.into_events(&mut Vec::new());
        Self(PhantomData)
    }

    /// Nothing.
    pub fn nothing() -> Self {
        Self(PhantomData)
    }

    /// These rows.
    pub fn stored(rows: impl IntoIterator<Item = (&'static str, u16, &'static str)>) -> Self {
        drop(rows.into_iter());
        Self(PhantomData)
    }

    /// This state.
    pub fn snapshot(state: A) -> Self {
        drop(state);
        Self(PhantomData)
    }
}
