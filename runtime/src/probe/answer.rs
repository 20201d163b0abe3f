//! What a question is answered with, and what is written down of it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::de::{Error, Unexpected, Visitor};

use super::forms::WRONG;
use super::items::Items;
use super::knowledge::Kind;
use super::refusal::Refusal;
use super::tags::INDEX;
use super::tape::{DEEP, Tape, Way};
use super::trace::Seen;
use super::types::Type;

/// What is asked for: a value, a map's key, or the name of what comes next.
#[derive(Clone, Copy)]
pub(super) enum Asked {
    Value,
    Key,
    Name(&'static str),
}

/// Answers one question; one type for all shapes, so that each shape is compiled for one more only.
#[derive(Clone, Copy)]
pub(super) struct Answer<'p> {
    tape: &'p Mutex<Tape>,
    pub(super) asked: Asked,
}

/// Why a type has no values.
pub(super) const ENDLESS: &str = "the type holds itself and never ends";

const FLOATS: &[f32] = &[0.0, 1.0, 0.5, -1.0, 0.1, 100.0, 1.5e10, -2.25];
const CHARS: &[&str] = &["a", "Z", "é", "1", "\""];
const BYTES: &[&[u8]] = &[&[], &[1], &[0, 255], b"Ada"];

/// By way of its text, as readers of JSON see it: 0.1 is another number in 32 bits.
pub(super) fn wide(float: f32) -> f64 {
    float.to_string().parse().unwrap_or_default()
}

impl<'p> Answer<'p> {
    pub(super) const fn new(tape: &'p Mutex<Tape>, asked: Asked) -> Self {
        Self { tape, asked }
    }

    pub(super) fn tape(self) -> MutexGuard<'p, Tape> {
        self.tape.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps what is asked for, if that is of interest; the name of what comes next is none.
    pub(super) fn asked(self, seen: Seen) -> Self {
        if !matches!(self.asked, Asked::Name(_)) {
            self.tape().note(None, seen);
        }
        self
    }

    pub(super) fn value(self) -> Self {
        Self::new(self.tape, Asked::Value)
    }

    pub(super) fn key(self) -> Self {
        Self::new(self.tape, Asked::Key)
    }

    pub(super) fn name(self, name: &'static str) -> Self {
        Self::new(self.tape, Asked::Name(name))
    }

    /// Writes a number or a bool, which JSON quotes where it is a key.
    pub(super) fn plain(self, text: &str) {
        let mut tape = self.tape();
        match self.asked {
            Asked::Key => tape.quote(text),
            _ => tape.json.push_str(text),
        }
    }

