//! SQLite's errors in the words of the contract: why, and what to do.

use std::path::Path;
use std::sync::Arc;

use rusqlite::{Error, ErrorCode};

use crate::error::{Refused, StoreError, Unavailable, UnavailableCause};

/// Why a request was not carried out.
pub(super) enum Failed {
    /// It was looked at and turned down; others of its transaction are not concerned.
    Decided(StoreError),
    /// The database failed, so the transaction cannot go on.
    Database(Error),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        Self::Decided(error)
    }
}

impl From<Refused> for Failed {
    fn from(error: Refused) -> Self {
        Self::Decided(error.into())
    }
}

/// A row that the schema does not allow, in the form in which the driver reports others like it.
pub(super) fn damaged(column: usize, source: impl Into<crate::BoxError>) -> Error {
    Error::FromSqlConversionFailure(column, rusqlite::types::Type::Null, source.into())
}

/// Says what the driver's error means for the store in this file.
///
/// The error is shared since one of them may answer a whole group of requests.
pub(super) fn unavailable(path: &Path, error: impl Into<Arc<Error>>) -> Unavailable {
    let error = error.into();
    let (cause, advice) = explain(path, &error);
    Unavailable::new(cause, format!("`{}` {advice}", path.display())).because(error)
}

fn explain(path: &Path, error: &Error) -> (UnavailableCause, String) {
    let advice = match error.sqlite_error_code() {
        Some(code) => return explain_code(path, code),
        None if is_damage(error) => {
            return (UnavailableCause::NotAStore, DAMAGED.to_owned());
        }
        None => "could not be used".to_owned(),
    };
    (UnavailableCause::Other, advice)
}

const DAMAGED: &str = "holds rows that this store never wrote; the file is damaged or another program \
    changed tables that start with `factum_`: restore a backup";

/// Whether a row is not such as this store writes.
pub(super) fn is_damage(error: &Error) -> bool {
    matches!(
        error,
        Error::FromSqlConversionFailure(..)
            | Error::IntegralValueOutOfRange(..)
            | Error::InvalidColumnType(..)
            | Error::Utf8Error(..)
            | Error::QueryReturnedNoRows
            | Error::StatementChangedRows(_)
            | Error::SqlInputError { .. }
    )
}

fn explain_code(path: &Path, code: ErrorCode) -> (UnavailableCause, String) {
    match code {
        ErrorCode::DatabaseBusy
        | ErrorCode::DatabaseLocked
        | ErrorCode::FileLockingProtocolFailed => (
            UnavailableCause::Locked,
            "is locked by another connection for longer than the store waits; end that transaction, or \
             raise `busy_timeout`"
                .to_owned(),
        ),
        ErrorCode::DiskFull => (
            UnavailableCause::Full,
            "has no room left; free space on its disk, or raise `max_pages` if a limit was set".to_owned(),
        ),
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied => (UnavailableCause::ReadOnly, READ_ONLY.to_owned()),
        ErrorCode::CannotOpen => cannot_open(path),
        ErrorCode::NotADatabase => (
            UnavailableCause::NotAStore,
            "is not an SQLite database; give the path of a store, or of a file that does not exist yet"
                .to_owned(),
        ),
        ErrorCode::DatabaseCorrupt => {
            (UnavailableCause::NotAStore, "is damaged; restore a backup".to_owned())
        }
        // The statements are fixed: one that cannot be prepared, or that breaks a rule of the schema, meets
        // tables that are not the store's.
        ErrorCode::Unknown | ErrorCode::ConstraintViolation | ErrorCode::TypeMismatch => {
            (UnavailableCause::NotAStore, DAMAGED.to_owned())
        }
        ErrorCode::SystemIoFailure => (
            UnavailableCause::Io,
            "could not be read or written; look at its disk and file system".to_owned(),
        ),
        _ => (UnavailableCause::Other, "could not be used".to_owned()),
    }
}

pub(super) const READ_ONLY: &str = "takes no writes; give this user write access to the file and to its \
    directory, where SQLite keeps `-wal` and `-shm` beside it";

fn cannot_open(path: &Path) -> (UnavailableCause, String) {
    match path.parent() {
        Some(parent) if !parent.exists() => {
            (UnavailableCause::Io, "lies in a directory that does not exist; create it first".to_owned())
        }
        _ if is_read_only(path) => (UnavailableCause::ReadOnly, READ_ONLY.to_owned()),
        _ => (
            UnavailableCause::Io,
            "cannot be opened; look at its permissions, at those of its directory and at the limit of open \
             files"
                .to_owned(),
        ),
    }
}

/// Whether nobody may write to the file or its directory.
///
/// The file itself must not be opened to find out: closing it again would drop the locks that SQLite holds
/// on it in this process.
fn is_read_only(path: &Path) -> bool {
    [Some(path), path.parent()]
        .into_iter()
        .flatten()
        .filter_map(|path| path.metadata().ok())
        .any(|metadata| metadata.permissions().readonly())
}

#[cfg(test)]
mod tests {
    use std::ffi::c_int;
    use std::path::Path;

    use rusqlite::ffi;

    use super::{Error, READ_ONLY, UnavailableCause, unavailable};

    #[test]
    fn what_the_disk_does_is_told_from_what_the_file_holds() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bank.db");
        for (code, cause, advice) in [
            (
                ffi::SQLITE_CORRUPT,
                UnavailableCause::NotAStore,
                "is damaged; restore a backup",
            ),
            (
                ffi::SQLITE_IOERR,
                UnavailableCause::Io,
                "look at its disk and file system",
            ),
            (
                ffi::SQLITE_CANTOPEN,
                UnavailableCause::Io,
                "at the limit of open files",
            ),
            (ffi::SQLITE_READONLY, UnavailableCause::ReadOnly, READ_ONLY),
            (ffi::SQLITE_PERM, UnavailableCause::ReadOnly, READ_ONLY),
        ] {
            says(&path, code, cause, advice);
        }
        // Whose bits say so, whoever asks.
        std::fs::write(&path, "").unwrap();
        let mut permissions = path.metadata().unwrap().permissions();
        permissions.set_readonly(true);
        std::fs::set_permissions(&path, permissions).unwrap();
        let (code, cause) = (ffi::SQLITE_CANTOPEN, UnavailableCause::ReadOnly);
        says(&path, code, cause, READ_ONLY);
    }

    fn says(path: &Path, code: c_int, cause: UnavailableCause, advice: &str) {
        let error = Error::SqliteFailure(ffi::Error::new(code), None);
        let failed = unavailable(path, error);
        assert_eq!(failed.cause, cause, "{failed}");
        assert!(failed.message.ends_with(advice), "{failed}");
    }
}
