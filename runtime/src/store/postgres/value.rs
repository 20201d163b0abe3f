//! Numbers and times between Rust and the driver.

use std::error::Error;

use bytes::{BufMut, BytesMut};
use jiff::Timestamp;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::error::BoxError;

/// A time in microseconds, as the server keeps it: from the start of 2000.
#[derive(Debug, Clone, Copy)]
pub(super) struct Time(pub(super) Timestamp);

const EPOCH: Timestamp = Timestamp::constant(946_684_800, 0);

impl Time {
    pub(super) fn of_server(micros: i64) -> Result<Self, jiff::Error> {
        let micros = micros.saturating_add(EPOCH.as_microsecond());
        Timestamp::from_microsecond(micros).map(Self)
    }
}

impl ToSql for Time {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        out.put_i64(self.0.as_microsecond() - EPOCH.as_microsecond());
        Ok(IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::TIMESTAMPTZ
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Time {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self::of_server(i64::from_be_bytes(raw.try_into()?))?)
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::TIMESTAMPTZ
    }
}

/// A number that the schema keeps from 0 on.
pub(super) fn unsigned(number: i64) -> Result<u64, BoxError> {
    Ok(u64::try_from(number)?)
}
