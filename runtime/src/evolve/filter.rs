//! Filters by type: what is asked of a store for an event, under whichever name it was stored.

use crate::aggregate::{Aggregate, EventSet};
use crate::event::{Event, EventInfo};
use crate::store::Filter;

/// By type, so that a name from before is never forgotten:
///
/// ```
/// use factum::store::{Filter, Read};
/// # use factum::{Aggregate, Apply, Event};
/// # use serde::{Deserialize, Serialize};
/// #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
/// #[event(name = "account.deposited", alias("Deposited"))]
/// pub struct Deposited { pub cents: u64 }
/// # #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
/// # #[aggregate(name = "account", id = String, events(Deposited))]
/// # pub struct Account { cents: u64 }
/// # impl Apply<Deposited> for Account { fn apply(&mut self, event: &Deposited) { self.cents += event.cents } }
///
/// let deposits = Filter::default().aggregate::<Account>().event::<Deposited>();
/// assert_eq!(deposits.categories, ["account"]);
/// assert_eq!(deposits.names, ["account.deposited", "Deposited"]);
/// let read = Read::all(None).filter(deposits);
/// # let _ = read;
/// ```
///
/// - What a retired event is read as depends on its payload: [`event`](Self::event) leaves out what is split into it. Whoever
///   wants one event of a set, and may find it in a retired one, asks for [`events`](Self::events).
impl Filter {
    /// Only events of this kind of aggregate, or of this one too.
    pub fn aggregate<A: Aggregate>(mut self) -> Self {
        self.categories.push(A::NAME.into());
        self
    }

    /// Only this event, or this one too, under its name of today and those from before.
    pub fn event<E: Event>(mut self) -> Self {
        self.names.extend(E::INFO.names().map(Into::into));
        self
    }

    /// Only what this set reads, or this too: each event under its name of today and those from before, and those that
    /// are retired. What it ignores is left out, since nothing comes of it.
    pub fn events<E: EventSet>(mut self) -> Self {
        let names = E::READS.iter().flat_map(EventInfo::names);
        self.names.extend(names.map(Into::into));
        self
    }
}
