//! Whether a payload says what another one said, and what nobody could say before.

use serde_json::{Map, Value};

use crate::schema::Shape;
use crate::schema::kind::AGAIN;

/// How one place of a payload is written, now and before.
#[derive(Clone, Copy)]
pub(super) struct Growth<'a> {
    pub(super) shape: Option<&'a Shape>,
    /// What is recorded of builds from before; `None` if nobody knows.
    pub(super) recorded: Option<&'a Shape>,
    pub(super) shown: Shown,
}

/// What counts as the same.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Shown {
    AsBefore,
    /// Under another name of a variant, or with what was left out before; whether that is so has to be asked of the build.
    Otherwise,
}

impl<'a> Growth<'a> {
    /// Whether all that was there is there, as it was, under its name or one that it is an alias of, and whatever came is
    /// new to the type.
    pub(super) fn is(self, before: &Value, now: &Value) -> bool {
        match (before, now) {
            (Value::String(before), Value::String(now)) if self.is_renamed(before, now) => true,
            (Value::Object(before), Value::Object(now)) => self.is_object(before, now),
            (Value::Array(before), Value::Array(now)) if before.len() == now.len() => {
                let items = before.iter().zip(now).enumerate();
                let mut items = items.map(|(at, (before, now))| self.item(at).is(before, now));
                items.all(|grown| grown)
            }
            // The same number in another type.
            (Value::Number(a), Value::Number(b)) if a.is_f64() != b.is_f64() => {
                a.as_f64() == b.as_f64()
            }
            _ => before == now,
        }
    }

    fn is_object(self, object: &Map<String, Value>, now: &Map<String, Value>) -> bool {
        if let (Some((was, before)), Some((is, now))) = (sole(object), sole(now))
            && self.is_renamed(was, is)
        {
            return self.at([was, is], &Map::new()).is(before, now);
        }
        let mut told = Vec::new();
        let is_there = object.iter().all(|(was, value)| {
            let part = self.shape.and_then(|shape| shape.parts.get(was));
            let is = part.and_then(Shape::alias).unwrap_or(was);
            told.push(is.to_owned());
            // The variants that a tag tells are parts of the struct.
            let place = match self.shape {
                Some(shape) if shape.tag() == Some(is) => self,
                _ => self.at([was, is], object),
            };
            match now.get(is) {
                Some(now) => place.is(value, now),
                // What was written as nothing is not written any more.
                None => value.is_null() && place.shape.is_some_and(|part| part.missing),
            }
        });
        let mut came = now.iter().filter(|(name, _)| !told.contains(name));
        is_there && came.all(|(name, value)| value.is_null() || self.is_new(name, object))
    }

    /// Whether nothing of this name could be there before.
    fn is_new(self, name: &str, object: &Map<String, Value>) -> bool {
        let is_asked =
            |recorded: &&Shape| self.shown == Shown::AsBefore && !recorded.kind.ends_with(AGAIN);
        let Some(recorded) = self.recorded.filter(is_asked) else {
            return true;
        };
        let is_struct = recorded.tag().is_some() || recorded.opened() == "struct";
        is_struct && place(recorded, name, object).is_none()
    }

    /// What was written in an object under one name, and is under another.
    fn at(self, [was, is]: [&str; 2], object: &Map<String, Value>) -> Self {
        Self {
            shape: self.shape.and_then(|shape| place(shape, is, object)),
            recorded: self
                .recorded
                .and_then(|recorded| place(recorded, was, object).or(opaque(recorded))),
            ..self
        }
    }

    fn item(self, at: usize) -> Self {
        let item = |shape: &'a Shape| {
            let parts = &shape.parts;
            parts.get("[]").or_else(|| parts.get(&format!("[{at}]")))
        };
        Self {
            shape: self.shape.and_then(item),
            recorded: self
                .recorded
                .and_then(|recorded| item(recorded).or(opaque(recorded))),
            ..self
        }
    }

    /// Whether these may be names of one variant: one stands for the other, or serde lists both and reads the same under them.
    fn is_renamed(self, was: &str, is: &str) -> bool {
        let Some(shape) = self.shape.filter(|_| self.shown == Shown::Otherwise) else {
            return false;
        };
        let key = |name: &str| match shape.tag() {
            Some(_) => format!("{{{name}}}"),
            None => name.to_owned(),
        };
        if was == is || shape.tag().is_none() && shape.opened() != "enum" {
            return false;
        }
        let (was, is) = (key(was), key(is));
        let read = shape.part(&was).zip(shape.part(&is));
        read.is_some_and(|(was, is)| was.is_like(is))
    }
}

/// The same one, where nothing is known of what is in it: whatever comes there is content.
fn opaque(shape: &Shape) -> Option<&Shape> {
    (shape.parts.is_empty() && !shape.kind.ends_with(AGAIN)).then_some(shape)
}

/// What stands under a name: a field, one of the variant that is told, or one of those of any name.
fn place<'a>(shape: &'a Shape, name: &str, object: &Map<String, Value>) -> Option<&'a Shape> {
    let variant = || {
        let variant = object.get(shape.tag()?)?.as_str()?;
        shape.part(&format!("{{{variant}}}"))?.part(name)
    };
    let field = shape.part(name).or_else(variant);
    field.or_else(|| shape.reads(name))
}

/// The member of an object that has no other.
fn sole(object: &Map<String, Value>) -> Option<(&String, &Value)> {
    object.iter().next().filter(|_| object.len() == 1)
}
