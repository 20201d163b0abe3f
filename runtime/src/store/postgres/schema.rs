//! The tables, and how older schemas get them.

use std::ops::Range;
use std::pin::pin;

use tokio_postgres::types::ToSql;

use super::blocker::Blocker;
use super::errors::Failed;
use super::payload::Payloads;
use super::pool::{Connection, Connections};
use super::server;
use crate::error::{Unavailable, UnavailableCause};

/// What takes a schema from each version to the next, which each notes; the first one starts from nothing.
const STEPS: [&str; 1] = [include_str!("schema/1.sql")];

/// The version of this build.
pub(super) const VERSION: usize = STEPS.len();

/// The statements that take a schema of this version to that of this build, and make it first if it is not there.
pub(super) fn steps(schema: &str, is_there: bool, from: usize, payloads: Payloads) -> String {
    let create = (!is_there).then(|| format!("CREATE SCHEMA IF NOT EXISTS {schema};"));
    let steps = STEPS
        .iter()
        .skip(from)
        .map(|step| of_schema(&step.replace("{payload}", payloads.sql()), schema));
    create
        .into_iter()
        .chain(steps)
        .collect::<Vec<_>>()
        .join("\n\n")
}

/// The statements of a file, for this schema.
fn of_schema(statements: &str, schema: &str) -> String {
    // Whatever the name holds ends no function.
    let mut tag = "factum".to_owned();
    while schema.contains(&tag) {
        tag.push('_');
    }
    statements
        .replace("{keys}", &within(schema, "stream_keys"))
        .replace("{events}", &within(schema, "events"))
        .replace("{body}", &format!("${tag}$"))
        .replace("{schema}", schema)
}

/// What is called so in this schema, as a text of SQL.
pub(super) fn within(schema: &str, name: &str) -> String {
    format!("'{}.{name}'", schema.replace('\'', "''"))
}

/// The statements that make the events a partitioned table.
pub(super) fn partitioning(schema: &str) -> String {
    of_schema(include_str!("schema/partitioned.sql"), schema)
}

/// The statements that make a view for people.
pub(super) fn readable(schema: &str) -> String {
    of_schema(include_str!("schema/readable.sql"), schema)
}

/// The statement that makes one partition.
pub(super) fn partition(schema: &str, positions: &Range<u64>) -> String {
    let Range { start, end } = positions;
    format!(
        "CREATE TABLE {schema}.events_{start} PARTITION OF {schema}.events FOR VALUES FROM ({start}) TO ({end});\n"
    )
}

/// The statements that let a role use a store, and nothing else: tables only grow, but for what a delete takes.
pub(super) fn grants(schema: &str, role: &str) -> String {
    format!(
        "GRANT USAGE ON SCHEMA {schema} TO {role};
GRANT SELECT ON {schema}.meta TO {role};
GRANT SELECT, UPDATE ON {schema}.head TO {role};
GRANT USAGE ON SEQUENCE {schema}.stream_keys TO {role};
GRANT SELECT, INSERT, UPDATE ON {schema}.streams TO {role};
GRANT SELECT, INSERT, DELETE ON {schema}.events TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON {schema}.snapshots TO {role};
"
    )
}

/// Refuses a schema of any version but this build's.
pub(super) async fn check(connection: &Connection, name: &str) -> Result<(), Unavailable> {
    let version = version(connection, name).await?;
    if version == VERSION {
        return Ok(());
    }
    refuse_newer(version, name)?;
    let message = format!(
        "the schema `{name}` has version {version} and this build needs {VERSION}; open the store once with \
         `Postgres::builder(..).migrate()` as a role that owns it, or have the statements of `Postgres::migration` run"
    );
    Err(Unavailable::new(UnavailableCause::OlderSchema, message))
}

fn refuse_newer(version: usize, name: &str) -> Result<(), Unavailable> {
    if version <= VERSION {
        return Ok(());
    }
    Err(Unavailable::new(
        UnavailableCause::NewerSchema,
        format!(
            "the schema `{name}` has version {version} and this build knows versions up to {VERSION}; \
             nothing was changed: use the release that migrated it, or a newer one"
        ),
    ))
}

