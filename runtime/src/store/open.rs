//! Any store, by its address.

use std::sync::Arc;

use super::Store;
use super::memory::Memory;
use crate::error::{StoreError, Unavailable, UnavailableCause};

/// Opens the store at an address, whichever kind it is of, and creates what is missing in it.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), factum::StoreError> {
/// let store = factum::store::open("memory:").await?;
/// assert_eq!(store.head().await?, None);
///
/// let refused = factum::store::open("mysql://bank:secret@db").await.err();
/// let said = refused.map(|error| error.to_string()).unwrap_or_default();
/// assert!(said.contains("memory:") && !said.contains("secret"));
/// # Ok(()) }
/// ```
///
/// | address | store | feature |
/// | --- | --- | --- |
/// | `memory:` | a new [`Memory`] | |
/// | `sqlite:PATH` | [`Sqlite`](crate::Sqlite) in this file | `sqlite` |
/// | `postgres://..`, `postgresql://..` | [`Postgres`](crate::Postgres) in the schema `factum` of this database, migrated | `postgres` |
///
/// # Errors
/// [`UnavailableCause::Misconfigured`] if the address names no kind of store, or one whose feature this build lacks;
/// otherwise what the store says.
pub async fn open(address: &str) -> Result<Arc<dyn Store>, StoreError> {
    let (kind, place) = address.split_once(':').unwrap_or(("", address));
    match kind {
        "memory" if place.is_empty() => Ok(Arc::new(Memory::new())),
        #[cfg(feature = "sqlite")]
        "sqlite" if !place.is_empty() => Ok(Arc::new(crate::Sqlite::open(place).await?)),
        #[cfg(feature = "postgres")]
        "postgres" | "postgresql" => {
            let store = crate::Postgres::builder(address).migrate().open();
            Ok(Arc::new(store.await?))
        }
        #[cfg(not(feature = "sqlite"))]
        "sqlite" => Err(lacks("sqlite")),
        #[cfg(not(feature = "postgres"))]
        "postgres" | "postgresql" => Err(lacks("postgres")),
        // What else stands in an address may be a password.
        _ => Err(misconfigured(
            "the address names no store; write `memory:`, `sqlite:PATH` or `postgres://USER@HOST/DATABASE`",
        )),
    }
}

#[cfg(not(all(feature = "sqlite", feature = "postgres")))]
fn lacks(feature: &str) -> StoreError {
    misconfigured(&format!(
        "this build has no such store; turn on factum's feature `{feature}`"
    ))
}

fn misconfigured(message: &str) -> StoreError {
    Unavailable::new(UnavailableCause::Misconfigured, message).into()
}

#[cfg(test)]
mod tests {
    use super::open;
    use crate::error::{StoreError, UnavailableCause};

    #[tokio::test]
    async fn what_names_no_store_is_refused_without_a_word_of_it() {
        for address in [
            "",
            "secret",
            "memory:secret",
            "sqlite:",
            "mysql://secret@db",
        ] {
            let error = open(address).await.map(drop).unwrap_err();
            assert!(!error.to_string().contains("secret"), "{error}");
            let StoreError::Unavailable(error) = error else {
                panic!("{error}");
            };
            assert_eq!(error.cause, UnavailableCause::Misconfigured, "{address}");
        }
    }

    #[cfg(feature = "sqlite")]
    #[tokio::test]
    async fn an_address_names_a_file() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a: b.db");
        let store = open(&format!("sqlite:{}", path.display())).await.unwrap();
        assert_eq!(store.head().await.unwrap(), None);
        assert!(path.is_file());
    }
}
