//! What the derive macros' expansions name; not a public interface.

#[path = "private/each.rs"]
mod each;

pub use core::fmt::{self, Debug, Display};
pub use core::mem::take;
pub use core::primitive::{bool, str, u8, u16, u64};
pub use core::str::FromStr;
pub use core::{option_env, stringify};
pub use std::borrow::Cow;
// `Option`, `Vec`, `Clone` and the like, which the user may have shadowed.
pub use std::prelude::rust_2024::*;

pub use serde::{self, Deserialize, Deserializer, Serialize, Serializer};

pub use self::each::{Copied, Each, Encoded, EqualTo, Held, Shown};
pub use crate::__contract_tests as contract_tests;
use crate::aggregate::collected;
pub use crate::aggregate::{Aggregate, Apply, Decoded, EventSet, Illegal, IntoEvents};
pub use crate::codec::Codec;
pub use crate::command::Command;
pub use crate::error::{DecodeError, EncodeError};
pub use crate::event::{Event, EventInfo};
pub use crate::evolve::{Retired, Snapshot, Upcast, assert_unique_names, lookup, shape};
pub use crate::machine::{At, Initial, Leads, Rejection, State, TakenIn, WrongState, within};
pub use crate::recorded::CommandId;
pub use crate::schema::{FieldInfo, traced};
pub use crate::stored::{Stored, StoredState};
pub use crate::stream::{InvalidId, InvalidName, StreamId, StreamName};
pub use crate::testing::{self, contract};
pub use jiff::Timestamp;

/// Reads one stored shape of an event; a payload that is not that shape is the error.
#[inline]
pub fn decode<'de, C: Codec, E: Event, Shape: Deserialize<'de>>(
    codec: &C,
    version: u16,
    payload: &'de [u8],
) -> Result<Shape, DecodeError> {
    // Spelled out here and below, since each closure more is compiled for every event.
    match codec.decode(payload) {
        Ok(shape) => Ok(shape),
        Err(reason) => Err(unreadable(&E::INFO, version, reason)),
    }
}

/// Reads the current shape, and no other. What is claimed to be an event is one: what it lacks is said there alone.
#[inline]
pub fn current<C: Codec, E: Event>(
    codec: &C,
    version: u16,
    payload: &[u8],
) -> Result<E, DecodeError> {
    if version != E::INFO.version {
        return Err(unknown_version(&E::INFO, version));
    }
    decode::<C, E, E>(codec, version, payload)
}

/// Takes one upcast step, if there is something to take it from.
#[inline]
pub fn step<E: Event, Old: Upcast<New>, New>(
    old: Result<Old, DecodeError>,
    from: u16,
) -> Result<New, DecodeError> {
    old?.upcast().map_err(|reason| DecodeError::Upcast {
        event: E::INFO.name,
        from,
        reason,
    })
}

#[cold]
fn unreadable(info: &EventInfo, version: u16, reason: crate::error::BoxError) -> DecodeError {
    DecodeError::Payload {
        event: info.name,
        version,
        reason,
    }
}

#[cold]
fn unknown_version(info: &EventInfo, version: u16) -> DecodeError {
    DecodeError::UnknownVersion {
        event: info.name,
        version,
        oldest: info.oldest,
        current: info.version,
    }
}

/// Reads one event that happens in a set.
#[inline]
pub fn read<E: Event, Set: From<E>>(
    codec: &impl Codec,
    version: u16,
    payload: &[u8],
) -> Result<Decoded<Set>, DecodeError> {
    match E::decode(codec, version, payload) {
        Ok(event) => Ok(Decoded::One(event.into())),
        Err(error) => Err(error),
    }
}

/// Reads one event that is retired from a set.
pub fn replaced<E: Event + Retired<Set>, Set: EventSet>(
    codec: &impl Codec,
    version: u16,
    payload: &[u8],
) -> Result<Decoded<Set>, DecodeError> {
    let event = E::decode(codec, version, payload)?;
    Ok(Decoded::Many(collected(event.replace())))
}

/// What an event is stored as. Not its `INFO`, of which rustc would say again what the event lacks.
pub const fn info<E: Event>() -> EventInfo {
    E::INFO
}

/// An event to test with. By way of a closure, whose result rustc points at if it is something else.
pub fn sample<E>(give: fn() -> E) -> Option<E> {
    Some(give())
}

/// What a command's field says, if it says anything: the value or an `Option` of it.
#[diagnostic::on_unimplemented(
    message = "a command cannot take a `{T}` from a field of type `{Self}`",
    label = "neither `{T}` nor `Option<{T}>`",
    note = "write `impl From<{Self}> for Option<{T}>`, or give the field the type `Option<{T}>`"
)]
pub trait Carries<T> {
    /// The value, if there is one.
    fn carried(&self) -> Option<T>;
}

#[diagnostic::do_not_recommend]
impl<T, Field: Clone + Into<Option<T>>> Carries<T> for Field {
    #[inline]
    fn carried(&self) -> Option<T> {
        self.clone().into()
    }
}
