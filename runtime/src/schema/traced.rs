//! The shape that a version of an event is read in.

use std::panic::{self, AssertUnwindSafe};

use super::Shape;
use crate::error::DecodeError;
use crate::event::EventInfo;
use crate::probe::Probe;

/// Traces a version of an event by the way in which it is decoded.
pub(crate) fn shape_of(
    info: &EventInfo,
    version: u16,
    decode: &dyn Fn(&Probe) -> Result<(), DecodeError>,
) -> Shape {
    let mut shape = Probe::trace(&mut |probe| {
        match panic::catch_unwind(AssertUnwindSafe(|| decode(probe))) {
            // What was read is the shape; a step may refuse what is in it, or worse.
            Ok(Ok(()) | Err(DecodeError::Upcast { .. })) | Err(_) => Ok(()),
            Ok(Err(error)) => Err(error.into()),
        }
    });
    shape.declare(info.fields, version == info.version);
    shape
}
