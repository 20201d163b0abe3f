//! PostgreSQL's errors in the words of the contract: why, and what to do.

use std::error::Error as _;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{PoolError, TimeoutType};
use tokio_postgres::Error;
use tokio_postgres::error::{DbError, Severity, SqlState};

use super::blocker::Blocker;
use super::tls;
use crate::error::{BoxError, StoreError, Unavailable, UnavailableCause, UnknownOutcome};

/// Why a statement came to nothing, or may have.
#[derive(Debug, Clone)]
pub(super) enum Failed {
    /// The server refused it: nothing of it is stored.
    Refused(Arc<Error>),
    /// Nobody can tell whether it was carried out.
    Lost(Arc<Error>),
    /// No answer for so long.
    Late(Duration),
    /// A row that no release wrote.
    Damaged(Arc<BoxError>),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::of(error)
    }
}

impl Failed {
    pub(super) fn of(error: Error) -> Self {
        match error.as_db_error() {
            Some(said) if is_final(said) => Self::Refused(Arc::new(error)),
            _ => Self::Lost(Arc::new(error)),
        }
    }

    pub(super) fn damaged(error: impl Into<BoxError>) -> Self {
        Self::Damaged(Arc::new(error.into()))
    }

    /// Whether nothing was stored, for sure.
    pub(super) const fn is_final(&self) -> bool {
        matches!(self, Self::Refused(_))
    }

    /// Whether it is what was sent that the server refused, and another statement might do.
    pub(super) fn is_of_content(&self) -> bool {
        let Self::Refused(error) = self else {
            return false;
        };
        // Values, constraints, limits, and what functions of the user's own raise.
        let classes = ["21", "22", "23", "44", "54", "P0"];
        error
            .code()
            .is_some_and(|code| classes.iter().any(|class| code.code().starts_with(class)))
    }

    /// What it means for what was to be written: it may be there.
    pub(super) fn of_write(&self) -> StoreError {
        self.of_write_behind(None)
    }

    /// The same, of one that waited for somebody.
    pub(super) fn of_write_behind(&self, blocker: Option<&Blocker>) -> StoreError {
        let error = Blocker::named(blocker, self.unavailable());
        if self.is_final() {
            return error.into();
        }
        UnknownOutcome {
            reason: error.into(),
        }
        .into()
    }

    /// What it means for the store.
    pub(super) fn unavailable(&self) -> Unavailable {
        match self {
            Self::Refused(error) | Self::Lost(error) => unavailable(Arc::clone(error)),
            Self::Late(after) => Unavailable::new(
                UnavailableCause::Io,
                format!(
                    "the server did not answer for {after:?}; look at it and at the network, or raise `timeout`"
                ),
            ),
            Self::Damaged(error) => {
                Unavailable::new(UnavailableCause::NotAStore, DAMAGED).because(error.to_string())
            }
        }
    }
}

const DAMAGED: &str = "the tables hold rows that this store never wrote; another program changed them: restore a backup";

/// Whether the server has rolled back what it reports. Past an ERROR it goes on; what ends the session may come after
/// the commit. A statement that is cancelled is undone.
fn is_final(error: &DbError) -> bool {
    let code = error.code().code();
    if error.code() == &SqlState::QUERY_CANCELED {
        return error.parsed_severity() == Some(Severity::Error);
    }
    let is_interrupted = ["08", "57", "58", "XX"]
        .iter()
        .any(|class| code.starts_with(class))
        || error.code() == &SqlState::T_R_STATEMENT_COMPLETION_UNKNOWN;
    error.parsed_severity() == Some(Severity::Error) && !is_interrupted
}

/// Says what the driver's error means.
pub(super) fn unavailable(error: impl Into<Arc<Error>>) -> Unavailable {
    let error = error.into();
    let (cause, message) = told(&error);
    Unavailable::new(cause, message).because(Whole(error))
}

/// The driver's error in full: it leaves the server's own words, and the system's, to those who ask for causes.
#[derive(Debug)]
struct Whole(Arc<Error>);

impl fmt::Display for Whole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&whole(&self.0))
    }
}

impl std::error::Error for Whole {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.0)
    }
}

