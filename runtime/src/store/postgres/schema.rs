//! The tables, and how older schemas get them.

use super::errors::Failed;
use super::pool::Connection;
use crate::error::{Unavailable, UnavailableCause};

/// What takes a schema from each version to the next, which each notes; the first one starts from nothing.
const STEPS: [&str; 1] = [include_str!("schema/1.sql")];

/// The version of this build.
pub(super) const VERSION: usize = STEPS.len();

/// The statements that take a schema of this version to that of this build.
pub(super) fn steps(schema: &str, from: usize) -> String {
    let create = format!("CREATE SCHEMA IF NOT EXISTS {schema};\n");
    let steps = STEPS
        .iter()
        .skip(from)
        .map(|step| step.replace("{schema}", schema));
    create + &steps.collect::<Vec<_>>().join("\n")
}

/// Refuses a schema of any version but this build's.
pub(super) async fn check(connection: &Connection, name: &str) -> Result<(), Unavailable> {
    let version = version(connection).await?;
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
pub(super) async fn migrate(connection: &mut Connection, name: &str) -> Result<(), Unavailable> {
    let version = version(connection).await?;
    refuse_newer(version, name)?;
    if version == VERSION {
        return Ok(());
    }
    let schema = connection.schema().to_owned();
    let failed = |error| Failed::of(error).unavailable();
    let transaction = connection.client().transaction().await.map_err(failed)?;
    // Others who migrate it wait here; what they did is seen by the next statement.
    let lock = "SELECT pg_advisory_xact_lock(hashtextextended('factum ' || $1, 0))";
    transaction
        .execute(lock, &[&schema])
        .await
        .map_err(failed)?;
    let there = transaction
        .query_one(EXISTS, &[&meta(&schema)])
        .await
        .map_err(failed)?;
    let version = if there.try_get(0).map_err(failed)? {
        let row = transaction
            .query_one(&ask(&schema), &[])
            .await
            .map_err(failed)?;
        number(row.try_get(0).map_err(failed)?, name)?
    } else {
        0
    };
    refuse_newer(version, name)?;
    if version < VERSION {
        transaction
            .batch_execute(&steps(&schema, version))
            .await
            .map_err(failed)?;
    }
    transaction.commit().await.map_err(failed)
}

const EXISTS: &str = "SELECT to_regclass($1) IS NOT NULL";

fn meta(schema: &str) -> String {
    format!("{schema}.meta")
}

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
async fn version(connection: &Connection) -> Result<usize, Unavailable> {
    let schema = connection.schema();
    let failed = |failed: Failed| failed.unavailable();
    let there = connection
        .query(EXISTS, &[&meta(schema)])
        .await
        .map_err(failed)?;
    let is_there: bool = one(&there).map_err(failed)?;
    if !is_there {
        return Ok(0);
    }
    let version = connection.query(&ask(schema), &[]).await.map_err(failed)?;
    number(one(&version).map_err(failed)?, schema)
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