/// Brings the schema to this build's version; several processes may do so at once.
///
/// The connection is not used again: what is left of a migration that fails, or that nobody waits for any more, ends
/// with it.
pub(super) async fn migrate(
    connections: &Connections,
    connection: &Connection,
    name: &str,
    payloads: Payloads,
) -> Result<(), Unavailable> {
    let found = version(connection, name).await?;
    refuse_newer(found, name)?;
    if found == VERSION {
        return Ok(());
    }
    let session = server::session(connection).await;
    let session = session.map_err(|failed| failed.unavailable())?;
    connection.leave();
    let failed = |failed: Failed| of_migration(&failed, None, name);
    connection.run("BEGIN").await.map_err(failed)?;
    // Others who migrate it wait here; what they did is seen by the next statement.
    let lock = "SELECT pg_advisory_xact_lock(hashtextextended('factum ' || $1, 0))";
    let schema = connection.schema();
    let key: [&(dyn ToSql + Sync); 1] = [&schema];
    let lock = pin!(connection.ask(lock, &key));
    let (locked, blocker) = connections.watched(connection, session, lock).await;
    locked.map_err(|failed| of_migration(&failed, blocker.as_ref(), name))?;
    let found = version(connection, name).await?;
    refuse_newer(found, name)?;
    if found < VERSION {
        // Whoever owns the schema need not have the right to make one, which is asked for even if nothing is made.
        let ask = "SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1)";
        let there = connection.ask(ask, &[&name]).await.map_err(failed)?;
        let steps = steps(schema, one(&there).map_err(failed)?, found, payloads);
        connection.run(&steps).await.map_err(failed)?;
    }
    connection.run("COMMIT").await.map_err(failed)
}

/// What it means for the schema, which is a transaction's.
fn of_migration(failed: &Failed, blocker: Option<&Blocker>, name: &str) -> Unavailable {
    let mut error = Blocker::named(blocker, failed.unavailable());
    let whole = if failed.is_final() {
        "nothing of it was changed"
    } else {
        "it is as it was, or migrated as a whole"
    };
    error.message = format!(
        "the migration of the schema `{name}` was given up, and {whole}; {}",
        error.message
    );
    error
}

/// Looked up in the tables themselves: what a session keeps of them may be older than a lock that it waited for.
const EXISTS: &str =
    "SELECT EXISTS (SELECT FROM pg_catalog.pg_tables WHERE schemaname = $1 AND tablename = 'meta')";

fn ask(schema: &str) -> String {
    format!("SELECT value FROM {schema}.meta WHERE key = 'schema'")
}

fn number(version: i64, name: &str) -> Result<usize, Unavailable> {
    usize::try_from(version).map_err(|_| {
        let message =
            format!("the schema `{name}` claims version {version}, which no release wrote");
        Unavailable::new(UnavailableCause::NotAStore, message)
    })
}

/// The version of the schema's tables; 0 if it has none.
async fn version(connection: &Connection, name: &str) -> Result<usize, Unavailable> {
    let schema = connection.schema();
    let failed = |failed: Failed| failed.unavailable();
    let there = connection.ask(EXISTS, &[&name]).await.map_err(failed)?;
    let is_there: bool = one(&there).map_err(failed)?;
    if !is_there {
        return Ok(0);
    }
    let version = connection.ask(&ask(schema), &[]).await.map_err(failed)?;
    number(one(&version).map_err(failed)?, name)
}

/// The value in the one row of an answer.
pub(super) fn one<'a, T: tokio_postgres::types::FromSql<'a>>(
    rows: &'a [tokio_postgres::Row],
) -> Result<T, Failed> {
    let row = rows
        .first()
        .ok_or_else(|| Failed::damaged("a row is missing"))?;
    row.try_get(0).map_err(Failed::of)
}
