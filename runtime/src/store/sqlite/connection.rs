//! Opening a file with the settings that durability rests on, each read back.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::errors::{READ_ONLY, unavailable};
use super::{Synchronous, schema};
use crate::error::{Unavailable, UnavailableCause};
use crate::store::{Durability, Survives};

/// More than the statements that one connection uses, so that each is prepared once.
const STATEMENTS: usize = 64;

/// How long to wait before a lock is asked for again.
const PAUSE: Duration = Duration::from_millis(1);

/// What every connection to the file needs to know.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) path: PathBuf,
    pub(super) synchronous: Synchronous,
    pub(super) busy_timeout: Duration,
    pub(super) max_pages: Option<u32>,
}

impl Settings {
    /// The connection that writes; it creates and migrates the file if need be.
    pub(super) fn open_writer(&self) -> Result<(Connection, Durability), Unavailable> {
        self.check_path()?;
        let mut connection = self.open(OpenFlags::SQLITE_OPEN_CREATE)?;
        if connection
            .is_readonly("main")
            .map_err(|error| unavailable(&self.path, error))?
        {
            let message = format!("`{}` {READ_ONLY}", self.path.display());
            return Err(Unavailable::new(UnavailableCause::ReadOnly, message));
        }
        schema::check(&connection, &self.path)?;
        self.write_ahead(&connection)?;
        self.configure(&connection)?;
        if let Some(pages) = self.max_pages {
            self.set(&connection, "max_page_count", i64::from(pages))?;
        }
        schema::migrate(&mut connection, &self.path)?;
        let durability = self.durability(&connection)?;
        Ok((connection, durability))
    }

    /// A connection that only reads.
    ///
    /// It could write as far as the file goes, since a reader of a WAL file takes part in its locks.
    pub(super) fn open_reader(&self) -> Result<Connection, Unavailable> {
        let mut connection = self.open(OpenFlags::empty())?;
        // The last connection to close writes the WAL back, whichever it is.
        self.configure(&connection)?;
        self.set(&connection, "query_only", 1)?;
        self.wait_no_more(&mut connection)?;
        Ok(connection)
    }

    /// From here on whoever uses the connection waits for locks himself, where he may.
    pub(super) fn wait_no_more(&self, connection: &mut Connection) -> Result<(), Unavailable> {
        connection
            .busy_handler(None::<fn(i32) -> bool>)
            .map_err(|error| unavailable(&self.path, error))
    }

