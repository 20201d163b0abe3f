//! Rows by the places of their columns, whose types were looked at when the statement was prepared.

use std::error::Error;

use smol_str::SmolStr;
use tokio_postgres::types::{FromSql, Type};
use tokio_postgres::{Row, Statement};
use uuid::Uuid;

use super::errors::Failed;
use super::payload;
use super::value::{Time, unsigned};
use crate::error::BoxError;
use crate::place::{Position, Revision};
use crate::recorded::EventId;
use crate::store::{StoredEvent, sql};

/// Whether columns are of the types that they are read as, which stands in their names.
pub(super) fn check(statement: &Statement) -> Result<(), Failed> {
    for column in statement.columns() {
        let accepts: fn(&Type) -> bool = match column.name() {
            "revision" | "position" | "idx" | "stream" => <i64 as FromSql>::accepts,
            "version" => <i32 as FromSql>::accepts,
            "name" | "codec" | "tenant" => <&str as FromSql>::accepts,
            "payload" => payload::accepts,
            "id" => <Uuid as FromSql>::accepts,
            "recorded_at" => <Time as FromSql>::accepts,
            "metadata" | "place" => <&[u8] as FromSql>::accepts,
            _ => continue,
        };
        if !accepts(column.type_()) {
            let (name, ty) = (column.name(), column.type_());
            return Err(Failed::damaged(format!(
                "the column {name} is of the type {ty}"
            )));
        }
    }
    Ok(())
}

/// A value as it was sent.
struct Sent<'a>(&'a [u8]);

impl<'a> FromSql<'a> for Sent<'a> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(raw))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// The columns of a row.
#[derive(Clone, Copy)]
pub(super) struct Columns<'a>(pub(super) &'a Row);

impl<'a> Columns<'a> {
    /// What was sent at a place, if it is not null.
    #[inline]
    fn sent(self, at: usize) -> Result<Option<&'a [u8]>, BoxError> {
        let sent: Option<Sent<'a>> = self.0.try_get(at)?;
        Ok(sent.map(|sent| sent.0))
    }

    #[inline]
    fn there(self, at: usize) -> Result<&'a [u8], BoxError> {
        let Sent(sent) = self.0.try_get(at)?;
        Ok(sent)
    }

    /// A number, if it is not null.
    pub(super) fn number(self, at: usize) -> Result<Option<i64>, BoxError> {
        let sent = self.sent(at)?;
        Ok(sent
            .map(<[u8; 8]>::try_from)
            .transpose()?
            .map(i64::from_be_bytes))
    }

    /// Numbers that were sent as one value, one after the other, if it is not null.
    pub(super) fn numbers<const N: usize>(self, at: usize) -> Result<Option<[i64; N]>, BoxError> {
        let Some(sent) = self.sent(at)? else {
            return Ok(None);
        };
        let (sent, _) = sent.as_chunks();
        Ok(Some(<[_; N]>::try_from(sent)?.map(i64::from_be_bytes)))
    }

    /// The event in the first columns, as the statement lists them.
    #[inline]
    pub(super) fn event(
        self,
        bare: bool,
        stream: &'a str,
        texts: &'a mut Texts,
    ) -> Result<StoredEvent<'a>, BoxError> {
        let number = |at| Ok::<_, BoxError>(i64::from_be_bytes(self.there(at)?.try_into()?));
        let revision = number(0)?;
        let name = texts.names.of(self.there(1)?)?;
        let version = i32::from_be_bytes(self.there(2)?.try_into()?);
        let codec = texts.codecs.of(self.there(3)?)?;
        let event = sql::bare(
            stream,
            Revision::new(unsigned(revision)?),
            (name, u16::try_from(version)?),
            (codec, self.there(4)?),
        );
        if bare {
            return Ok(event);
        }
        let tenant = self.sent(8)?.map(|tenant| texts.tenants.of(tenant));
        Ok(StoredEvent {
            position: Position::new(unsigned(number(sql::POSITION)?)?),
            id: EventId::new(Uuid::from_slice(self.there(6)?)?),
            index: u32::try_from(number(7)?)?,
            tenant: tenant.transpose()?,
            recorded_at: Time::of_server(number(9)?)?.0,
            metadata: self.there(10)?,
            ..event
        })
    }
}

/// Texts that come again and again: one that came before is not looked at a second time.
#[derive(Debug, Default)]
pub(super) struct Texts {
    names: Seen<8>,
    codecs: Seen<1>,
    tenants: Seen<1>,
}

/// Texts by their length and their last byte, the last one of each.
#[derive(Debug)]
struct Seen<const N: usize>([SmolStr; N]);

impl<const N: usize> Default for Seen<N> {
    fn default() -> Self {
        Self([const { SmolStr::new_static("") }; N])
    }
}

impl<const N: usize> Seen<N> {
    fn of(&mut self, sent: &[u8]) -> Result<&str, BoxError> {
        let last = sent.last().copied().map_or(0, usize::from);
        let seen = &mut self.0[(sent.len() + last) % N];
        if seen.as_bytes() != sent {
            *seen = SmolStr::new(std::str::from_utf8(sent)?);
        }
        Ok(seen)
    }
}

#[cfg(test)]
mod tests {
    use super::Seen;

    #[test]
    fn a_text_is_what_was_sent_whatever_came_before() {
        let (mut names, mut codecs) = (Seen::<8>::default(), Seen::<1>::default());
        let sent: [&[u8]; 7] = [
            b"",
            b"opened",
            b"closed",
            b"opened",
            b"",
            b"d",
            "geöffnet".as_bytes(),
        ];
        for sent in sent {
            assert_eq!(names.of(sent).map(str::as_bytes).ok(), Some(sent));
            assert_eq!(codecs.of(sent).map(str::as_bytes).ok(), Some(sent));
        }
        assert!(names.of(b"\xFFed").is_err());
        assert_eq!(names.of(b"opened").ok(), Some("opened"));
    }
}
