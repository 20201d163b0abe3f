//! Where the server is, and what is said of TLS, in libpq's words.

use std::str::FromStr;

use percent_encoding::percent_decode_str;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

use super::errors::misconfigured;
use crate::error::Unavailable;

/// What a connection string says, apart by who reads it.
#[derive(Debug)]
pub(super) struct Address {
    pub(super) config: Config,
    pub(super) security: Security,
}

/// What is said of TLS.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Security {
    pub(super) mode: Option<Mode>,
    /// The file of the CAs that are trusted, or `system`.
    pub(super) roots: Option<String>,
    pub(super) certificate: Option<String>,
    pub(super) key: Option<String>,
}

/// How a connection is secured: the values of `sslmode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mode {
    Disable,
    Allow,
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

impl FromStr for Mode {
    type Err = Unavailable;

    fn from_str(word: &str) -> Result<Self, Unavailable> {
        Ok(match word {
            "disable" => Self::Disable,
            "allow" => Self::Allow,
            "prefer" => Self::Prefer,
            "require" => Self::Require,
            "verify-ca" => Self::VerifyCa,
            "verify-full" => Self::VerifyFull,
            _ => {
                return Err(misconfigured(format!(
                    "`sslmode={word}` is none: write `disable`, `allow`, `prefer`, `require`, `verify-ca` or `verify-full`"
                )));
            }
        })
    }
}

impl Mode {
    /// What is tried, and what then if the server would rather have it otherwise.
    pub(super) const fn attempts(self) -> (SslMode, Option<SslMode>) {
        match self {
            Self::Disable => (SslMode::Disable, None),
            Self::Allow => (SslMode::Disable, Some(SslMode::Require)),
            Self::Prefer => (SslMode::Prefer, Some(SslMode::Disable)),
            Self::Require | Self::VerifyCa | Self::VerifyFull => (SslMode::Require, None),
        }
    }
}

impl FromStr for Address {
    type Err = Unavailable;

    fn from_str(text: &str) -> Result<Self, Unavailable> {
        let (rest, said) = if ["postgres://", "postgresql://"]
            .iter()
            .any(|scheme| text.starts_with(scheme))
        {
            of_url(text)
        } else {
            of_pairs(text)
        };
        let mut config = Config::from_str(&rest).map_err(|error| {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            misconfigured("the address is none: give `postgres://user:password@host/database`")
                .because(cause.unwrap_or_else(|| error.to_string()))
        })?;
        if config.get_hosts().is_empty() {
            // A certificate may be for a number too, and TLS has to be told of whom.
            for number in config.get_hostaddrs().to_vec() {
                config.host(number.to_string());
            }
        }
        let mut security = Security::default();
        for (word, value) in said {
            security.set(&word, value)?;
        }
        Ok(Self { config, security })
    }
}

impl Address {
    /// The mode in force: nobody listens on a socket in a folder, and none of its servers does TLS there.
    pub(super) fn mode(&self) -> Mode {
        let is_local = |host: &Host| !matches!(host, Host::Tcp(_));
        let hosts = self.config.get_hosts();
        if !hosts.is_empty() && hosts.iter().all(is_local) {
            return Mode::Disable;
        }
        self.security.mode.unwrap_or(Mode::Prefer)
    }
}

impl Security {
    fn set(&mut self, word: &str, value: String) -> Result<(), Unavailable> {
        let value = (!value.is_empty()).then_some(value);
        match word {
            "sslmode" => self.mode = value.map(|word| word.parse()).transpose()?,
            "sslrootcert" => self.roots = value,
            "sslcert" => self.certificate = value,
            "sslkey" => self.key = value,
            _ => {
                return Err(misconfigured(format!(
                    "`{word}` is not supported: of TLS, write `sslmode`, `sslrootcert`, `sslcert`, `sslkey` and \
                     `sslnegotiation`, or give a configuration of your own to `Builder::tls`"
                )));
            }
        }
        Ok(())
    }

