//! A PostgreSQL server of the tests' own: one cluster in a folder, reached over a socket in it.
//!
//! `with-server COMMAND` starts one for all that the command runs; a test that finds none starts one for its process.
//! Either way a watchdog stops it once that process is gone, however it went, and removes the folder.

#![expect(
    clippy::panic,
    reason = "only tests call it, and a server that does not start ends them"
)]

mod cluster;

use std::env;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use tokio_postgres::NoTls;
use uuid::Uuid;

pub use cluster::{Cluster, DURABLE};

/// Names the folder of the socket of a server that runs already.
pub const SOCKET: &str = "FACTUM_TEST_POSTGRES";

/// The folder of the socket of the server that this process uses.
///
/// # Panics
///
/// If there is no server, and none can be started: then it says what to install.
pub fn socket() -> PathBuf {
    static OWN: OnceLock<Cluster> = OnceLock::new();
    match env::var_os(SOCKET) {
        Some(socket) => socket.into(),
        None => OWN
            .get_or_init(|| Cluster::start(&[]).unwrap_or_else(|error| panic!("{error}")))
            .folder()
            .to_owned(),
    }
}

/// The sessions of the database that wait for a lock, as what a query is `FROM`.
pub const WAITING: &str =
    "pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";

/// A port of this machine that nobody listens at.
///
/// # Panics
///
/// If there is none.
pub fn free_port() -> u16 {
    let bound = TcpListener::bind(("127.0.0.1", 0)).and_then(|bound| bound.local_addr());
    bound.unwrap_or_else(|error| panic!("{error}")).port()
}

/// The address of a database, of the superuser.
pub fn url(database: &str) -> String {
    url_at(&socket(), database)
}

/// The address of a database of the server whose socket is in this folder, of the superuser.
pub fn url_at(socket: &Path, database: &str) -> String {
    format!(
        "postgres:///{database}?host={}&user=postgres",
        socket.display()
    )
}

/// The address of a new database, with nothing in it.
///
/// # Panics
///
/// If the server is not there, or makes none.
pub async fn database() -> String {
    database_at(&socket()).await
}

/// The same, of the server whose socket is in this folder.
///
/// # Panics
///
/// If the server is not there, or makes none.
pub async fn database_at(socket: &Path) -> String {
    let name = format!("test_{}", Uuid::new_v4().simple());
    let create = format!("CREATE DATABASE {name}");
    execute(&url_at(socket, "postgres"), &create).await;
    url_at(socket, &name)
}

/// The address for a new role in the database at this address, of the superuser, which may do there what these statements
/// let it.
///
/// # Panics
///
/// If the server is not there, or refuses them.
pub async fn role(url: &str, rights: impl FnOnce(&str) -> String) -> String {
    let role = format!("app_{}", Uuid::new_v4().simple());
    execute(url, &format!("CREATE ROLE {role} LOGIN; {}", rights(&role))).await;
    url.replace("user=postgres", &format!("user={role}"))
}

/// Has the superuser do something in the database at this address.
///
/// # Panics
///
/// If the server refuses it.
pub async fn execute(url: &str, sql: &str) {
    let connected = tokio_postgres::connect(url, NoTls).await;
    let (client, connection) = connected.unwrap_or_else(|error| panic!("{url}: {error}"));
    let open = tokio::spawn(connection);
    if let Err(error) = client.batch_execute(sql).await {
        panic!("{sql}: {error:?}");
    }
    drop(client);
    let _ = open.await;
}
