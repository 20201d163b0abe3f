//! The log as lines of JSON: each event as it is stored, for other programs and for another store.

use std::io::{self, BufRead, Write};

use factum::store::{Append, NewEvent, Read, StoredEvent};
use factum::{EventId, Expected, InvalidName, Revision, Store, StoreError, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// One event, without its position, which is the store's.
#[derive(Serialize, Deserialize)]
struct Line {
    stream: String,
    revision: Revision,
    id: EventId,
    name: String,
    version: u16,
    recorded_at: Timestamp,
    payload: Box<RawValue>,
    metadata: Box<RawValue>,
}

/// Why the log cannot be written down.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An event is no JSON.
    #[error("an event cannot be exported: {0}")]
    Json(#[from] serde_json::Error),
    /// Nothing can be written.
    #[error("the export cannot be written: {0}")]
    Io(#[from] io::Error),
}

/// Why a log cannot be taken in, and at which line; the lines before it are.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {cause}")]
pub struct RestoreError {
    /// Which line, from 1 on.
    pub line: u64,
    /// What is wrong with it.
    pub cause: Unrestored,
}

/// Why a line cannot be taken in.
#[derive(Debug, thiserror::Error)]
pub enum Unrestored {
    /// It cannot be read.
    #[error("it cannot be read: {0}")]
    Io(#[from] io::Error),
    /// It is no event as [`export`] writes it.
    #[error("it is no event of an export: {0}")]
    Json(#[from] serde_json::Error),
    /// Its stream has no name that a stream can have.
    #[error(transparent)]
    Name(#[from] InvalidName),
    /// The store refuses it, or has something else in its place.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Writes each stored event as a line, in the order of the store, and says how many there are.
///
/// ```
/// use factum::Memory;
/// use fines::log::{export, restore};
/// use fines::{import::import, rows::COLUMNS};
///
/// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let store = Memory::new();
/// let row = "A1,Create Fine,2006-07-24,35.0,,,0.0,157.0,A,NIL,,,0.0,561";
/// import(store.clone(), format!("{}\n{row}\n", COLUMNS.join(",")).as_bytes(), false, || ()).await;
///
/// let mut lines = Vec::new();
/// assert_eq!(export(&store, &mut lines).await?, 1);
/// assert!(lines.starts_with(br#"{"stream":"fine-A1","revision":0,"#));
/// assert_eq!(restore(&Memory::new(), &*lines).await?, 1);
/// # Ok(()) }
/// ```
pub async fn export(store: &impl Store, mut out: impl Write) -> Result<u64, ExportError> {
    let (mut after, mut lines) = (None, 0);
    loop {
        let page = store.read(Read::all(after)).await?;
        for event in page.iter() {
            serde_json::to_writer(&mut out, &line(&event)?)?;
            out.write_all(b"\n")?;
            lines += 1;
        }
        if page.position() == after {
            out.flush()?;
            return Ok(lines);
        }
        after = page.position();
    }
}

/// Stores what [`export`] wrote, under the same ids and in the same order, and says how many lines there are. What is
/// there already is left as it is.
pub async fn restore(store: &impl Store, lines: impl BufRead) -> Result<u64, RestoreError> {
    let mut number = 0;
    for line in lines.lines() {
        number += 1;
        let stored = async {
            store
                .append(append(&line?)?)
                .await
                .map_err(Unrestored::from)
        };
        stored.await.map_err(|cause| RestoreError {
            line: number,
            cause,
        })?;
    }
    Ok(number)
}

fn line(event: &StoredEvent<'_>) -> serde_json::Result<Line> {
    Ok(Line {
        stream: event.stream.to_owned(),
        revision: event.revision,
        id: event.id,
        name: event.name.to_owned(),
        version: event.version,
        recorded_at: event.recorded_at,
        payload: serde_json::from_slice(event.payload)?,
        metadata: serde_json::from_slice(event.metadata)?,
    })
}

fn append(line: &str) -> Result<Append, Unrestored> {
    let line: Line = serde_json::from_str(line)?;
    let payload = line.payload.get().to_owned();
    let event = NewEvent {
        id: line.id,
        name: line.name.into(),
        version: line.version,
        index: 0,
        codec: "json".into(),
        payload: payload.into(),
        metadata: line.metadata.get().to_owned().into(),
        tenant: None,
    };
    let before = line.revision.get().checked_sub(1).map(Revision::new);
    let append = Append::new(line.stream.parse()?, Expected::from(before), vec![event]);
    Ok(append.map_err(StoreError::from)?)
}
