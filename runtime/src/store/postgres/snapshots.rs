//! What is kept beside events, and how streams are deleted.

use super::Postgres;
use super::append::code;
use super::errors::Failed;
use super::schema::one;
use super::value::unsigned;
use crate::error::{BoxError, Conflict, StoreError};
use crate::place::{Expected, Revision};
use crate::store::append::storable;
use crate::store::{Span, StoredSnapshot};
use crate::stream::StreamName;

/// A stream as it is now, and its snapshot.
type Seen = (Option<Span>, Option<StoredSnapshot>);

impl Postgres {
    pub(super) async fn load_snapshot(&self, stream: &StreamName) -> Result<Seen, StoreError> {
        let connection = self.inner.connections.get().await?;
        let rows = connection
            .query(&connection.sql.load, &[&stream.as_str()])
            .await;
        let seen = rows.and_then(|rows| {
            let row = rows
                .first()
                .ok_or_else(|| Failed::damaged("a row is missing"))?;
            seen(row, stream).map_err(Failed::damaged)
        });
        Ok(seen.map_err(|failed| failed.unavailable())?)
    }

    /// Looks, decides, and writes if nothing has changed meanwhile.
    pub(super) async fn save_snapshot(&self, snapshot: StoredSnapshot) -> Result<(), StoreError> {
        let first = storable("the snapshot's first revision", snapshot.first.get())?;
        let revision = storable("the snapshot's revision", snapshot.revision.get())?;
        loop {
            let (span, there) = self.load_snapshot(&snapshot.stream).await?;
            if !snapshot.is_kept(span, there.as_ref()) {
                return Ok(());
            }
            let seen = there.map(|there| {
                let number = |revision: Revision| i64::try_from(revision.get()).unwrap_or(-1);
                (
                    number(there.first),
                    number(there.revision),
                    there.shape.cast_signed(),
                )
            });
            let (seen_first, seen_revision, seen_shape) =
                seen.map_or((None, None, None), |(a, b, c)| (Some(a), Some(b), Some(c)));
            let connection = self.inner.connections.get().await?;
            let rows = connection
                .query(
                    &connection.sql.save,
                    &[
                        &snapshot.stream.as_str(),
                        &first,
                        &revision,
                        &snapshot.shape.cast_signed(),
                        &snapshot.codec,
                        &snapshot.state,
                        &seen_first,
                        &seen_revision,
                        &seen_shape,
                    ],
                )
                .await;
            let saved = rows.and_then(|rows| one::<bool>(&rows));
            if saved.map_err(|failed| failed.of_write())? {
                return Ok(());
            }
        }
    }

    pub(super) async fn delete_stream(
        &self,
        stream: StreamName,
        expected: Expected,
    ) -> Result<u64, StoreError> {
        if let Expected::Revision(revision) = expected {
            storable("the expected revision", revision.get())?;
        }
        let connection = self.inner.connections.get().await?;
        let rows = connection
            .query(&connection.sql.delete, &[&stream.as_str(), &code(expected)])
            .await;
        let outcome = rows.and_then(|rows| {
            let row = rows
                .first()
                .ok_or_else(|| Failed::damaged("a row is missing"))?;
            let number: Option<i64> = row.try_get(1).map_err(Failed::of)?;
            let number = number.map(unsigned).transpose().map_err(Failed::damaged)?;
            Ok((row.try_get::<_, bool>(0).map_err(Failed::of)?, number))
        });
        match outcome.map_err(|failed| failed.of_write())? {
            (true, deleted) => Ok(deleted.unwrap_or(0)),
            (false, actual) => Err(Conflict {
                stream,
                expected,
                actual: actual.map(Revision::new),
            }
            .into()),
        }
    }
}

fn seen(row: &tokio_postgres::Row, stream: &StreamName) -> Result<Seen, BoxError> {
    let (first, last): (Option<i64>, Option<i64>) = (row.try_get(0)?, row.try_get(1)?);
    let span = match (first, last) {
        (Some(first), Some(last)) if first <= last => Some(Span {
            first: Revision::new(unsigned(first)?),
            last: Revision::new(unsigned(last)?),
        }),
        _ => None,
    };
    let Some(first) = row.try_get::<_, Option<i64>>(2)? else {
        return Ok((span, None));
    };
    let snapshot = StoredSnapshot {
        stream: stream.clone(),
        first: Revision::new(unsigned(first)?),
        revision: Revision::new(unsigned(row.try_get(3)?)?),
        shape: row.try_get::<_, i64>(4)?.cast_unsigned(),
        codec: row.try_get(5)?,
        state: row.try_get(6)?,
    };
    Ok((span, Some(snapshot)))
}
