//! One fine: what has happened to it, and where that leaves it.

mod timeline;

use std::fmt;

use factum::{
    AsOf, DecodeError, EncodeError, EventSet, Json, ReadError, Recorded, Repository, Store,
};
use serde::Serialize;

use crate::domain::{Day, Fine, FineEvent, FineId};
pub use timeline::State;
use timeline::{details, write_state};

/// A fine's timeline, and the state that it leads to.
///
/// ```
/// use factum::Memory;
/// use fines::{import::import, rows::COLUMNS, show::show};
///
/// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let store = Memory::new();
/// let file = format!(
///     "{}\nA1,Create Fine,2006-07-24,35.0,,,0.0,157.0,A,NIL,,,0.0,561\nA1,Send Fine,2006-12-05,,11.0,,,,,,,,,\n",
///     COLUMNS.join(","),
/// );
/// import(store.clone(), file.as_bytes(), false, || ()).await;
///
/// let shown = show(store, &"A1".to_owned().into(), None).await?.unwrap();
/// assert!(shown.to_string().contains("2006-12-05  Send Fine"));
/// assert_eq!(shown.state.unwrap().outstanding_cents.0, 4600);
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shown {
    /// The fine.
    pub fine: FineId,
    /// What has happened to it, in order.
    pub events: Vec<Entry>,
    /// What that leads to; `None` before the first event.
    pub state: Option<State>,
}

/// One event of a timeline.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry {
    /// Its place.
    pub revision: u64,
    /// The day on which it happened.
    pub date: Day,
    /// What happened, in the words of the log.
    pub activity: &'static str,
    /// Its stored name.
    pub name: &'static str,
    /// What it says, as stored.
    pub event: serde_json::Value,
    #[serde(skip)]
    details: String,
}

/// Why a fine cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum ShowError {
    /// Its events cannot be read.
    #[error("the fine cannot be read: {0}")]
    Read(#[from] ReadError),
    /// An event's metadata cannot be read.
    #[error("the fine cannot be read: {0}")]
    Metadata(#[from] DecodeError),
    /// An event cannot be written down.
    #[error("an event cannot be shown: {0}")]
    Encode(#[from] EncodeError),
    /// An event's JSON is none.
    #[error("an event cannot be shown: {0}")]
    Json(#[from] serde_json::Error),
}

/// Tells the story of a fine, of all that has happened to it or of what had happened by the end of a day;
/// `None` if there is no such fine.
pub async fn show<S: Store>(
    store: S,
    fine: &FineId,
    as_of: Option<Day>,
) -> Result<Option<Shown>, ShowError> {
    let fines = Repository::<Fine, _>::new(store);
    let history = fines.history(fine).await?;
    if history.is_empty() {
        return Ok(None);
    }
    let mut events = Vec::new();
    for recorded in &history {
        let occurred_at = recorded.metadata()?.occurred_at;
        if as_of.is_none_or(|day| occurred_at <= day.end()) {
            events.push(Entry::new(recorded)?);
        }
    }
    let loaded = match as_of {
        Some(day) => fines.load_at(fine, AsOf::OccurredAt(day.end())).await?,
        None => fines.load(fine).await?,
    };
    Ok(Some(Shown {
        fine: fine.clone(),
        state: (!events.is_empty()).then(|| State::of(&loaded.state)),
        events,
    }))
}

impl Entry {
    fn new(recorded: &Recorded<FineEvent>) -> Result<Self, ShowError> {
        let mut payload = Vec::new();
        recorded.event.encode(&Json::default(), &mut payload)?;
        Ok(Self {
            revision: recorded.revision.get(),
            date: recorded.event.on(),
            activity: recorded.event.activity().name(),
            name: recorded.name,
            event: serde_json::from_slice(&payload)?,
            details: details(&recorded.event),
        })
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "fine {}\n", self.fine)?;
        for Entry {
            date,
            activity,
            details,
            ..
        } in &self.events
        {
            let line = format!("{date}  {activity:<38}{details}");
            writeln!(f, "{}", line.trim_end())?;
        }
        match &self.state {
            Some(state) => {
                writeln!(f)?;
                write_state(f, state)
            }
            None => writeln!(f, "nothing had happened by then"),
        }
    }
}
