//! The names and the keys of the streams that a connection has met, so that a read of everything need not look into a
//! second table for each event, nor a write into it before it changes it.

use std::cell::{RefCell, RefMut};
use std::fmt;

use quick_cache::unsync::Cache;
use rusqlite::{Connection, OptionalExtension};
use smol_str::SmolStr;

use super::errors::damaged;
use super::row;
use crate::stream::StreamName;

/// The most names, and keys, that one connection keeps: mostly a megabyte or two.
const NAMES: usize = 16_384;

/// A stream's name, and where its category ends.
#[derive(Clone, Default)]
struct Name {
    full: SmolStr,
    category: usize,
}

/// Names by key. They are good for ever: a stream keeps its key, and a key is no other stream's, even after a
/// delete.
pub(super) struct Names(RefCell<Cache<i64, Name>>);

impl Names {
    pub(super) fn new() -> Self {
        Self(RefCell::new(Cache::new(NAMES)))
    }

    /// The names, for the length of one page.
    pub(super) fn look_up<'c>(&'c self, connection: &'c Connection) -> LookUp<'c> {
        LookUp {
            connection,
            names: self.0.borrow_mut(),
            last: Name::default(),
        }
    }
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Names").finish_non_exhaustive()
    }
}

/// Keys by name, which may be wrong: a transaction that gave one out may have been rolled back, and another stream have
/// got it. Whoever uses one checks the name.
pub(super) struct Keys(RefCell<Cache<StreamName, i64>>);

impl Keys {
    pub(super) fn new() -> Self {
        Self(RefCell::new(Cache::new(NAMES)))
    }

    pub(super) fn get(&self, name: &StreamName) -> Option<i64> {
        self.0.borrow().get(name).copied()
    }

    pub(super) fn put(&self, name: &StreamName, key: i64) {
        self.0.borrow_mut().insert(name.clone(), key);
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").finish_non_exhaustive()
    }
}

pub(super) struct LookUp<'c> {
    connection: &'c Connection,
    names: RefMut<'c, Cache<i64, Name>>,
    last: Name,
}

impl LookUp<'_> {
    /// The name of the stream with this key, and its category.
    pub(super) fn name(&mut self, key: i64) -> rusqlite::Result<(&str, &str)> {
        self.last = match self.names.get(&key) {
            Some(name) => name.clone(),
            None => self.stored(key)?,
        };
        let Name { full, category } = &self.last;
        Ok((full, &full[..*category]))
    }

    fn stored(&mut self, key: i64) -> rusqlite::Result<Name> {
        let name = self
            .connection
            .prepare_cached("SELECT name, category FROM factum_streams WHERE key = ?1")?
            .query_row([key], |found| {
                let (full, category) = (row::text(found, 0)?, row::text(found, 1)?);
                // A reader of the category would pass by what no longer says that it is of it.
                if full.split('-').next() != Some(category) {
                    return Err(damaged(0, "its stream's name is not of its category"));
                }
                Ok(Name {
                    full: full.into(),
                    category: category.len(),
                })
            })
            .optional()?
            .ok_or_else(|| damaged(0, "its stream is missing"))?;
        self.names.insert(key, name.clone());
        Ok(name)
    }
}
