//! The default codec: readable for years, checked before it is written.

use serde::{Deserialize, Serialize};

use super::Codec;
use super::check::Check;
use crate::error::{BoxError, EncodeError};

/// JSON, which stays readable for years, decoded straight from the stored bytes into the current struct.
///
/// ```
/// use factum::{Codec, EncodeError, Json};
///
/// let json = Json::default();
/// let mut bytes = Vec::new();
/// json.encode(&("Ada", u64::MAX), &mut bytes)?;
/// assert_eq!(bytes, br#"["Ada",18446744073709551615]"#);
///
/// let refused = json.encode(&f64::NAN, &mut bytes).unwrap_err();
/// assert_eq!(refused, EncodeError::NotFinite);
/// # Ok::<(), EncodeError>(())
/// ```
///
/// What JSON or its reader would silently change is refused before anything is written:
///
/// - NaN and infinities, which it writes as `null`;
/// - more than 64 levels, since readers stop at some depth and writers do not;
/// - integers outside of `i64::MIN..=u64::MAX`, which cannot be read back behind a serde tag;
/// - payloads over the limit (1 MiB), which not every store takes.
///
/// What serde cannot carry whatever the value, only reading again shows, which debug builds and tests do with each
/// event: `u128` and `i128` behind `#[serde(tag = ..)]`, `untagged` or `flatten`, and `Some(())`, which reads `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Json {
    max_bytes: usize,
}

impl Json {
    /// How deep a value may nest.
    pub const MAX_DEPTH: usize = 64;

    /// JSON with another limit on the size of one payload in bytes.
    ///
    /// Smaller is kinder to readers; a larger one is bounded by the store (KurrentDB takes 1 MiB unless it
    /// is configured otherwise, SQLite and PostgreSQL about 1 GB).
    pub const fn with_max_bytes(max_bytes: usize) -> Self {
        Self { max_bytes }
    }

    /// Takes back what was not written whole, or is too large.
    fn within_limit(
        self,
        out: &mut Vec<u8>,
        start: usize,
        written: serde_json::Result<()>,
    ) -> Result<(), EncodeError> {
        let (bytes, limit) = (out.len() - start, self.max_bytes);
        let problem = match written {
            Err(error) => EncodeError::other(&error),
            Ok(()) if bytes > limit => EncodeError::TooLarge { bytes, limit },
            Ok(()) => return Ok(()),
        };
        out.truncate(start);
        Err(problem)
    }
}

impl Default for Json {
    fn default() -> Self {
        Self::with_max_bytes(1 << 20)
    }
}

impl Codec for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn encode<T: Serialize + ?Sized>(
        &self,
        value: &T,
        out: &mut Vec<u8>,
    ) -> Result<(), EncodeError> {
        // As little as can be of what is compiled for every event.
        value.serialize(Check::new(Self::MAX_DEPTH))?;
        let start = out.len();
        let written = serde_json::to_writer(&mut *out, value);
        self.within_limit(out, start, written)
    }

    #[inline]
    fn decode<'de, T: Deserialize<'de>>(&self, bytes: &'de [u8]) -> Result<T, BoxError> {
        Ok(serde_json::from_slice(bytes)?)
    }
}