    /// Refuses what says two things at once, or promises what it does not keep.
    pub(super) fn check(&self) -> Result<(), Unavailable> {
        let mode = self.mode.unwrap_or(Mode::Prefer);
        let says = |what| Err(misconfigured(what));
        if self.certificate.is_some() != self.key.is_some() {
            return says("`sslcert` and `sslkey` go together: give both, or none");
        }
        if mode == Mode::Disable && *self != Self::of(mode) {
            return says("`sslmode=disable` uses no certificates: leave them out, or ask for TLS");
        }
        if mode < Mode::Require && self.roots.is_some() {
            return says(
                "`sslrootcert` protects nothing where TLS is not required: add `sslmode=verify-full`",
            );
        }
        if self.roots.as_deref() == Some("system") && mode != Mode::VerifyFull {
            return says(
                "with `sslrootcert=system` anybody may have a certificate: add `sslmode=verify-full`, which looks at its name",
            );
        }
        if mode == Mode::VerifyCa && self.roots.is_none() {
            return says("`sslmode=verify-ca` needs the file of the CA: give it as `sslrootcert`");
        }
        Ok(())
    }

    pub(super) fn of(mode: Mode) -> Self {
        Self {
            mode: Some(mode),
            ..Self::default()
        }
    }
}

/// What of TLS the driver reads by itself.
const OF_DRIVER: &str = "sslnegotiation";

type Said = Vec<(String, String)>;

fn is_of_tls(word: &str) -> bool {
    word.starts_with("ssl") && word != OF_DRIVER
}

/// A URL without its words on TLS, and those.
fn of_url(url: &str) -> (String, Said) {
    // What stands before the first `@` are credentials, whatever is in them.
    let credentials = url.find('@').unwrap_or(0);
    let Some(query) = url[credentials..].find('?') else {
        return (url.to_owned(), Vec::new());
    };
    let (before, query) = url.split_at(credentials + query);
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let (mut rest, mut said) = (Vec::new(), Vec::new());
    for pair in query[1..].split('&') {
        match pair.split_once('=') {
            Some((word, value)) if is_of_tls(&decoded(word)) => {
                said.push((decoded(word), decoded(value)));
            }
            _ => rest.push(pair),
        }
    }
    if rest.is_empty() {
        return (before.to_owned(), said);
    }
    (format!("{before}?{}", rest.join("&")), said)
}

/// The same of `word=value word='value'`; one that is malformed stays as it is, for the driver to refuse.
fn of_pairs(text: &str) -> (String, Said) {
    let (mut rest, mut said) = (String::new(), Vec::new());
    let mut left = text.trim_start();
    while !left.is_empty() {
        let Some((word, value, behind)) = pair(left) else {
            return (text.to_owned(), Vec::new());
        };
        if is_of_tls(word) {
            said.push((word.to_owned(), value));
        } else {
            rest.push_str(&left[..left.len() - behind.len()]);
            rest.push(' ');
        }
        left = behind.trim_start();
    }
    (rest, said)
}

/// The first pair, and what follows it. A value ends at a blank unless it is quoted; a backslash takes what follows
/// as it is.
fn pair(text: &str) -> Option<(&str, String, &str)> {
    let (word, value) = text.split_once('=')?;
    let value = value.trim_start();
    let (mut characters, is_quoted) = match value.strip_prefix('\'') {
        Some(quoted) => (quoted.chars(), true),
        None => (value.chars(), false),
    };
    let mut taken = String::new();
    loop {
        let behind = characters.as_str();
        match characters.next() {
            Some('\'') if is_quoted => return Some((word.trim(), taken, characters.as_str())),
            Some('\\') => taken.extend(characters.next()),
            Some(blank) if !is_quoted && blank.is_whitespace() => {
                return Some((word.trim(), taken, behind));
            }
            Some(character) => taken.push(character),
            None if is_quoted => return None,
            None => return Some((word.trim(), taken, "")),
        }
    }
}

#[cfg(test)]
mod tests;
