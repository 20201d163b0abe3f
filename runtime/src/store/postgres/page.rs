//! One page: one statement, which sees one moment.

use std::collections::HashMap;
use std::pin::pin;

use futures_util::TryStreamExt;
use smol_str::SmolStr;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Row, RowStream};

use super::errors::Failed;
use super::fit::Fit;
use super::names::Names;
use super::pool::Connection;
use super::row::{Columns, Texts};
use super::value::unsigned;
use crate::error::BoxError;
use crate::place::{Position, Revision};
use crate::recorded::EventId;
use crate::store::{Direction, Page, PageBuilder, Read, Scope, Span, sql};

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
    let mut values: Vec<&(dyn ToSql + Sync)> = vec![&name, &after, &limit];
    values.extend(id.as_ref().map(|id| id as &(dyn ToSql + Sync)));
    if !read.filter.names.is_empty() {
        values.push(&filter);
    }
    let rows = connection.rows(connection.sql.page(read), &values).await?;
    let mut rows = pin!(rows);
    let mut next = async || rows.as_mut().try_next().await.map_err(Failed::of);
    let Some(stream) = next().await? else {
        return Ok(PageBuilder::new(read.clone()).end(None));
    };
    let place = place(&stream).map_err(Failed::damaged)?;
    let place = place.ok_or_else(before_its_stream)?;
    let mut page = StreamPage::begun(read, most, place)?;
    while let Some(event) = next().await? {
        if !page.add(read, &event)? {
            break;
        }
    }
    if page.events < most && page.page.is_full() {
        connection.leave();
    }
    Ok(page.end(fit))
}

/// What a row says that is not that of an event: behind the columns that an event has.
pub(super) fn place<const N: usize>(row: &Row) -> Result<Option<[i64; N]>, BoxError> {
    Columns(row).numbers(row.len().saturating_sub(1))
}

/// What the server appends stays in its order, which is looked at: nothing may be taken for another stream's.
pub(super) fn before_its_stream() -> Failed {
    Failed::damaged("an event comes before its stream")
}

/// A page of a stream whose rows are coming.
pub(super) struct StreamPage {
    page: PageBuilder,
    texts: Texts,
    edge: Option<u64>,
    events: usize,
    bytes: usize,
}

impl StreamPage {
    /// Takes in the stream itself: its first and its last revision, and where the event stands that was asked for.
    pub(super) fn begun(
        read: &Read,
        most: usize,
        [first, last, found]: [i64; 3],
    ) -> Result<Self, Failed> {
        let revision = |number| unsigned(number).map(Revision::new).map_err(Failed::damaged);
        let (mut page, mut edge) = (PageBuilder::new(read.clone()).at_most(most), None);
        if first <= last {
            let span = Span {
                first: revision(first)?,
                last: revision(last)?,
            };
            edge = Some(span.edge(read.direction));
            page.span(Some(span));
            page.found((found >= 0).then(|| revision(found)).transpose()?);
        }
        Ok(Self {
            page,
            texts: Texts::default(),
            edge,
            events: 0,
            bytes: 0,
        })
    }

