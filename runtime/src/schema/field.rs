//! What the source says of a field, beside its type.

/// What the source says of one field of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldInfo {
    /// The key that it is written under; its place, if it has no name.
    pub name: &'static str,
    /// Its doc comment; empty if it has none.
    pub doc: &'static str,
    /// Its shape, where it cannot be traced: `#[event(shape = "decimal")]`; empty if none is given.
    pub shape: &'static str,
    /// The first version whose field has that shape: those before it have types of their own.
    pub since: u16,
}

impl FieldInfo {
    /// One field, as it is in each version.
    pub const fn new(name: &'static str, doc: &'static str, shape: &'static str) -> Self {
        Self {
            name,
            doc,
            shape,
            since: 1,
        }
    }

    /// The same field, of whose shape nothing is said for versions below this one.
    pub const fn since(self, since: u16) -> Self {
        Self { since, ..self }
    }
}
