//! What a set does with an event, whichever of its events it is: written once here, and not once in each expansion.

use core::any::Any;
use core::fmt;

use crate::codec::Codec;
use crate::error::EncodeError;
use crate::event::Event;

/// What is done with one event of a set; its variant is called `variant`.
pub trait Each<'e, Set> {
    /// What comes of it.
    type Output;

    /// Does it.
    fn event<E: Event>(self, variant: &'static str, event: &'e E) -> Self::Output
    where
        Set: From<E>;
}

/// Copies it.
pub struct Copied;

impl<Set> Each<'_, Set> for Copied {
    type Output = Set;

    #[inline]
    fn event<E: Event>(self, _: &'static str, event: &E) -> Set
    where
        Set: From<E>,
    {
        event.clone().into()
    }
}

/// Shows it within its variant.
pub struct Shown<'a, 'f>(pub &'a mut fmt::Formatter<'f>);

impl<Set> Each<'_, Set> for Shown<'_, '_> {
    type Output = fmt::Result;

    #[inline]
    fn event<E: Event>(self, variant: &'static str, event: &E) -> fmt::Result
    where
        Set: From<E>,
    {
        show(self.0, variant, event)
    }
}

fn show(f: &mut fmt::Formatter<'_>, variant: &str, event: &dyn fmt::Debug) -> fmt::Result {
    f.debug_tuple(variant).field(event).finish()
}

/// Takes it out, of whichever type it is.
pub struct Held;

impl<'e, Set> Each<'e, Set> for Held {
    type Output = &'e dyn Any;

    #[inline]
    fn event<E: Event>(self, _: &'static str, event: &'e E) -> &'e dyn Any
    where
        Set: From<E>,
    {
        event
    }
}

/// Compares it with what another one holds.
pub struct EqualTo<'a>(pub &'a dyn Any);

impl<Set> Each<'_, Set> for EqualTo<'_> {
    type Output = bool;

    #[inline]
    fn event<E: Event>(self, _: &'static str, event: &E) -> bool
    where
        Set: From<E>,
    {
        self.0
            .downcast_ref::<E>()
            .is_some_and(|other| event == other)
    }
}

/// Writes it.
pub struct Encoded<'a, C> {
    /// In which format.
    pub codec: &'a C,
    /// Where to.
    pub out: &'a mut Vec<u8>,
}

impl<Set, C: Codec> Each<'_, Set> for Encoded<'_, C> {
    type Output = Result<(), EncodeError>;

    #[inline]
    fn event<E: Event>(self, _: &'static str, event: &E) -> Result<(), EncodeError>
    where
        Set: From<E>,
    {
        self.codec.encode(event, self.out)
    }
}
