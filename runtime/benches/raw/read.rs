//! Reads: one stream into a state, and pages of everything.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use factum::sqlite::rusqlite::{self, Connection};

use super::{decode, fold};
use crate::account::Account;
use crate::ratio::Outcome;

/// Folds a stream; in one statement, so that no transaction has to be opened for it.
pub(crate) fn load(connection: &Connection, stream: &str) -> Outcome<(Account, Option<i64>)> {
    let mut statement = connection.prepare_cached(
        "SELECT revision, name, version, codec, payload FROM factum_events
         WHERE stream = (SELECT key FROM factum_streams WHERE name = ?1) ORDER BY revision",
    )?;
    let mut rows = statement.query([stream])?;
    let (mut account, mut last) = (Account::default(), None);
    while let Some(row) = rows.next()? {
        if row.get_ref(3)?.as_str()? != "json" {
            return Err("another codec".into());
        }
        let name = row.get_ref(1)?.as_str()?;
        let event = decode(name, row.get(2)?, row.get_ref(4)?.as_blob()?)?;
        fold(&mut account, &event);
        last = Some(row.get(0)?);
    }
    Ok((account, last))
}

/// A row of everything, all of whose columns are read.
#[derive(Clone, Copy)]
pub(crate) struct Row<'a> {
    pub(crate) position: i64,
    pub(crate) revision: i64,
    pub(crate) index: i64,
    pub(crate) id: &'a [u8],
    pub(crate) name: &'a str,
    pub(crate) version: u16,
    pub(crate) codec: &'a str,
    pub(crate) tenant: Option<&'a str>,
    pub(crate) recorded_at: i64,
    pub(crate) metadata: &'a [u8],
    pub(crate) payload: &'a [u8],
    pub(crate) stream: &'a str,
}

/// The names of streams by their keys, as far as they came up: the store keeps them too.
pub(crate) type Names = HashMap<i64, Box<str>>;

/// Hands out the next thousand rows behind a position, and says where they end.
pub(crate) fn page(
    connection: &Connection,
    names: &mut Names,
    after: i64,
    mut each: impl FnMut(Row<'_>) -> Outcome<()>,
) -> Outcome<Option<i64>> {
    let mut statement = connection.prepare_cached(
        "SELECT e.position, e.revision, e.idx, e.id, e.name, e.version, e.codec, e.tenant,
            e.recorded_at, e.metadata, e.payload, e.stream
         FROM factum_events e WHERE e.position > ?1 ORDER BY e.position LIMIT 1000",
    )?;
    let mut name = connection.prepare_cached("SELECT name FROM factum_streams WHERE key = ?1")?;
    let mut rows = statement.query([after])?;
    let mut last = None;
    while let Some(row) = rows.next()? {
        let stream = match names.entry(row.get(11)?) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let found = name.query_row([new.key()], |row| row.get(0))?;
                new.insert(found)
            }
        };
        let row = Row::read(row, stream)?;
        last = Some(row.position);
        each(row)?;
    }
    Ok(last)
}

impl<'a> Row<'a> {
    fn read(row: &'a rusqlite::Row<'_>, stream: &'a str) -> Outcome<Self> {
        Ok(Self {
            position: row.get(0)?,
            revision: row.get(1)?,
            index: row.get(2)?,
            id: row.get_ref(3)?.as_blob()?,
            name: row.get_ref(4)?.as_str()?,
            version: row.get(5)?,
            codec: row.get_ref(6)?.as_str()?,
            tenant: row.get_ref(7)?.as_str_or_null()?,
            recorded_at: row.get(8)?,
            metadata: row.get_ref(9)?.as_blob()?,
            payload: row.get_ref(10)?.as_blob()?,
            stream,
        })
    }
}
