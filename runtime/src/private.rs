//! What the derive macros' expansions name; not a public interface.

pub use core::clone::Clone;
pub use core::cmp::PartialEq;
pub use core::convert::{From, Into, TryFrom};
pub use core::default::Default;
pub use core::fmt::{self, Debug, Display};
pub use core::iter::IntoIterator;
pub use core::marker::{Send, Sized, Sync};
pub use core::mem::take;
pub use core::ops::FnOnce;
pub use core::option::Option;
pub use core::prelude::v1::test;
pub use core::primitive::{bool, str, u8, u16, u64};
pub use core::result::Result;
pub use core::str::FromStr;
pub use core::stringify;
pub use std::borrow::Cow;
pub use std::string::String;
pub use std::vec::Vec;

pub use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use crate::__contract_tests as contract_tests;
pub use crate::aggregate::{Aggregate, Apply, Decoded, EventSet, Illegal, IntoEvents};
pub use crate::codec::Codec;
pub use crate::command::Command;
pub use crate::error::{DecodeError, EncodeError};
pub use crate::event::{Event, EventInfo, Upcast};
pub use crate::machine::{At, Initial, Leads, Rejection, State, TakenIn, WrongState, within};
pub use crate::recorded::CommandId;
pub use crate::stored::{Stored, StoredState};
pub use crate::stream::{InvalidId, StreamId};
pub use crate::testing::{self, contract};
pub use jiff::Timestamp;

/// Reads one stored shape; a payload that is not that shape is the error.
#[inline]
pub fn decode<'de, C: Codec, T: Deserialize<'de>>(
    codec: &C,
    info: &EventInfo,
    version: u16,
    payload: &'de [u8],
) -> Result<T, DecodeError> {
    codec
        .decode(payload)
        .map_err(|reason| DecodeError::Payload {
            event: info.name,
            version,
            reason,
        })
}

/// Reads the current shape. What is claimed to be an event is one: what it lacks is said there alone.
#[inline]
pub fn current<C: Codec, E: Event>(
    codec: &C,
    info: &EventInfo,
    version: u16,
    payload: &[u8],
) -> Result<E, DecodeError> {
    decode(codec, info, version, payload)
}

/// Copies one event of a set.
#[inline]
pub fn copy<E: Event>(event: &E) -> E {
    event.clone()
}

/// Compares two events of a set.
#[inline]
pub fn equal<E: Event>(a: &E, b: &E) -> bool {
    a == b
}

/// Shows one event of a set within its variant.
pub fn show<E: Event>(f: &mut fmt::Formatter<'_>, variant: &str, event: &E) -> fmt::Result {
    f.debug_tuple(variant).field(event).finish()
}

/// Takes one upcast step.
#[inline]
pub fn step<Old: Upcast<New>, New>(
    old: Old,
    info: &EventInfo,
    from: u16,
) -> Result<New, DecodeError> {
    old.upcast().map_err(|reason| DecodeError::Upcast {
        event: info.name,
        from,
        reason,
    })
}

/// A version that no arm reads.
#[cold]
pub fn unknown_version(info: &EventInfo, version: u16) -> DecodeError {
    DecodeError::UnknownVersion {
        event: info.name,
        version,
        oldest: info.oldest,
        current: info.version,
    }
}

/// Reads one event of a set.
#[inline]
pub fn read<E: Event>(codec: &impl Codec, version: u16, payload: &[u8]) -> Result<E, DecodeError> {
    E::decode(codec, version, payload)
}

/// Puts an event that was read into its set.
#[inline]
pub fn one<E, Set>(
    event: Result<E, DecodeError>,
    variant: impl FnOnce(E) -> Set,
) -> Result<Decoded<Set>, DecodeError> {
    event.map(|event| Decoded::One(variant(event)))
}

/// What an event is stored as. Not its `INFO`, of which rustc would say again what the event lacks.
pub const fn info<E: Event>() -> EventInfo {
    E::INFO
}

/// What an event of a set is stored as.
#[inline]
pub fn written<E: Event>(_: &E) -> &'static EventInfo {
    &E::INFO
}

/// Writes one event of a set.
#[inline]
pub fn encode<E: Event>(
    codec: &impl Codec,
    event: &E,
    out: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    codec.encode(event, out)
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

/// Asks a command's field.
#[inline]
pub fn carried<T, Field: Carries<T>>(field: &Field) -> Option<T> {
    field.carried()
}

/// The place of a stored name among those that a set reads.
#[inline]
pub fn lookup(reads: &'static [EventInfo], name: &str) -> Option<usize> {
    reads.iter().position(|info| info.name == name)
}

/// Stops the build where two events of one set claim the same stored name.
pub const fn assert_unique_names(reads: &[EventInfo]) {
    // A constant takes long over each byte: names are compared only where they fall into one place.
    let mut taken = [false; 4096];
    let mut i = 0;
    while i < reads.len() {
        let place = (fold(0, reads[i].name.as_bytes()) % 4096) as usize;
        let mut j = if taken[place] { 0 } else { i };
        while j < i {
            if same(reads[j].name, reads[i].name) {
                let message = Message::EMPTY
                    .push("the stored name `")
                    .push(reads[i].name)
                    .push("` is claimed by both `")
                    .push(reads[j].rust)
                    .push("` and `")
                    .push(reads[i].rust)
                    .push("`");
                duplicate(&message);
            }
            j += 1;
        }
        taken[place] = true;
        i += 1;
    }
}

#[expect(
    clippy::panic,
    reason = "in a constant: this is a compile error, not a panic"
)]
const fn duplicate(message: &Message) -> ! {
    panic!("{}", message.as_str())
}

const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// A text put together at compile time, where nothing can be formatted.
struct Message {
    bytes: [u8; 512],
    len: usize,
}

impl Message {
    const EMPTY: Self = Self {
        bytes: [0; 512],
        len: 0,
    };

    const fn push(mut self, text: &str) -> Self {
        let text = text.as_bytes();
        let mut i = 0;
        while i < text.len() && self.len < self.bytes.len() {
            self.bytes[self.len] = text[i];
            self.len += 1;
            i += 1;
        }
        self
    }

    const fn as_str(&self) -> &str {
        match core::str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            Err(_) => "two events claim one stored name",
        }
    }
}

/// Folds an event's stored name and versions into a shape; FNV-1a, 64 bits.
pub const fn shape(tokens: u64, reads: &[EventInfo]) -> u64 {
    let mut hash = tokens;
    let mut i = 0;
    while i < reads.len() {
        hash = fold(hash, reads[i].name.as_bytes());
        hash = fold(hash, &reads[i].version.to_be_bytes());
        i += 1;
    }
    hash
}

const fn fold(mut hash: u64, bytes: &[u8]) -> u64 {
    let mut i = 0;
    while i < bytes.len() {
        hash = (hash ^ bytes[i] as u64).wrapping_mul(0x0100_0000_01b3);
        i += 1;
    }
    hash
}