    pub(super) fn string(self) -> &'static str {
        if let Asked::Name(name) = self.asked {
            return name;
        }
        let mut tape = self.tape();
        let text = tape.text();
        tape.quote(text);
        text
    }

    pub(super) fn open_text(self) -> &'static str {
        let mut tape = self.tape();
        let text = tape.open_text();
        tape.quote(text);
        text
    }

    pub(super) fn other_key(self) -> &'static str {
        let mut tape = self.asked(Seen::Text).tape();
        let key = tape.other_key();
        tape.quote(key);
        key
    }

    pub(super) fn unsigned(self, max: u64) -> u64 {
        let number = self.tape().number(max, 1);
        self.plain(&number.to_string());
        number
    }

    /// A number that nobody has a type for yet.
    pub(super) fn open_number(self) -> u64 {
        let mut tape = self.tape();
        let place = tape.place();
        if !tape.known.tags().is_asked(&place) {
            let range = tape.known.range(&place);
            drop(tape);
            return self.unsigned(range);
        }
        tape.json.push_str(&INDEX.to_string());
        INDEX
    }

    /// 0, -1, 1, -2, 2 and so on, so that a smaller choice is a simpler number.
    pub(super) fn signed(self, max: i64) -> i64 {
        let widest = u64::try_from(max).unwrap_or(0) * 2 + 1;
        let choice = self.tape().number(widest, 2);
        let half = i64::try_from(choice / 2).unwrap_or(0);
        let number = if choice.is_multiple_of(2) {
            half
        } else {
            -half - 1
        };
        self.plain(&number.to_string());
        number
    }

    pub(super) fn float(self) -> f32 {
        let float = FLOATS[self.tape().pick(Way::Value, FLOATS.len(), 1)];
        self.plain(&format!("{float:?}"));
        float
    }

    pub(super) fn bool(self) -> bool {
        let bool = self.tape().pick(Way::Value, 2, 1) == 1;
        self.plain(if bool { "true" } else { "false" });
        bool
    }

    pub(super) fn char(self) -> &'static str {
        let mut tape = self.tape();
        let char = CHARS[tape.pick(Way::Value, CHARS.len(), 0)];
        tape.quote(char);
        char
    }

    pub(super) fn bytes(self) -> &'static [u8] {
        let mut tape = self.tape();
        let bytes = BYTES[tape.pick(Way::Value, BYTES.len(), 1)];
        tape.json.push_str(&format!("{bytes:?}").replace(' ', ""));
        bytes
    }

    pub(super) fn null(self) {
        self.tape().json.push_str("null");
    }

    /// Whether there is something, which then is one level deeper.
    pub(super) fn some(self) -> bool {
        let mut tape = self.asked(Seen::Null).tape();
        let some = tape.depth <= tape.deepest() && tape.pick(Way::Some, 2, 1) == 1;
        if some {
            tape.depth += 1;
        } else {
            tape.json.push_str("null");
        }
        some
    }

    /// What holds itself in each of its values has none.
    pub(super) fn end(self) -> Result<(), Refusal> {
        if self.tape().depth > 4 * DEEP {
            return Err(Refusal::custom(ENDLESS));
        }
        Ok(())
    }

    /// A list's length: what holds itself has to end, and what is deep stays small.
    pub(super) fn length(self) -> usize {
        let mut tape = self.tape();
        match tape.depth {
            0..=DEEP => tape.pick(Way::Length, 4, 1),
            depth if depth <= tape.deepest() => tape.pick(Way::Length, 2, 1),
            _ => 0,
        }
    }

    /// The length of one whose items nobody has a type for yet.
    pub(super) fn open_length(self) -> usize {
        if self.tape().depth > DEEP {
            return 0;
        }
        let count = self.length();
        let mut tape = self.tape();
        let place = tape.place();
        tape.known.lengths.give(place, count)
    }

    pub(super) fn items<'de, V: Visitor<'de>>(
        self,
        visitor: V,
        count: usize,
    ) -> Result<V::Value, Refusal> {
        visitor.visit_seq(Items::list(self.value(), count))
    }

    pub(super) fn tuple<'de, V: Visitor<'de>>(
        self,
        visitor: V,
        count: usize,
    ) -> Result<V::Value, Refusal> {
        visitor.visit_seq(Items::tuple(self.value(), count))
    }

    /// What stands under a key that no struct has: no choice, so that the others stay what they were.
    pub(super) fn strange(self) -> Option<Unexpected<'static>> {
        let mut tape = self.tape();
        let strange = tape.known.keys.strange(&tape.place());
        tape.json.push_str(if strange.is_some() { "0" } else { "" });
        strange
    }

    pub(super) fn kind(self) -> Kind {
        let mut tape = self.asked(Seen::Open).tape();
        let place = tape.place();
        if tape.known.tags().asks(&place) {
            return Kind::Number;
        }
        // Asked for in any case: the choices that follow stay what they were.
        let kind = tape.known.kind(&place).unwrap_or_else(|| {
            let first = tape.first_kind();
            Kind::ALL[tape.pick(Way::Kind, Kind::ALL.len(), first)]
        });
        let tried = tape.trace.as_ref().and_then(|trace| trace.tries(&place));
        let wrong = || tape.known.forms.is_wrong(&place).then_some(WRONG);
        tried.or_else(wrong).unwrap_or(kind)
    }

    /// The answer to an open question, in words that errors use for it.
    pub(super) fn show(self, shown: Unexpected<'_>) {
        let mut tape = self.tape();
        let place = tape.place();
        tape.shown.keep(place, shown.to_string());
    }

    /// Asked of a map's key, it is a struct that flattens others: from now on it gets the keys that it misses.
    pub(super) fn identifier(self) -> Result<&'static str, Refusal> {
        match self.asked {
            Asked::Name(name) => Ok(name),
            Asked::Key => {
                let mut tape = self.tape();
                let key = tape.path.pop();
                let place = tape.place();
                if tape.known.keys.of(&place).is_some() {
                    tape.path.extend(key);
                    drop(tape);
                    return Ok(self.other_key());
                }
                tape.known.keys.is_flat(&place);
                Err(Refusal::again())
            }
            // The tag of an enum, which stands within what it tells apart.
            Asked::Value => {
                let mut tape = self.asked(Seen::Tag).tape();
                let place = tape.place();
                tape.known.tags().keep(place);
                drop(tape);
                let text = match self.open_variant() {
                    Some((variant, _)) => variant,
                    None => self.string(),
                };
                self.show(Unexpected::Str(text));
                Ok(text)
            }
        }
    }

    /// Opens one of the variants; beyond some depth, one that is not open yet.
    pub(super) fn enter_variant(
        self,
        ty: Type,
        variants: &'static [&'static str],
    ) -> Result<&'static str, Refusal> {
        if variants.is_empty() {
            return Err(Refusal::custom("the enum has no variants"));
        }
        self.end()?;
        let mut tape = self.tape();
        tape.open(ty, Some(Seen::Enum(variants)));
        let place = tape.pick(Way::Variant, variants.len(), 0);
        let mut ways = variants.iter().cycle().skip(place).take(variants.len());
        let outside = |variant: &&&'static str| !tape.types.has(ty, variant);
        let is_traced_again = tape.trace.is_some() && tape.types.is_again();
        let simplest = is_traced_again.then(|| tape.types.simplest(ty)).flatten();
        let variant = match simplest {
            Some(simplest) => simplest,
            None if tape.depth <= tape.deepest() => variants[place],
            None => ways.find(outside).copied().unwrap_or(variants[place]),
        };
        tape.depth += 1;
        tape.types.enter(variant);
        tape.keep_variant(variant);
        Ok(variant)
    }

    pub(super) fn leave_variant(self) {
        let mut tape = self.tape();
        tape.depth -= 1;
        tape.left = tape.close();
        tape.progress += 1;
    }

    /// The variant that is given here, if names are known that are taken here, and whether it holds something.
    pub(super) fn open_variant(self) -> Option<(&'static str, bool)> {
        let mut tape = self.tape();
        let variant = tape.open_variant()?;
        let place = tape.place();
        let is_full = tape.known.variants.is_full(&place, variant);
        if !is_full {
            tape.quote(variant);
            tape.named.push((place, variant));
        }
        Some((variant, is_full))
    }
}
