//! What a build without the feature `postgres-tls` says of TLS.

use tokio_postgres::{Error, NoTls};

use super::address::{Mode, Security};
use super::errors::misconfigured;
use crate::error::{Unavailable, UnavailableCause};

pub(super) type Connector = NoTls;

/// Refuses whatever needs TLS.
pub(super) fn connector(security: &Security) -> Result<Connector, Unavailable> {
    if security.mode.unwrap_or(Mode::Prefer) >= Mode::Require || security.certificate.is_some() {
        return Err(misconfigured(
            "this build has no TLS: enable the feature `postgres-tls` of factum",
        ));
    }
    Ok(NoTls)
}

pub(super) const fn is_broken(_: &Error) -> bool {
    false
}

pub(super) const fn explained(_: &Error) -> Option<(UnavailableCause, String)> {
    None
}
