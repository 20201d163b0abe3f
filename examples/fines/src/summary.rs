//! The figures of the office: a read model in the store's own file, as of any day.

mod effect;
mod figures;
mod tables;

use std::path::Path;
use std::time::Duration;

use factum::sqlite::rusqlite::{
    Connection, OptionalExtension, Transaction, TransactionBehavior, named_params,
};
use factum::{DecodeError, Position, ReadError, Store, Subscription};

use crate::domain::{Day, Fine};
use effect::Effect;
pub use figures::Summary;

/// How many events are taken in with one transaction.
const BATCH: usize = 5000;

/// Answers what the fines of a store come to, now or as of a day.
///
/// ```
/// use factum::Sqlite;
/// use fines::{import::import, rows::COLUMNS, summary::ReadModel};
///
/// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let directory = tempfile::tempdir()?;
/// # let path = directory.path().join("fines.db");
/// let store = Sqlite::open(&path).await?;
/// let file = format!(
///     "{}\nA1,Create Fine,2006-07-24,35.0,,,0.0,157.0,A,NIL,,,0.0,561\nA1,Payment,2006-08-20,,,350.0,35.0,,,,,,,\n",
///     COLUMNS.join(","),
/// );
/// import(store.clone(), file.as_bytes(), false, || ()).await;
///
/// let mut figures = ReadModel::open(&path)?;
/// figures.catch_up(store).await?;
/// assert_eq!(figures.summary(None)?.fully_paid, 1);
/// assert_eq!(figures.summary(Some("2006-08-01".parse()?))?.fully_paid, 0);
/// # Ok(()) }
/// ```
///
/// - What each event means is kept as a row, in one transaction with the checkpoint: whatever happens, each
///   event is counted once.
/// - Several programs may catch up at once; who comes second takes the events from where the first has left.
#[derive(Debug)]
pub struct ReadModel {
    connection: Connection,
}

/// What catching up has come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CaughtUp {
    /// How many events were new to the read model.
    pub taken: u64,
    /// Whether the read model was ahead of the store, and so was made again from the first event on.
    pub rebuilt: bool,
}

/// Why the figures cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum SummaryError {
    /// The events cannot be read.
    #[error("the events cannot be read: {0}")]
    Read(#[from] ReadError),
    /// An event's metadata cannot be read.
    #[error("an event cannot be read: {0}")]
    Metadata(#[from] DecodeError),
    /// A table with a name that the read model needs, and with other columns than its own.
    #[error(
        "the table `{0}` is not one that the read model has made, and was left as it is; \
         rename it, or keep the fines in a file of their own"
    )]
    ForeignTable(&'static str),
    /// The tables of the read model fail.
    #[error("the read model failed: {0}")]
    Database(#[from] factum::sqlite::rusqlite::Error),
}

impl ReadModel {
    /// Opens the read model in the store's file, and creates its tables if there are none.
    ///
    /// A table of the same name that it has not made is an error, and stays.
    pub fn open(path: &Path) -> Result<Self, SummaryError> {
        Self::on(Connection::open(path)?)
    }

    /// One that is gone afterwards, for stores that are no file: it takes in all events each time.
    pub fn in_memory() -> Result<Self, SummaryError> {
        Self::on(Connection::open_in_memory()?)
    }

    fn on(connection: Connection) -> Result<Self, SummaryError> {
        connection.busy_timeout(Duration::from_secs(10))?;
        let mut model = Self { connection };
        // One look at both tables, which others make and drop together.
        let look = model.connection.transaction()?;
        let current = tables::are_current(&look)?;
        drop(look);
        if !current {
            let transaction = model.writing()?;
            // Another program may have been first.
            if !tables::are_current(&transaction)? {
                tables::reset(&transaction)?;
            }
            transaction.commit()?;
        }
        Ok(model)
    }

    /// Takes in all that is in the store.
    ///
    /// The transactions run on the calling thread: the program has nothing else to do meanwhile.
    pub async fn catch_up<S: Store + Clone>(&mut self, store: S) -> Result<CaughtUp, SummaryError> {
        let mut done = CaughtUp::default();
        'again: loop {
            let mut checkpoint = checkpoint(&self.connection)?;
            let mut events = Subscription::aggregate::<Fine>(store.clone())
                .batch(BATCH)
                .after(checkpoint);
            loop {
                let batch = match events.catch_up().await {
                    Ok(Some(batch)) => batch,
                    Ok(None) => return Ok(done),
                    Err(ReadError::CheckpointAheadOfStore(_)) => {
                        self.forget(checkpoint)?;
                        done.rebuilt = true;
                        continue 'again;
                    }
                    Err(error) => return Err(error.into()),
                };
                let effects = batch
                    .iter()
                    .filter_map(|event| {
                        let recorded = event.map_err(ReadError::from).map_err(SummaryError::from);
                        recorded
                            .and_then(|event| Ok(Effect::of(&event)?))
                            .transpose()
                    })
                    .collect::<Result<Vec<_>, SummaryError>>()?;
                if !self.take_in(checkpoint, &effects, batch.checkpoint())? {
                    continue 'again;
                }
                checkpoint = batch.checkpoint();
                done.taken += u64::try_from(effects.len()).unwrap_or(u64::MAX);
            }
        }
    }

    /// The figures, of all that has happened or of what had happened by the end of a day.
    pub fn summary(&self, as_of: Option<Day>) -> Result<Summary, SummaryError> {
        Ok(Summary::query(&self.connection, as_of)?)
    }

    /// Writes the effects behind the checkpoint and moves it; false if someone else has moved it meanwhile.
    fn take_in(
        &mut self,
        from: Option<Position>,
        effects: &[Effect],
        to: Option<Position>,
    ) -> Result<bool, SummaryError> {
        let transaction = self.writing()?;
        if checkpoint(&transaction)? != from {
            return Ok(false);
        }
        Effect::insert(&transaction, effects)?;
        transaction.execute(
            "UPDATE fines_checkpoint SET position = :position",
            named_params! { ":position": to.map(stored) },
        )?;
        transaction.commit()?;
        Ok(true)
    }

    /// Drops what was taken in, unless someone else has done so.
    fn forget(&mut self, checkpoint_seen: Option<Position>) -> Result<(), SummaryError> {
        let transaction = self.writing()?;
        if checkpoint(&transaction)? == checkpoint_seen {
            tables::reset(&transaction)?;
        }
        Ok(transaction.commit()?)
    }

    /// A transaction that holds the write lock from the start: what it has read stays so until it is done.
    fn writing(&mut self) -> Result<Transaction<'_>, SummaryError> {
        let immediate = TransactionBehavior::Immediate;
        Ok(self.connection.transaction_with_behavior(immediate)?)
    }
}

fn checkpoint(connection: &Connection) -> Result<Option<Position>, SummaryError> {
    let position: Option<i64> = connection
        .query_row("SELECT position FROM fines_checkpoint", [], |row| {
            row.get(0)
        })
        .optional()?
        .flatten();
    Ok(position
        .and_then(|number| u64::try_from(number).ok())
        .map(Position::new))
}

/// Stores keep positions as signed numbers: none is larger.
fn stored(position: Position) -> i64 {
    i64::try_from(position.get()).unwrap_or(i64::MAX)
}