    /// Takes in an event, and says whether the page takes more.
    pub(super) fn add(&mut self, read: &Read, row: &Row) -> Result<bool, Failed> {
        let Scope::Stream { name, .. } = &read.scope else {
            return Err(Failed::damaged("not a stream"));
        };
        let event = Columns(row).event(read.bare, name.as_str(), &mut self.texts);
        let event = event.map_err(|error| at(row, read.bare, error))?;
        let edge = self.edge.ok_or_else(before_its_stream)?;
        if self.page.last().is_none() {
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
    let (categories, filter) = (
        sql::storable(&read.filter.categories),
        sql::storable(&read.filter.names),
    );
    let (is_categorized, is_named) = (
        !read.filter.categories.is_empty(),
        !read.filter.names.is_empty(),
    );
    // A filter that lets little through must not make a page endless.
    let window = if is_categorized || is_named {
        limit.max(1_000).saturating_mul(LOOKED)
    } else {
        i64::MAX
    };
    let bound = match read.direction {
        Direction::Forward => after.saturating_add(window),
        Direction::Backward => window,
    };
    let mut values: Vec<&(dyn ToSql + Sync)> = vec![&after, &limit];
    if is_categorized || is_named {
        values.push(&bound);
    }
    if is_categorized {
        values.push(&categories);
    }
    if is_named {
        values.push(&filter);
    }
    let rows = connection.rows(connection.sql.page(read), &values).await?;
    // Rows that nobody takes in would stand before the names: they have to be gone by then.
    let (mut page, unnamed) = AllPage::of(rows, names, read, most).await?;
    if !unnamed.is_empty() {
        let known = names.ask(connection, unnamed.iter().map(|(_, key)| *key));
        page.add_all(&unnamed, &known.await?)?;
    }
    let head = page.head;
    let (page, bytes) = page.end(fit);
    let edge = match read.direction {
        Direction::Forward => bound.min(head),
        Direction::Backward => after
            .min(head.saturating_add(1))
            .saturating_sub(window)
            .max(1),
    };
    let edge_unsigned = unsigned(edge.max(0)).map_err(Failed::damaged)?;
    let is_end = match read.direction {
        Direction::Forward => edge == head,
        Direction::Backward => edge <= 1,
    };
    if bytes >= Read::PAGE_BYTES && page.last() != Some(edge_unsigned) {
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

/// A page of everything whose rows are coming.
struct AllPage {
    page: PageBuilder,
    texts: Texts,
    direction: Direction,
    head: i64,
    events: usize,
    bytes: usize,
}

impl AllPage {
    /// Takes in events as long as the names of their streams are known, and gives the rows from there on. What the
    /// server was asked for and the page has no room for goes by.
    async fn of(
        rows: RowStream,
        names: &Names,
        read: &Read,
        most: usize,
    ) -> Result<(Self, Vec<(Row, i64)>), Failed> {
        let mut rows = pin!(rows);
        let mut next = async || rows.as_mut().try_next().await.map_err(Failed::of);
        let head = next().await?;
        let head = head.ok_or_else(|| Failed::damaged("the head has no row"))?;
        let head = place(&head).map_err(Failed::damaged)?;
        let [head] = head.ok_or_else(|| Failed::damaged("an event comes before the head"))?;
        let mut page = Self {
            page: PageBuilder::new(read.clone()).at_most(most),
            texts: Texts::default(),
            direction: read.direction,
            head,
            events: 0,
            bytes: 0,
        };
        let mut unnamed = Vec::new();
        while page.bytes < Read::PAGE_BYTES && !page.page.is_full() {
            let Some(row) = next().await? else {
                break;
            };
            page.bytes += row.raw_size_bytes();
            page.events += 1;
            let key = Columns(&row).number(sql::COLUMNS);
            let key = key.map_err(Failed::damaged)?;
            let key = key.ok_or_else(|| Failed::damaged("an event is of no stream"))?;
            match names.known(key).filter(|_| unnamed.is_empty()) {
                Some(name) => page.add(&row, &name)?,
                None => unnamed.push((row, key)),
            }
        }
        Ok((page, unnamed))
    }

    /// Takes in as many of these as it has room for.
    fn add_all(
        &mut self,
        rows: &[(Row, i64)],
        names: &HashMap<i64, SmolStr>,
    ) -> Result<(), Failed> {
        for (row, key) in rows {
            if self.page.is_full() {
                break;
            }
            let unknown = || Failed::damaged(format!("there is no stream {key}"));
            self.add(row, names.get(key).ok_or_else(unknown)?)?;
        }
        Ok(())
    }

    fn add(&mut self, row: &Row, stream: &str) -> Result<(), Failed> {
        let event = Columns(row).event(false, stream, &mut self.texts);
        let event = event.map_err(|error| at(row, false, error))?;
        if self.page.last().is_none() {
            let position = event.position.get();
            let left = match self.direction {
                Direction::Forward => unsigned(self.head)
                    .unwrap_or_default()
                    .saturating_sub(position),
                Direction::Backward => position,
            };
            self.page.reserve(left.saturating_add(1), &event);
        }
        self.page.push(&event);
        Ok(())
    }

    /// The page so far, and how large its rows were.
    fn end(self, fit: &Fit) -> (PageBuilder, usize) {
        fit.learn(self.events, self.bytes);
        (self.page, self.bytes)
    }
}

/// Says which row cannot be read, if the row still says it.
fn at(row: &Row, bare: bool, error: BoxError) -> Failed {
    let position = Columns(row).number(sql::POSITION).ok().flatten();
    Failed::damaged(match position.filter(|_| !bare) {
        Some(position) => format!("the row at position {position}: {error}").into(),
        None => error,
    })
}
