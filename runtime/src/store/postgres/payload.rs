//! Payloads in the events' table: as bytes, or as text.

use std::error::Error;

use bytes::{BufMut, BytesMut};
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use super::errors::{Failed, misconfigured};
use super::pool::Connection;
use super::schema::one;
use crate::error::{Refused, Unavailable};
use crate::store::Append;

/// What the column of payloads is, which is chosen when a schema is created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Payloads {
    /// `bytea`: whatever a codec writes.
    Bytes,
    /// `text`, for other programs that read the table. A payload that is no UTF-8, or holds U+0000, is
    /// [`Refused::NotText`].
    Text,
}

impl Payloads {
    /// The type, as it stands in SQL.
    pub(super) const fn sql(self) -> &'static str {
        match self {
            Self::Bytes => "bytea",
            Self::Text => "text",
        }
    }

    /// What the schema has, which has to be what is wanted.
    pub(super) async fn found(
        connection: &Connection,
        wanted: Option<Self>,
    ) -> Result<Self, Unavailable> {
        let failed = |failed: Failed| failed.unavailable();
        let rows = connection
            .ask(&connection.sql.payload, &[])
            .await
            .map_err(failed)?;
        let there = match one(&rows).map_err(failed)? {
            "bytea" => Self::Bytes,
            "text" => Self::Text,
            other => {
                let damaged = format!("the payloads are of the type {other}");
                return Err(failed(Failed::damaged(damaged)));
            }
        };
        match wanted {
            Some(wanted) if wanted != there => Err(misconfigured(format!(
                "the schema keeps payloads as `{}`, and `{}` is asked for: leave out `payloads`, or copy the store into a new schema",
                there.sql(),
                wanted.sql()
            ))),
            _ => Ok(there),
        }
    }

    /// Refuses what the column cannot hold.
    pub(super) fn check(self, append: &Append) -> Result<(), Refused> {
        let is_kept = |payload: &[u8]| {
            let text = std::str::from_utf8(payload);
            self == Self::Bytes || text.is_ok_and(|text| !text.contains('\0'))
        };
        match append
            .events()
            .iter()
            .find(|event| !is_kept(&event.payload))
        {
            Some(event) => Err(Refused::NotText {
                stream: append.stream().clone(),
                id: event.id,
            }),
            None => Ok(()),
        }
    }
}

/// A payload on its way, in either form: text is sent as its bytes.
#[derive(Debug)]
pub(super) struct Payload<'a>(pub(super) &'a [u8]);

/// Whether a payload is read from such a column, and written to it.
pub(super) fn accepts(ty: &Type) -> bool {
    [Type::BYTEA, Type::TEXT].contains(ty)
}

impl ToSql for Payload<'_> {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        out.put_slice(self.0);
        Ok(IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        accepts(ty)
    }

    to_sql_checked!();
}
