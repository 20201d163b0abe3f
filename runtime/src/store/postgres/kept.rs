//! What is kept of a connection from one use to the next: statements, found again without anyone reading their texts,
//! and timers.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use deadpool_postgres::{ClientWrapper, StatementCache};
use tokio_postgres::Statement;

use super::alarm::Alarm;
use super::errors::Failed;
use super::row;

/// What is kept of the connections of a pool, which has no room for it itself.
#[derive(Debug, Clone, Default)]
pub(super) struct Shelf(Arc<Mutex<Vec<Place>>>);

/// A connection, known by its cache, and what is kept of it.
type Place = (Weak<StatementCache>, Arc<Kept>);

impl Shelf {
    /// What is kept of this connection. As long as there is anyone who points to its cache, no other one lies there.
    pub(super) fn of(&self, client: &ClientWrapper) -> Arc<Kept> {
        let cache = &client.statement_cache;
        let mut places = open(&self.0);
        let known = places
            .iter()
            .find(|(known, _)| known.as_ptr() == Arc::as_ptr(cache));
        if let Some((_, kept)) = known {
            return Arc::clone(kept);
        }
        places.retain(|(known, _)| known.strong_count() > 0);
        let kept = Arc::default();
        places.push((Arc::downgrade(cache), Arc::clone(&kept)));
        kept
    }
}

/// What is kept of one connection.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// Each under the text that it was prepared from.
    statements: Mutex<Vec<(Arc<str>, Statement)>>,
    /// For how long an answer may take, and for how long it may take before somebody looks why.
    pub(super) limit: Alarm,
    pub(super) patience: Alarm,
}

impl Kept {
    /// The statement of this text, whose columns are of the types that [`row`] reads.
    pub(super) async fn statement(
        &self,
        client: &ClientWrapper,
        sql: &Arc<str>,
    ) -> Result<Statement, Failed> {
        if let Some(known) = self.known(sql) {
            return Ok(known);
        }
        let statement = client.prepare_cached(sql).await?;
        row::check(&statement)?;
        open(&self.statements).push((Arc::clone(sql), statement.clone()));
        Ok(statement)
    }

    /// There are few of them, and a store has each text once.
    fn known(&self, sql: &Arc<str>) -> Option<Statement> {
        let statements = open(&self.statements);
        let known = statements.iter().find(|(text, _)| Arc::ptr_eq(text, sql));
        known.map(|(_, statement)| statement.clone())
    }
}

fn open<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
