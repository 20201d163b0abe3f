//! The names of streams by their keys, so that a read of everything is sent none of them twice.

use std::collections::{HashMap, HashSet};

use quick_cache::sync::Cache;
use smol_str::SmolStr;

use super::errors::Failed;
use super::pool::Connection;

/// The most names that are kept: mostly a megabyte or two.
const NAMES: usize = 16_384;

/// Names by key. They are good for ever: a stream keeps its key, also past a delete.
pub(super) struct Names(Cache<i64, SmolStr>);

impl std::fmt::Debug for Names {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Names").field(&self.0.len()).finish()
    }
}

impl Names {
    pub(super) fn new() -> Self {
        Self(Cache::new(NAMES))
    }

    /// The name of a stream, if it came up before.
    pub(super) fn known(&self, key: i64) -> Option<SmolStr> {
        self.0.get(&key)
    }

    /// The names of these streams, which are known from now on.
    pub(super) async fn ask(
        &self,
        connection: &Connection,
        keys: impl Iterator<Item = i64>,
    ) -> Result<HashMap<i64, SmolStr>, Failed> {
        let keys: Vec<i64> = keys.collect::<HashSet<_>>().into_iter().collect();
        let rows = connection.query(&connection.sql.names, &[&keys]).await?;
        let named = rows.iter().map(|row| {
            let name = SmolStr::from(row.try_get::<_, &str>(1)?);
            Ok((row.try_get(0)?, name))
        });
        let named: HashMap<_, _> = named.collect::<Result<_, _>>().map_err(Failed::of)?;
        for (key, name) in &named {
            self.0.insert(*key, name.clone());
        }
        Ok(named)
    }
}