    fn open(&self, more: OpenFlags) -> Result<Connection, Unavailable> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | more;
        let open = || {
            let mut connection = Connection::open_with_flags(&self.path, flags)?;
            connection.busy_handler(Some(patience(self.busy_timeout)))?;
            connection.set_prepared_statement_cache_capacity(STATEMENTS);
            // Or SQLite prepares a statement again for each value that its plan might depend on.
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
            Ok(connection)
        };
        open().map_err(|error: rusqlite::Error| unavailable(&self.path, error))
    }

    /// What SQLite would take for something else than a file, or answer with a riddle.
    fn check_path(&self) -> Result<(), Unavailable> {
        if self.path.is_dir() {
            let message = format!(
                "`{}` is a directory; give the path of a file in it",
                self.path.display()
            );
            return Err(Unavailable::new(UnavailableCause::NotAStore, message));
        }
        Ok(())
    }

    /// Turns on the write-ahead log.
    ///
    /// SQLite does not wait while another connection does the same or closes the file, so this does.
    fn write_ahead(&self, connection: &Connection) -> Result<(), Unavailable> {
        let mode: rusqlite::Result<String> = patiently(self.busy_timeout, || {
            connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))
        });
        match mode {
            Ok(mode) if mode == "wal" => Ok(()),
            Ok(mode) => Err(self.not_in_force("journal_mode", "wal", &mode)),
            Err(error) => Err(unavailable(&self.path, error)),
        }
    }

    fn configure(&self, connection: &Connection) -> Result<(), Unavailable> {
        self.set(connection, "synchronous", self.synchronous.level())?;
        self.set(connection, "fullfsync", 1)?;
        self.set(connection, "checkpoint_fullfsync", 1)
    }

    fn set(&self, connection: &Connection, pragma: &str, value: i64) -> Result<(), Unavailable> {
        let failed = |error| unavailable(&self.path, error);
        // Some pragmas answer to being set, and some do not.
        connection
            .pragma_update(None, pragma, value)
            .map_err(failed)?;
        let in_force: i64 = connection
            .pragma_query_value(None, pragma, |row| row.get(0))
            .map_err(failed)?;
        if in_force == value {
            return Ok(());
        }
        Err(self.not_in_force(pragma, &value.to_string(), &in_force.to_string()))
    }

    fn not_in_force(&self, pragma: &str, wanted: &str, in_force: &str) -> Unavailable {
        let advice = match pragma {
            "journal_mode" => "keep the file on a local disk, whose file system shares memory",
            "max_page_count" => "the file is larger than that already; raise `max_pages`",
            _ => "this build of SQLite does not support the setting; use the bundled one",
        };
        Unavailable::new(
            UnavailableCause::Misconfigured,
            format!(
                "`{}` needs `{pragma}` to be {wanted}, and it stays {in_force}; {advice}",
                self.path.display()
            ),
        )
    }

    /// Tells what is in force, not what was asked for.
    fn durability(&self, connection: &Connection) -> Result<Durability, Unavailable> {
        let failed = |error| unavailable(&self.path, error);
        let mode: String = connection
            .pragma_query_value(None, "journal_mode", |row| row.get(0))
            .map_err(failed)?;
        let level: i64 = connection
            .pragma_query_value(None, "synchronous", |row| row.get(0))
            .map_err(failed)?;
        let (survives, synchronous) = match level {
            2 | 3 => (Survives::Machine, "full"),
            _ => (Survives::Process, "normal"),
        };
        let version = rusqlite::version();
        let settings = format!("sqlite {version}, {mode}, synchronous={synchronous}");
        Ok(Durability { survives, settings })
    }
}

/// The path from the root on: SQLite reads `:memory:`, the empty path and `file:` as something else.
pub(super) fn file(path: &Path) -> Result<PathBuf, Unavailable> {
    let no_file = || {
        Unavailable::new(
            UnavailableCause::Misconfigured,
            format!(
                "`{}` does not name a file; use `factum::Memory` for a store without one",
                path.display()
            ),
        )
    };
    if path.as_os_str() == ":memory:" {
        return Err(no_file());
    }
    std::path::absolute(path).map_err(|error| no_file().because(error))
}

/// Waits for a lock in short steps, where SQLite's own grow to 100 ms: between two commits of a busy
/// neighbour the file is free for much less, and a writer should not miss all of those moments.
fn patience(timeout: Duration) -> impl FnMut(i32) -> bool + Send + 'static {
    let mut started = Instant::now();
    move |tries| {
        if tries == 0 {
            started = Instant::now();
        }
        let waits = started.elapsed() < timeout;
        if waits {
            std::thread::sleep(PAUSE);
        }
        waits
    }
}

/// Tries until no lock is in the way, or for so long.
pub(super) fn patiently<T>(
    timeout: Duration,
    mut attempt: impl FnMut() -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    let mut waits = patience(timeout);
    let mut tries = 0..;
    loop {
        match attempt() {
            Err(error) if is_busy(&error) && tries.next().is_some_and(&mut waits) => {}
            outcome => return outcome,
        }
    }
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
    )
}

#[cfg(test)]
mod tests {
    use super::{Connection, Duration, PathBuf, Settings, Synchronous};

    #[test]
    fn a_database_without_a_write_ahead_log_is_no_store() {
        let settings = Settings {
            path: PathBuf::from("bank.db"),
            synchronous: Synchronous::Full,
            busy_timeout: Duration::ZERO,
            max_pages: None,
        };
        let in_memory = Connection::open_in_memory().unwrap();
        let error = settings.write_ahead(&in_memory).unwrap_err();
        let said = "whose file system shares memory";
        assert!(error.message.ends_with(said), "{error}");
    }
}
