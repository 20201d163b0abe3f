//! The way to what is read, part by part.

use std::borrow::Cow;

/// One step of the way to a value: its name, or which of several that have no names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    /// With the variant that a tag said, and a dot before a field's name.
    pub(super) name: Cow<'static, str>,
    /// Which item or entry: what is learned of one is good for all.
    pub(super) at: usize,
    /// Where the variant ends and the field's own name begins.
    variant: usize,
    field: usize,
}

impl Part {
    /// An item, a key, or a value that stands under a key.
    pub(super) fn item(name: impl Into<Cow<'static, str>>, at: usize) -> Self {
        Self {
            name: name.into(),
            at,
            variant: 0,
            field: 0,
        }
    }

    /// A key, or a value under one, beside the fields of a struct.
    pub(super) fn other(name: &str, variant: &str) -> Self {
        Self {
            name: format!("{variant}{name}").into(),
            at: 0,
            variant: variant.len(),
            field: variant.len(),
        }
    }

    pub(super) fn field(name: &str, variant: &str, is_first: bool) -> Self {
        let dot = if is_first && variant.is_empty() {
            ""
        } else {
            "."
        };
        Self {
            name: format!("{variant}{dot}{name}").into(),
            at: 0,
            variant: variant.len(),
            field: variant.len() + dot.len(),
        }
    }

    /// The variant, if a tag said it, and the name.
    pub(super) fn names(&self) -> [&str; 2] {
        [&self.name[..self.variant], &self.name[self.field..]]
    }
}

/// The place that a path leads to.
pub(super) fn place(path: &[Part]) -> String {
    path.iter().map(|part| &*part.name).collect()
}

/// Whether a place is this one, or in it: `at` is not in `a`.
pub(super) fn is_within(place: &str, outer: &str) -> bool {
    let rest = place.strip_prefix(outer);
    rest.is_some_and(|rest| {
        outer.is_empty() || rest.is_empty() || rest.starts_with(['.', '[', '{'])
    })
}
