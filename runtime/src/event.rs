//! What happened: events, their stored names and versions, and the steps that keep old ones readable.

use crate::codec::Codec;
use crate::error::DecodeError;
use crate::schema::FieldInfo;
use crate::stored::Stored;

/// An immutable fact of the domain, in the past tense, with a name and a version on disk.
///
/// Derive it, one struct per event:
///
/// ```
/// use factum::{Codec, Event, Json};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
/// #[event(name = "account.opened", version = 2, upcast(1 = OpenedV1))]
/// pub struct Opened {
///     pub owner: String,
///     pub currency: String,
/// }
///
/// /// What version 1 stored.
/// #[derive(Deserialize)]
/// struct OpenedV1 {
///     owner: String,
/// }
///
/// impl From<OpenedV1> for Opened {
///     fn from(old: OpenedV1) -> Self {
///         Self { owner: old.owner, currency: "EUR".into() }
///     }
/// }
///
/// let old = Opened::decode(&Json::default(), 1, br#"{"owner":"Ada"}"#)?;
/// assert_eq!(old, Opened { owner: "Ada".into(), currency: "EUR".into() });
/// # Ok::<(), factum::DecodeError>(())
/// ```
///
/// - The stored name and version stand beside the payload, never in it.
/// - The Rust name is not stored: rename the struct as you like.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event",
    label = "not an event",
    note = "to make `{Self}` one, add `#[derive(Event)] #[event(name = \"thing.happened\")]`"
)]
pub trait Event: Stored + Send + Sync + 'static {
    /// Its stored name and the versions that this build reads.
    const INFO: EventInfo;

    /// Reads a payload that was stored as `version`, through every step up to this struct. Where there is no step, it is
    /// read if it was stored as the current version.
    fn decode<C: Codec>(codec: &C, version: u16, payload: &[u8]) -> Result<Self, DecodeError> {
        crate::__private::current(codec, version, payload)
    }

    /// One to test with, where none can be invented: `#[event(sample = ..)]`.
    fn sample() -> Option<Self> {
        None
    }

    /// A payload that this old version stored, as text, where none can be invented: `#[event(stored(1 = ".."))]`.
    fn stored_sample(version: u16) -> Option<&'static str> {
        let _ = version;
        None
    }
}

/// An event's stored name and the versions of it that this build reads.
///
/// ```
/// use factum::EventInfo;
///
/// const INFO: EventInfo = EventInfo::new("account.opened", 3, "Opened").aliases(&["AccountOpened"]);
/// assert_eq!((INFO.name, INFO.oldest, INFO.version), ("account.opened", 1, 3));
/// assert!(INFO.is_named("AccountOpened"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventInfo {
    /// The name on disk.
    pub name: &'static str,
    /// The names that it was stored under before: read, and never written.
    pub aliases: &'static [&'static str],
    /// The version that is written.
    pub version: u16,
    /// The oldest version that is read.
    pub oldest: u16,
    /// The Rust type, for messages.
    pub rust: &'static str,
    /// Its doc comment; empty if it has none.
    pub doc: &'static str,
    /// The fields of which something is said.
    pub fields: &'static [FieldInfo],
}

impl EventInfo {
    /// An event that is written as `version` and read from version 1 on.
    pub const fn new(name: &'static str, version: u16, rust: &'static str) -> Self {
        Self {
            name,
            aliases: &[],
            version,
            oldest: 1,
            rust,
            doc: "",
            fields: &[],
        }
    }

    /// The same event, of which no version below this one was ever stored.
    pub const fn since(self, oldest: u16) -> Self {
        Self { oldest, ..self }
    }

    /// The same event, that was stored under these names before.
    pub const fn aliases(self, aliases: &'static [&'static str]) -> Self {
        Self { aliases, ..self }
    }

    /// The same event, with its doc comment and what is said of its fields.
    pub const fn about(self, doc: &'static str, fields: &'static [FieldInfo]) -> Self {
        Self {
            doc,
            fields,
            ..self
        }
    }

    /// Every name that it is read under, that of today first.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }

    /// Whether it is stored under this name, or was before.
    #[inline]
    pub fn is_named(&self, name: &str) -> bool {
        self.name == name || self.aliases.contains(&name)
    }
}
