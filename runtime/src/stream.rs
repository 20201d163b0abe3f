//! Which history an event belongs to: stream names and typed ids.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use smol_str::{SmolStr, SmolStrBuilder};
use uuid::Uuid;

/// The longest stream name in bytes, category and `-` included; what every supported store can index.
pub const MAX_STREAM_NAME: usize = 1024;

/// The name of one aggregate's history, `category-id`, split at the first `-`.
///
/// ```
/// use factum::StreamName;
///
/// let name = StreamName::new("account", "42-a")?;
/// assert_eq!(name.as_str(), "account-42-a");
/// assert_eq!((name.category(), name.id()), ("account", "42-a"));
/// assert_eq!("account-42-a".parse::<StreamName>()?, name);
/// assert!(StreamName::new("account", "").is_err());
/// # Ok::<(), factum::InvalidName>(())
/// ```
///
/// - The category is an aggregate's stored name: not empty, no `-`, and not starting with `$`, which
///   stores keep for themselves.
/// - The id is any text that is not empty. Quotes, wildcards, spaces and every script are data.
/// - Neither holds U+0000, which PostgreSQL cannot store, and both with the `-` between them take at
///   most [`MAX_STREAM_NAME`] bytes.
/// - Clones share one allocation.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StreamName {
    full: SmolStr,
    category: usize,
}

impl StreamName {
    /// Joins a category and an id; see the type for what each may hold.
    pub fn new(category: &str, id: &str) -> Result<Self, InvalidName> {
        let mut full = SmolStrBuilder::new();
        full.push_str(category);
        full.push('-');
        full.push_str(id);
        let full = full.finish();
        if category.contains('-') {
            return Err(InvalidName::new(&full, NameProblem::DashInCategory));
        }
        Self::split(full, category.len())
    }

    /// Takes the `-` behind the category as given.
    fn split(full: SmolStr, category: usize) -> Result<Self, InvalidName> {
        let bytes = full.len();
        let problem = match category {
            0 => NameProblem::EmptyCategory,
            _ if full.starts_with('$') => NameProblem::ReservedCategory,
            _ if bytes == category + 1 => NameProblem::EmptyId,
            _ if full.contains('\0') => NameProblem::Nul,
            _ if bytes > MAX_STREAM_NAME => NameProblem::TooLong { bytes },
            _ => return Ok(Self { full, category }),
        };
        Err(InvalidName::new(&full, problem))
    }

    /// The whole name, as stored.
    pub fn as_str(&self) -> &str {
        &self.full
    }

    /// What stands before the first `-`: the aggregate's stored name.
    pub fn category(&self) -> &str {
        &self.full[..self.category]
    }

    /// What stands behind the first `-`: which aggregate it is.
    pub fn id(&self) -> &str {
        &self.full[self.category + 1..]
    }
}

impl FromStr for StreamName {
    type Err = InvalidName;

    fn from_str(name: &str) -> Result<Self, InvalidName> {
        match name.find('-') {
            Some(category) => Self::split(name.into(), category),
            None => Err(InvalidName::new(name, NameProblem::NoDash)),
        }
    }
}

impl fmt::Display for StreamName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.full)
    }
}

impl fmt::Debug for StreamName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.full, f)
    }
}

impl Serialize for StreamName {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.full)
    }
}

impl<'de> Deserialize<'de> for StreamName {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = Cow::<'de, str>::deserialize(deserializer)?;
        name.parse().map_err(serde::de::Error::custom)
    }
}

/// A text that cannot name a stream, and why; nothing was read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` cannot name a stream: {problem}", .name.escape_debug())]
pub struct InvalidName {
    /// The text; of a longer one 64 characters, and `..`.
    pub name: String,
    /// What is wrong with it.
    pub problem: NameProblem,
}

impl InvalidName {
    fn new(name: &str, problem: NameProblem) -> Self {
        Self {
            name: cut(name),
            problem,
        }
    }
}

