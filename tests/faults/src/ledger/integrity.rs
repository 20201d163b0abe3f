//! What a database says of itself.

use std::path::Path;
use std::time::Duration;

use factum::postgres::tokio_postgres::{Client, Error, NoTls, connect};
use factum::sqlite::rusqlite::Connection;
use tokio::time::sleep;

use crate::place::Place;

/// What the database says of its files as a whole; an error is what is wrong.
pub async fn integrity(place: &Place) -> Result<(), String> {
    match place {
        Place::Database(url) => checked(url).await.map_err(|error| format!("{error:?}")),
        place => place.path().map_or(Ok(()), |path| file_integrity(path)),
    }
}

/// The same of a file of SQLite's.
pub fn file_integrity(path: &Path) -> Result<(), String> {
    let said: String = Connection::open(path)
        .and_then(|file| file.query_row("PRAGMA integrity_check", [], |row| row.get(0)))
        .map_err(|error| error.to_string())?;
    if said == "ok" { Ok(()) } else { Err(said) }
}

/// Each index fits to its table, and each table can be read.
async fn checked(url: &str) -> Result<(), Error> {
    let check = "CREATE EXTENSION IF NOT EXISTS amcheck;
        SELECT bt_index_check(c.oid, true) FROM pg_class c JOIN pg_am a ON a.oid = c.relam
            WHERE a.amname = 'btree' AND c.relnamespace = 'factum'::regnamespace;
        DO $$ DECLARE said text; BEGIN
            SELECT string_agg(v.msg, '; ') INTO said FROM pg_class c, verify_heapam(c.oid) v
                WHERE c.relkind = 'r' AND c.relnamespace = 'factum'::regnamespace;
            IF said IS NOT NULL THEN RAISE '%', said; END IF;
        END $$";
    session(url).await?.batch_execute(check).await
}

/// Waits until nobody is connected: a server carries out what a process has sent, also past the end of the process.
pub async fn quiet(place: &Place) {
    let Place::Database(url) = place else { return };
    let one = session(url).await.unwrap();
    let others = "SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'";
    while !one.query(others, &[]).await.unwrap().is_empty() {
        sleep(Duration::from_millis(2)).await;
    }
}

async fn session(url: &str) -> Result<Client, Error> {
    let (client, connection) = connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}
