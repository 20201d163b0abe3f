//! The shape that a version of an event is read in.

use std::panic::{self, AssertUnwindSafe};

use super::Shape;
use crate::aggregate::{Decoded, EventSet};
use crate::codec::Json;
use crate::error::DecodeError;
use crate::event::EventInfo;
use crate::probe::{Known, Probe};

/// What comes of an invented payload: how it is written, if it is what is written today.
pub(crate) type Tried = Result<Option<Vec<u8>>, DecodeError>;

/// Traces a version of an event by the way in which it is decoded, and written if it is what is written today.
pub(crate) fn shape_of(
    info: &EventInfo,
    version: u16,
    known: Known<'_>,
    decode: &dyn Fn(&Probe) -> Tried,
) -> Shape {
    let mut shape = Probe::trace(known, &mut |probe| {
        match panic::catch_unwind(AssertUnwindSafe(|| decode(probe))) {
            Ok(Ok(written)) => {
                probe.wrote(&written.unwrap_or_default());
                Ok(())
            }
            // What was read is the shape; a step may refuse what is in it, or worse.
            Ok(Err(DecodeError::Upcast { .. })) => Ok(()),
            Err(_) if !probe.is_reading() => Ok(()),
            Err(_) => Err("it panics".into()),
            Ok(Err(error)) => Err(error.into()),
        }
    });
    shape.declare(info.fields, version);
    shape
}

/// What an event of a set was read from is written as, if it is that event in that version still.
pub(crate) fn written<E: EventSet>(
    read: &Decoded<E>,
    info: &EventInfo,
    version: u16,
) -> Option<Vec<u8>> {
    let Decoded::One(event) = read else {
        return None;
    };
    let is_same = event.info().name == info.name && version == info.version;
    let mut payload = Vec::new();
    let written = is_same.then(|| event.encode(&Json::default(), &mut payload));
    written?.ok().map(|()| payload)
}