/// Why a text cannot name a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameProblem {
    /// Nothing before the first `-`.
    #[error("its category is empty")]
    EmptyCategory,
    /// A category that would be cut at the wrong place.
    #[error("its category holds a `-`, at which names are split; use `_` or `.`")]
    DashInCategory,
    /// `$` at the start.
    #[error("categories that start with `$` belong to the stores")]
    ReservedCategory,
    /// Nothing behind the first `-`.
    #[error("its id is empty")]
    EmptyId,
    /// No `-` at all.
    #[error("it has no `-` between category and id")]
    NoDash,
    /// U+0000 somewhere.
    #[error("it holds U+0000, which not every store can keep")]
    Nul,
    /// More than [`MAX_STREAM_NAME`] bytes.
    #[error("it has {bytes} bytes, and at most {MAX_STREAM_NAME} can be indexed; hash long ids")]
    TooLong {
        /// How many it has.
        bytes: usize,
    },
}

/// As much of a text as a message needs.
fn cut(text: &str) -> String {
    match text.char_indices().nth(64) {
        Some((end, _)) => format!("{}..", &text[..end]),
        None => text.to_owned(),
    }
}

/// A typed id of an aggregate: what stands behind the `-` of its stream's name.
///
/// Derive it on a newtype; that also gives `Display`, `FromStr` and serde as the inner value.
///
/// ```
/// use factum::{StreamId, Uuid};
///
/// #[derive(StreamId, Clone, Debug, PartialEq)]
/// pub struct AccountId(Uuid);
///
/// let id: AccountId = "6f9619ff-8b86-d011-b42d-00c04fc964ff".parse()?;
/// assert_eq!(id.stream("account")?.as_str(), "account-6f9619ff-8b86-d011-b42d-00c04fc964ff");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// - `from_text(to_text(id))` gives the same id, and different ids have different texts.
/// - The text is data on disk: an id type that changes how it writes itself loses its streams.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot name a stream",
    label = "not a stream id",
    note = "an id is a newtype around `String`, `Uuid` or an integer, with `#[derive(StreamId)]`"
)]
pub trait StreamId: Clone + Send + Sync + Sized + 'static {
    /// The id as text.
    fn to_text(&self) -> Cow<'_, str>;

    /// Reads the id back from its text.
    fn from_text(text: &str) -> Result<Self, InvalidId>;

    /// The stream of this id in a category.
    fn stream(&self, category: &str) -> Result<StreamName, InvalidName> {
        StreamName::new(category, &self.to_text())
    }
}

/// A text that is not the id it was read as.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a {expected}", .text.escape_debug())]
pub struct InvalidId {
    /// The text; of a longer one 64 characters, and `..`.
    pub text: String,
    /// The type that was wanted.
    pub expected: &'static str,
}

impl InvalidId {
    /// Says that `text` is not an `expected`.
    pub fn new(text: &str, expected: &'static str) -> Self {
        Self {
            text: cut(text),
            expected,
        }
    }
}

impl StreamId for String {
    fn to_text(&self) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }

    fn from_text(text: &str) -> Result<Self, InvalidId> {
        Ok(text.to_owned())
    }
}

macro_rules! stream_ids {
    ($buffer:ident = $empty:expr, $it:ident => $text:expr; $($id:ty: $expected:literal),+ $(,)?) => {$(
        impl StreamId for $id {
            fn to_text(&self) -> Cow<'_, str> {
                Cow::Owned(self.to_string())
            }

            fn from_text(text: &str) -> Result<Self, InvalidId> {
                // Only the text that `to_text` writes: `+7` and `007` would name other streams than `7`.
                match text.parse::<Self>() {
                    Ok(id) if id.to_string() == text => Ok(id),
                    _ => Err(InvalidId::new(text, $expected)),
                }
            }

            // The same text, of which nothing is on the heap.
            fn stream(&self, category: &str) -> Result<StreamName, InvalidName> {
                let ($it, mut $buffer) = (self, $empty);
                StreamName::new(category, $text)
            }
        }
    )+};
}

stream_ids! {
    buffer = itoa::Buffer::new(), id => buffer.format(*id);
    u16: "u16", u32: "u32", u64: "u64", u128: "u128", i16: "i16", i32: "i32", i64: "i64",
}

stream_ids! {
    buffer = Uuid::encode_buffer(), id => id.hyphenated().encode_lower(&mut buffer);
    Uuid: "UUID in lower case with dashes",
}
