//! One page: one statement, which sees one moment.

use std::pin::pin;

use futures_util::TryStreamExt;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Row, RowStream};

use super::errors::Failed;
use super::fit::Fit;
use super::names::Names;
use super::payload::Payload;
use super::pool::Connection;
use super::value::{Time, unsigned};
use crate::error::BoxError;
use crate::place::{Position, Revision};
use crate::recorded::EventId;
use crate::store::{Direction, Page, PageBuilder, Read, Scope, Span, StoredEvent, sql};

/// Where the columns of an event begin.
const OF_STREAM: usize = 0;
const OF_ALL: usize = 1;

/// How many positions a filtered page looks at, for each event that it may hold.
const LOOKED: i64 = 10;

/// Reads the page that was asked for, from behind `after`.
pub(super) async fn read(
    connection: &Connection,
    names: &Names,
    fit: &Fit,
    read: &Read,
    after: Option<i64>,
) -> Result<Page, Failed> {
    match &read.scope {
        Scope::Stream { .. } => of_stream(connection, fit, read, after).await,
        Scope::All { .. } => of_all(connection, names, fit, read, after).await,
    }
}

/// So many events, as the server is told.
pub(super) fn limit(events: usize) -> i64 {
    i64::try_from(events).unwrap_or(i64::MAX)
}

async fn of_stream(
    connection: &Connection,
    fit: &Fit,
    read: &Read,
    after: Option<i64>,
) -> Result<Page, Failed> {
    let Scope::Stream { name, .. } = &read.scope else {
        return Err(Failed::damaged("not a stream"));
    };
    let (after, id) = (sql::start(read, after), read.find.map(EventId::get));
    let most = fit.of(read);
    let limit = if read.filter.wants(name.category()) {
        limit(most)
    } else {
        0
    };
    let (name, filter) = (name.as_str(), sql::storable(&read.filter.names));
    let values: [&(dyn ToSql + Sync); 5] = [&name, &after, &limit, &id, &filter];
    let rows = connection.rows(connection.sql.page(read), &values).await?;
    let mut rows = pin!(rows);
    let mut next = async || rows.as_mut().try_next().await.map_err(Failed::of);
    // The first row is the stream itself, if there is one.
    let Some(row) = next().await? else {
        return Ok(PageBuilder::new(read.clone()).end(None));
    };
    let mut page = StreamPage::begun(read, most, &row, row.len() - 3)?;
    while let Some(row) = next().await? {
        if !page.add(read, &row, OF_STREAM)? {
            break;
        }
    }
    if page.events < most && page.page.is_full() {
        connection.leave();
    }
    Ok(page.end(fit))
}

/// A page of a stream whose rows are coming.
pub(super) struct StreamPage {
    page: PageBuilder,
    edge: Option<u64>,
    events: usize,
    bytes: usize,
}

impl StreamPage {
    /// Takes in the stream itself, from three columns: its span, and where the event stands that was asked for.
    pub(super) fn begun(read: &Read, most: usize, row: &Row, from: usize) -> Result<Self, Failed> {
        let number = |at: usize| row.try_get::<_, Option<i64>>(from + at).map_err(Failed::of);
        let revision = |number| unsigned(number).map(Revision::new).map_err(Failed::damaged);
        let (mut page, mut edge) = (PageBuilder::new(read.clone()).at_most(most), None);
        if let (Some(first), Some(last)) = (number(0)?, number(1)?)
            && first <= last
        {
            let span = Span {
                first: revision(first)?,
                last: revision(last)?,
            };
            edge = Some(span.edge(read.direction));
            page.span(Some(span));
            page.found(number(2)?.map(revision).transpose()?);
        }
        Ok(Self {
            page,
            edge,
            events: 0,
            bytes: 0,
        })
    }

    /// Takes in an event, if the row has one, and says whether the page takes more.
    pub(super) fn add(&mut self, read: &Read, row: &Row, from: usize) -> Result<bool, Failed> {
        let Scope::Stream { name, .. } = &read.scope else {
            return Err(Failed::damaged("not a stream"));
        };
        let place = from + sql::POSITION;
        let event = event(row, from, read.bare, name.as_str());
        let Some(event) = event.map_err(|error| at(row, place, error))? else {
            return Ok(false);
        };
        if self.page.last().is_none()
            && let Some(edge) = self.edge
        {
            let left = edge.abs_diff(event.revision.get());
            self.page.reserve(left + 1, &event);
        }
        self.page.push(&event);
        self.events += 1;
        self.bytes += row.raw_size_bytes();
        Ok(!self.page.is_full())
    }

    pub(super) fn end(self, fit: &Fit) -> Page {
        fit.learn(self.events, self.bytes);
        self.page.end(self.edge)
    }
}

