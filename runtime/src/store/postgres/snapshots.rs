//! What is kept beside events.

use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::Postgres;
use super::errors::Failed;
use super::pool::Connection;
use super::schema::one;
use super::value::unsigned;
use crate::error::{BoxError, StoreError};
use crate::place::Revision;
use crate::store::{Span, StoredSnapshot};
use crate::stream::StreamName;

/// A stream as it is now, and its snapshot.
type Seen = (Option<Span>, Option<StoredSnapshot>);

impl Postgres {
    pub(super) async fn load_snapshot(
        &self,
        stream: &StreamName,
    ) -> Result<Option<StoredSnapshot>, StoreError> {
        let ask = |connection: Connection| async move {
            let rows = connection
                .query(&connection.sql.load, &[&stream.as_str()])
                .await?;
            let loaded = rows.first().map(|row| snapshot(row, stream));
            loaded.transpose().map_err(Failed::damaged)
        };
        Ok(self.inner.connections.ask(ask).await?.flatten())
    }

    /// A stream as it is now, and its snapshot, of one moment.
    async fn seen(&self, stream: &StreamName) -> Result<Seen, StoreError> {
        let ask = |connection: Connection| async move {
            let rows = connection
                .query(&connection.sql.seen, &[&stream.as_str()])
                .await?;
            let row = rows
                .first()
                .ok_or_else(|| Failed::damaged("a row is missing"))?;
            let seen = span(row).and_then(|span| Ok((span, snapshot(row, stream)?)));
            seen.map_err(Failed::damaged)
        };
        Ok(self.inner.connections.ask(ask).await?)
    }

    /// Looks, decides, and writes if nothing has changed meanwhile.
    pub(super) async fn save_snapshot(&self, snapshot: StoredSnapshot) -> Result<(), StoreError> {
        let (first, revision) = snapshot.places()?;
        loop {
            let (span, there) = self.seen(&snapshot.stream).await?;
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
            let (name, shape) = (snapshot.stream.as_str(), snapshot.shape.cast_signed());
            let values: [&(dyn ToSql + Sync); 9] = [
                &name,
                &first,
                &revision,
                &shape,
                &snapshot.codec,
                &snapshot.state,
                &seen_first,
                &seen_revision,
                &seen_shape,
            ];
            // What was saved by what nobody answered is seen the next time.
            let save = async |connection: Connection| {
                let rows = connection.query(&connection.sql.save, &values).await?;
                one::<bool>(&rows)
            };
            let saved = self.inner.connections.send(save).await?;
            if saved.map_err(|failed| failed.of_write())? {
                return Ok(());
            }
        }
    }
}

/// The stream behind the columns of its snapshot.
fn span(row: &Row) -> Result<Option<Span>, BoxError> {
    let (first, last): (Option<i64>, Option<i64>) = (row.try_get(5)?, row.try_get(6)?);
    Ok(match (first, last) {
        (Some(first), Some(last)) if first <= last => Some(Span {
            first: Revision::new(unsigned(first)?),
            last: Revision::new(unsigned(last)?),
        }),
        _ => None,
    })
}

fn snapshot(row: &Row, stream: &StreamName) -> Result<Option<StoredSnapshot>, BoxError> {
    let Some(first) = row.try_get::<_, Option<i64>>(0)? else {
        return Ok(None);
    };
    Ok(Some(StoredSnapshot {
        stream: stream.clone(),
        first: Revision::new(unsigned(first)?),
        revision: Revision::new(unsigned(row.try_get(1)?)?),
        shape: row.try_get::<_, i64>(2)?.cast_unsigned(),
        codec: row.try_get(3)?,
        state: row.try_get(4)?,
    }))
}
