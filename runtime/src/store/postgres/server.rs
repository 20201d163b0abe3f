//! What the server says: of the store, and of itself.

use tokio_postgres::Row;

use super::errors::Failed;
use super::pool::Connection;
use super::schema::one;
use super::value::unsigned;
use crate::error::Unavailable;
use crate::place::Position;
use crate::store::{Durability, Survives};

/// The highest position that was ever given out.
pub(super) async fn head(connection: &Connection) -> Result<Option<Position>, Failed> {
    head_of(&connection.query(&connection.sql.head, &[]).await?)
}

/// The same, as the server says it.
pub(super) fn head_of(rows: &[Row]) -> Result<Option<Position>, Failed> {
    let head = unsigned(one(rows)?).map_err(Failed::damaged)?;
    Ok((head > 0).then(|| Position::new(head)))
}

/// The number that the server has given to this session.
pub(super) async fn session(connection: &Connection) -> Result<i32, Failed> {
    one(&connection.ask("SELECT pg_backend_pid()", &[]).await?)
}

/// What the settings in force keep.
pub(super) async fn durability(connection: &Connection) -> Result<Durability, Unavailable> {
    let ask = "SELECT name || '=' || setting FROM pg_settings
        WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit', 'server_version') ORDER BY name";
    let failed = |failed: Failed| failed.unavailable();
    let rows = connection.ask(ask, &[]).await.map_err(failed)?;
    let settings = rows.iter().map(|row| row.try_get::<_, String>(0));
    let settings: Vec<String> = settings
        .collect::<Result<_, _>>()
        .map_err(|error| failed(Failed::of(error)))?;
    let is_off = |name: &str| {
        settings
            .iter()
            .any(|setting| *setting == format!("{name}=off"))
    };
    let survives = if is_off("fsync") || is_off("full_page_writes") || is_off("synchronous_commit")
    {
        Survives::Process
    } else {
        Survives::Machine
    };
    Ok(Durability {
        survives,
        settings: settings.join(", "),
    })
}