async fn of_all(
    connection: &Connection,
    names: &Names,
    fit: &Fit,
    read: &Read,
    after: Option<i64>,
) -> Result<Page, Failed> {
    let most = fit.of(read);
    let (after, limit) = (sql::start(read, after), limit(most));
    let is_filtered = !read.filter.categories.is_empty() || !read.filter.names.is_empty();
    // A filter that lets little through must not make a page endless.
    let window = if is_filtered {
        limit.max(1_000).saturating_mul(LOOKED)
    } else {
        i64::MAX
    };
    let (categories, filter) = (
        sql::storable(&read.filter.categories),
        sql::storable(&read.filter.names),
    );
    let bound = match read.direction {
        Direction::Forward => after.saturating_add(window),
        Direction::Backward => window,
    };
    let values: [&(dyn ToSql + Sync); 5] = [&after, &bound, &limit, &categories, &filter];
    let rows = connection.rows(connection.sql.page(read), &values).await?;
    let (rows, bytes) = as_many_as_fit(rows).await?;
    let is_cut = bytes >= Read::PAGE_BYTES;
    let mut page = PageBuilder::new(read.clone()).at_most(most);
    let Some(head) = rows
        .first()
        .map(|row| row.try_get::<_, i64>(0))
        .transpose()
        .map_err(Failed::of)?
    else {
        return Err(Failed::damaged("the head has no row"));
    };
    let keys = rows
        .iter()
        .map(|row| row.try_get::<_, Option<i64>>(OF_ALL + sql::COLUMNS));
    let keys: Vec<Option<i64>> = keys.collect::<Result<_, _>>().map_err(Failed::of)?;
    fit.learn(keys.iter().flatten().count(), bytes);
    let known = names.of(connection, keys.iter().flatten().copied()).await?;
    for (row, key) in rows.iter().zip(&keys) {
        let Some(key) = key else { break };
        let name = known
            .get(key)
            .ok_or_else(|| Failed::damaged(format!("there is no stream {key}")))?;
        let Some(event) = event(row, OF_ALL, false, name)
            .map_err(|error| at(row, OF_ALL + sql::POSITION, error))?
        else {
            break;
        };
        if page.last().is_none() {
            page.reserve(rows.len() as u64, &event);
        }
        page.push(&event);
        if page.is_full() {
            break;
        }
    }
    let edge = match read.direction {
        Direction::Forward => bound.min(head),
        Direction::Backward => after
            .min(head.saturating_add(1))
            .saturating_sub(window)
            .max(1),
    };
    let edge_unsigned = unsigned(edge.max(0)).map_err(Failed::damaged)?;
    let is_end = match read.direction {
        Direction::Forward => edge == head || head <= after,
        Direction::Backward => edge <= 1,
    };
    if is_cut && page.last() != Some(edge_unsigned) {
        return Ok(page.full());
    }
    if is_end {
        return Ok(page.end(Some(edge_unsigned).filter(|edge| *edge > 0)));
    }
    if page.is_full() {
        return Ok(page.full());
    }
    Ok(page.seen(Position::new(edge_unsigned)))
}

/// Rows, up to a page of them, and how large they are: what else the server was asked for goes by.
async fn as_many_as_fit(rows: RowStream) -> Result<(Vec<Row>, usize), Failed> {
    let (mut rows, mut taken, mut bytes) = (pin!(rows), Vec::new(), 0);
    while bytes < Read::PAGE_BYTES {
        let Some(row) = rows.as_mut().try_next().await.map_err(Failed::of)? else {
            break;
        };
        bytes += row.raw_size_bytes();
        taken.push(row);
    }
    Ok((taken, bytes))
}

/// Says which row cannot be read, if the row still says it at this place.
fn at(row: &Row, place: usize, error: BoxError) -> Failed {
    let position: Option<i64> = row.try_get(place).ok().flatten();
    Failed::damaged(match position {
        Some(position) => format!("the row at position {position}: {error}").into(),
        None => error,
    })
}

/// Columns as the statement lists them; none where the join found no event.
fn event<'a>(
    row: &'a Row,
    from: usize,
    bare: bool,
    stream: &'a str,
) -> Result<Option<StoredEvent<'a>>, BoxError> {
    let Some(revision) = row.try_get::<_, Option<i64>>(from)? else {
        return Ok(None);
    };
    let version = u16::try_from(row.try_get::<_, i32>(from + 2)?)?;
    let name = (row.try_get(from + 1)?, version);
    let payload = row.try_get::<_, Payload>(from + 4)?.0;
    let content = (row.try_get(from + 3)?, payload);
    let event = sql::bare(stream, Revision::new(unsigned(revision)?), name, content);
    if bare {
        return Ok(Some(event));
    }
    Ok(Some(StoredEvent {
        position: Position::new(unsigned(row.try_get(from + sql::POSITION)?)?),
        id: EventId::new(row.try_get(from + 6)?),
        index: u32::try_from(row.try_get::<_, i64>(from + 7)?)?,
        tenant: row.try_get(from + 8)?,
        recorded_at: row.try_get::<_, Time>(from + 9)?.0,
        metadata: row.try_get(from + 10)?,
        ..event
    }))
}
