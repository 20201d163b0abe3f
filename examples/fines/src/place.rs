//! Where the events are kept: a file, or any store that has an address.

use std::fmt::{self, Display};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;
use factum::sqlite::rusqlite::{self, Connection, OpenFlags};
use factum::{Sqlite, Store, store};
use fines::summary::ReadModel;

/// What to do without a store.
const NO_STORE: &str = "import a file first, or name another one with --db";

#[derive(Args)]
pub(crate) struct Place {
    /// The store's file.
    #[arg(
        long,
        value_name = "PATH",
        default_value = "fines.db",
        conflicts_with = "store"
    )]
    db: PathBuf,
    /// The store's address: `sqlite:PATH`, `postgres://USER@HOST/DATABASE`, or `memory:` for one that is gone afterwards.
    #[arg(long, value_name = "ADDRESS")]
    store: Option<String>,
}

impl Place {
    /// Opens the store, and creates what is missing.
    pub(crate) async fn open(&self) -> Result<Arc<dyn Store>> {
        match &self.store {
            Some(address) => Ok(store::open(address).await?),
            None => Ok(Arc::new(Sqlite::open(&self.db).await?)),
        }
    }

    /// Asking about a store shall not create one, neither a file nor tables in someone else's.
    pub(crate) async fn existing(&self) -> Result<Arc<dyn Store>> {
        if let Some(file) = self.file() {
            check(file)?;
        }
        self.open().await
    }

    /// The figures of the store: in its own file if it is one.
    pub(crate) fn figures(&self) -> Result<ReadModel> {
        Ok(match self.file() {
            Some(file) => ReadModel::open(file)?,
            None => ReadModel::in_memory()?,
        })
    }

    fn file(&self) -> Option<&Path> {
        match &self.store {
            Some(address) => address.strip_prefix("sqlite:").map(Path::new),
            None => Some(&self.db),
        }
    }
}

impl Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.file() {
            Some(file) => write!(f, "{}", file.display()),
            // An address may hold a password.
            None => f.write_str("the store"),
        }
    }
}

fn check(file: &Path) -> Result<()> {
    let path = file.display();
    if !file.exists() {
        bail!("there is no store {path}; {NO_STORE}");
    }
    // Of what is no file the store says more.
    if file.is_file()
        && !holds_store(file).with_context(|| format!("{path} cannot be read as a store"))?
    {
        bail!("there is no store in {path}; {NO_STORE}");
    }
    Ok(())
}

/// Looks with a connection that cannot write, since opening a store creates what is missing.
fn holds_store(file: &Path) -> rusqlite::Result<bool> {
    let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.busy_timeout(Duration::from_secs(10))?;
    let tables = "SELECT count(*) FROM sqlite_schema
        WHERE type = 'table' AND name IN ('factum_events', 'factum_meta')";
    connection.query_row(tables, [], |row| Ok(row.get::<_, u32>(0)? == 2))
}
