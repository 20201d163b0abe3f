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
}

impl FieldInfo {
    /// One field.
    pub const fn new(name: &'static str, doc: &'static str, shape: &'static str) -> Self {
        Self { name, doc, shape }
    }
}
