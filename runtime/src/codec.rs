//! How values become bytes: the one place where anything is serialized.

mod check;
mod json;
#[cfg(test)]
mod tests;

use std::fmt::Debug;

use serde::{Deserialize, Serialize};

pub use json::Json;

use crate::aggregate::{Decoded, EventSet};
use crate::error::{BoxError, DecodeError, EncodeError, Undecodable};
use crate::store::StoredEvent;

/// A payload format, named in every row that it wrote.
///
/// [`Json`] is the default. Another one is a type with three methods:
///
/// ```
/// use factum::{BoxError, Codec, EncodeError, Json};
/// use serde::{Deserialize, Serialize};
///
/// /// JSON with a byte in front, by which a later release may tell its formats apart.
/// struct Marked(Json);
///
/// impl Codec for Marked {
///     fn name(&self) -> &'static str { "marked-json" }
///     fn encode<T: Serialize + ?Sized>(&self, value: &T, out: &mut Vec<u8>) -> Result<(), EncodeError> {
///         out.push(1);
///         self.0.encode(value, out)
///     }
///     fn decode<'de, T: Deserialize<'de>>(&self, bytes: &'de [u8]) -> Result<T, BoxError> {
///         match bytes {
///             [1, json @ ..] => self.0.decode(json),
///             _ => Err("the format's mark is missing".into()),
///         }
///     }
/// }
///
/// let mut bytes = Vec::new();
/// Marked(Json::default()).encode("Ada", &mut bytes)?;
/// assert_eq!(bytes, b"\x01\"Ada\"");
/// # Ok::<(), EncodeError>(())
/// ```
///
/// - What `encode` accepts, `decode` gives back equal; what it cannot give back, it refuses.
/// - The name is data on disk. Rows of another codec are a typed error, never a guess.
pub trait Codec: Send + Sync + 'static {
    /// The name that is stored beside each payload.
    fn name(&self) -> &'static str;

    /// Appends the value's bytes to `out`, or refuses it.
    fn encode<T: Serialize + ?Sized>(
        &self,
        value: &T,
        out: &mut Vec<u8>,
    ) -> Result<(), EncodeError>;

    /// Reads a value, which may borrow from the bytes.
    fn decode<'de, T: Deserialize<'de>>(&self, bytes: &'de [u8]) -> Result<T, BoxError>;
}

/// Reads one stored event into its set: the one way from bytes to events that repositories,
/// subscriptions and the test kit share.
///
/// The error carries the event's place and everything that is needed to find it.
pub fn decode_stored<E: EventSet, C: Codec>(
    codec: &C,
    stored: &StoredEvent<'_>,
) -> Result<Decoded<E>, Box<Undecodable>> {
    let decoded = if stored.codec == codec.name() {
        E::decode(codec, stored.name, stored.version, stored.payload)
    } else {
        Err(DecodeError::Codec {
            stored: stored.codec.to_owned(),
            reader: codec.name(),
        })
    };
    decoded.map_err(Undecodable::at(stored))
}

/// Refuses an event of which another one was read than was written.
pub(crate) fn survives<E: Debug + PartialEq>(
    name: &'static str,
    written: &E,
    read: Result<Decoded<E>, DecodeError>,
) -> Result<(), EncodeError> {
    let difference = match read {
        Ok(Decoded::One(read)) if read == *written => return Ok(()),
        Ok(read) => format!("written as {written:?}, read as {read:?}"),
        Err(error) => format!("written as {written:?}, then {error}"),
    };
    Err(EncodeError::NotRoundTrip {
        event: name,
        difference,
    })
}
