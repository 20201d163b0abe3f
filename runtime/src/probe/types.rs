//! The types that are open while a value is read, to notice one that holds itself.

use std::any::type_name;
use std::collections::HashMap;

use super::path::Part;
use super::tape::Tape;
use super::trace::Seen;

/// A type that asks, by its visitor: serde makes one for each, with the type's own path and parameters in its name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Type {
    pub(super) name: &'static str,
    visitor: &'static str,
}

impl Type {
    pub(super) fn of<V>(name: &'static str) -> Self {
        Self {
            name,
            visitor: type_name::<V>(),
        }
    }
}

/// A type that is open.
#[derive(Debug)]
struct Opened {
    ty: Type,
    /// How many parts lead to it.
    at: usize,
    /// The variant, of an enum.
    variant: Option<&'static str>,
    /// How many were opened until then.
    before: usize,
}

#[derive(Debug, Default)]
pub(super) struct Types {
    open: Vec<Opened>,
    /// How many were opened.
    opened: usize,
    /// How many were open where one came up again.
    again: Option<usize>,
    /// The variant of each enum in which the fewest types were opened.
    simplest: HashMap<&'static str, (usize, &'static str)>,
}

impl Types {
    /// Starts a run; what was learned of the types is good for the next.
    pub(super) fn rewind(self) -> Self {
        Self {
            simplest: self.simplest,
            ..Self::default()
        }
    }

    /// Whether this is within a type that is open already, further up.
    pub(super) const fn is_again(&self) -> bool {
        self.again.is_some()
    }

    /// The variant that ends soonest.
    pub(super) fn simplest(&self, ty: Type) -> Option<&'static str> {
        let simplest = self.simplest.get(ty.visitor);
        simplest.map(|(_, variant)| *variant)
    }

    /// Whether an enum is open in this variant.
    pub(super) fn has(&self, ty: Type, variant: &str) -> bool {
        let mut open = self.open.iter();
        open.any(|open| open.ty.visitor == ty.visitor && open.variant == Some(variant))
    }

    /// Says which variant of the enum it is that was opened last.
    pub(super) fn enter(&mut self, variant: &'static str) {
        if let Some(last) = self.open.last_mut() {
            last.variant = Some(variant);
        }
    }

    /// How many parts lead to the type that is open already.
    fn open(&mut self, ty: Type, path: &[Part]) -> Option<usize> {
        let outer = self.open.iter().find(|open| open.ty.visitor == ty.visitor);
        let outer = outer.map(|outer| outer.at);
        if outer.is_some() {
            self.again.get_or_insert(self.open.len());
        }
        self.opened += 1;
        self.open.push(Opened {
            ty,
            at: path.len(),
            variant: None,
            before: self.opened,
        });
        outer
    }

    fn close(&mut self) -> Option<(&'static str, &'static str)> {
        let closed = self.open.pop()?;
        if self.again.is_some_and(|depth| self.open.len() <= depth) {
            self.again = None;
        }
        let variant = closed.variant?;
        let this = (self.opened - closed.before, variant);
        let simplest = self.simplest.entry(closed.ty.visitor).or_insert(this);
        *simplest = this.min(*simplest);
        Some((closed.ty.name, variant))
    }
}

impl Tape {
    /// Keeps which type is asked for, until it is closed; what holds itself is described once.
    pub(super) fn open(&mut self, ty: Type, seen: Option<Seen>) {
        let was_again = self.types.is_again();
        let outer = self.types.open(ty, &self.path);
        let Some(trace) = self.trace.as_mut().filter(|_| !was_again) else {
            return;
        };
        let again = outer.map(|at| Seen::Again(super::path::place(&self.path[..at])));
        if let Some(seen) = again.or(seen) {
            trace.note(&self.path, None, seen);
        }
    }

    /// Closes what was opened last; its name and its variant, if it is an enum.
    pub(super) fn close(&mut self) -> Option<(&'static str, &'static str)> {
        self.types.close()
    }
}

#[cfg(test)]
mod tests {
    use super::{Tape, Type};
    use crate::probe::Manner;

    fn list() -> Type {
        Type::of::<Vec<u8>>("List")
    }

    fn item() -> Type {
        Type::of::<u8>("Item")
    }

    #[test]
    fn a_type_comes_up_again_until_it_is_closed_there() {
        let mut tape = Tape::new();
        for ty in [list(), item(), list(), item()] {
            tape.open(ty, None);
        }
        let again: Vec<bool> = (0..4)
            .map(|_| {
                let is_again = tape.types.is_again();
                tape.close();
                is_again
            })
            .collect();
        assert_eq!(again, [true, true, false, false]);
    }

    #[test]
    fn the_simplest_variant_is_known_in_the_next_run() {
        let mut tape = Tape::new();
        for (variant, inner) in [("Two", 2), ("None", 0), ("One", 1)] {
            tape.open(list(), None);
            tape.types.enter(variant);
            for _ in 0..inner {
                tape.open(item(), None);
                tape.close();
            }
            assert_eq!(tape.close(), Some(("List", variant)));
        }
        assert_eq!(tape.types.simplest(list()), Some("None"));
        tape.open(list(), None);
        tape.rewind(&[], &Manner::Tracing, &[]);
        assert_eq!(tape.types.simplest(list()), Some("None"));
        tape.open(list(), None);
        assert!(!tape.types.is_again());
    }
}
