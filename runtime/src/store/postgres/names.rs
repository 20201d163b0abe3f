//! The names of streams by their keys, so that a read of everything is sent none of them twice.

use std::collections::HashMap;

use quick_cache::sync::Cache;
use smol_str::SmolStr;
use tokio_postgres::types::ToSql;

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

    /// The names of these streams; those that are not known are asked for.
    pub(super) async fn of(
        &self,
        connection: &Connection,
        keys: impl Iterator<Item = i64>,
    ) -> Result<HashMap<i64, SmolStr>, Failed> {
        let mut known = HashMap::new();
        let mut unknown = Vec::new();
        for key in keys {
            if known.contains_key(&key) {
                continue;
            }
            let name = self.0.get(&key);
            if name.is_none() {
                unknown.push(key);
            }
            known.insert(key, name.unwrap_or_default());
        }
        if !unknown.is_empty() {
            let values: [&(dyn ToSql + Sync); 1] = [&unknown];
            for row in connection.query(&connection.sql.names, &values).await? {
                let (key, name): (i64, &str) = (
                    row.try_get(0).map_err(Failed::of)?,
                    row.try_get(1).map_err(Failed::of)?,
                );
                let name = SmolStr::from(name);
                self.0.insert(key, name.clone());
                known.insert(key, name);
            }
        }
        known.retain(|_, name| !name.is_empty());
        Ok(known)
    }
}