/// What the driver says, and what it says if it is asked for causes.
pub(super) fn whole(error: &Error) -> String {
    if let Some(said) = error.as_db_error() {
        return said.to_string();
    }
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(of) = cause {
        text.extend([": ".to_owned(), of.to_string()]);
        cause = of.source();
    }
    text
}

/// The same in words.
pub(super) fn told(error: &Error) -> (UnavailableCause, String) {
    let told = match error.as_db_error() {
        Some(said) => Some(explained(said)),
        None => tls::explained(error).or_else(|| of_driver(error)),
    };
    told.unwrap_or_else(|| {
        let advice = "the server cannot be reached, or the connection was lost; see that it runs and that the address is right";
        (UnavailableCause::Io, advice.to_owned())
    })
}

/// The same error, for another one who waits.
pub(super) fn again(error: &Unavailable) -> Unavailable {
    let again = Unavailable::new(error.cause, &*error.message);
    match &error.reason {
        Some(reason) => again.because(reason.to_string()),
        None => again,
    }
}

/// What the driver refuses by itself, for which it has no type.
fn of_driver(error: &Error) -> Option<(UnavailableCause, String)> {
    let is_refused =
        ["authentication error", "invalid configuration"].contains(&&*error.to_string());
    let cause = error.source().filter(|_| is_refused)?;
    let message = format!("the address does not say what the server asks for ({cause})");
    Some((UnavailableCause::Misconfigured, message))
}

fn explained(error: &DbError) -> (UnavailableCause, String) {
    let (cause, advice) = match error.code().code() {
        "53100" => (
            UnavailableCause::Full,
            "the server has no room left; free space on its disk",
        ),
        "53200" | "53400" => (
            UnavailableCause::Full,
            "the server has no memory left, or has reached a limit that it is set to; raise that, or write less at once",
        ),
        "53300" => (
            UnavailableCause::Locked,
            "the server takes no more connections; lower `connections`, or raise its `max_connections`",
        ),
        "25006" => (
            UnavailableCause::ReadOnly,
            "the server takes no writes; connect to the primary",
        ),
        "42501" => (
            UnavailableCause::ReadOnly,
            "the role lacks a right; grant it as the guide on PostgreSQL says",
        ),
        "3D000" => (
            UnavailableCause::NotAStore,
            "there is no such database; create it first",
        ),
        "42P01" | "42883" | "3F000" | "42703" => (
            UnavailableCause::NotAStore,
            "the tables are not those of a store; migrate the schema, or give the right name",
        ),
        "55P03" | "57014" | "40P01" | "40001" | "25P03" => (
            UnavailableCause::Locked,
            "another transaction kept the store waiting for too long; look for it in `pg_stat_activity`",
        ),
        code if code.starts_with("28") => (
            UnavailableCause::Misconfigured,
            "the server does not let this role in; look at its name, its password and its certificate, and at whether the server wants TLS",
        ),
        code if code.starts_with("57") || code.starts_with("08") => {
            (UnavailableCause::Io, "the server is stopping or starting")
        }
        code if code.starts_with("58") || code.starts_with("XX") => {
            (UnavailableCause::Io, "the server failed; look at its log")
        }
        _ => (UnavailableCause::Other, "the server refused the statement"),
    };
    (
        cause,
        format!("{advice} (SQLSTATE {})", error.code().code()),
    )
}

pub(super) fn misconfigured(message: impl Into<String>) -> Unavailable {
    Unavailable::new(UnavailableCause::Misconfigured, message)
}

/// Says why there is no connection.
pub(super) fn no_connection(error: PoolError, waited: Duration) -> Unavailable {
    match error {
        PoolError::Timeout(TimeoutType::Wait) => Unavailable::new(
            UnavailableCause::Locked,
            format!(
                "no connection was free for {waited:?}; raise `connections`, or ask for less at once"
            ),
        ),
        PoolError::Timeout(_) => Unavailable::new(
            UnavailableCause::Io,
            format!(
                "no connection came about within {waited:?}; see that the server runs and that the address is right"
            ),
        ),
        PoolError::Backend(error) => unavailable(error),
        error => Unavailable::new(
            UnavailableCause::Closed,
            "the pool of connections is closed",
        )
        .because(error),
    }
}
