//! The codec of a scenario, whichever it is.

use crate::aggregate::{Aggregate, Decoded, EventSet};
use crate::codec::Codec;
use crate::error::{BoxError, DecodeError, EncodeError};
use crate::testing::row;

/// What a scenario asks of a codec, which by itself has generic methods only.
pub(in crate::testing) trait Wire<A: Aggregate> {
    fn name(&self) -> &'static str;
    fn write(&self, event: &A::Event) -> Result<Vec<u8>, EncodeError>;
    fn read(
        &self,
        name: &str,
        version: u16,
        payload: &[u8],
    ) -> Result<Decoded<A::Event>, DecodeError>;
    fn write_state(&self, state: &A) -> Result<Vec<u8>, EncodeError>;
    fn read_state(&self, bytes: &[u8]) -> Result<A, BoxError>;
}

impl<A: Aggregate, C: Codec> Wire<A> for C {
    fn name(&self) -> &'static str {
        Codec::name(self)
    }

    fn write(&self, event: &A::Event) -> Result<Vec<u8>, EncodeError> {
        let mut bytes = Vec::new();
        event.encode(self, &mut bytes)?;
        Ok(bytes)
    }

    fn read(
        &self,
        name: &str,
        version: u16,
        payload: &[u8],
    ) -> Result<Decoded<A::Event>, DecodeError> {
        row::read(self, name, version, payload)
    }

    fn write_state(&self, state: &A) -> Result<Vec<u8>, EncodeError> {
        let mut bytes = Vec::new();
        self.encode(state, &mut bytes)?;
        Ok(bytes)
    }

    fn read_state(&self, bytes: &[u8]) -> Result<A, BoxError> {
        self.decode(bytes)
    }
}
