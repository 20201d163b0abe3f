//! Copies by a set that is written by hand, and from one codec to another.

use factum::copy::{Row, Rows};
use factum::{
    BoxError, Codec, DecodeError, Decoded, EncodeError, Event, EventInfo, EventSet, Json, Memory,
    Repository, Store, copy,
};
use serde::{Deserialize, Serialize};

use crate::domain::{Account, AccountEvent, Deposited, Opened, OrderEvent, Placed, ada};
use crate::stores::{COPIED, LOG, all, append_rows, on_every_pair, run};

on_every_pair! {
    copies_by_a_set_that_spans_categories,
}

/// Whatever happens here.
#[derive(Debug, Clone, PartialEq)]
enum Anything {
    Account(AccountEvent),
    Order(OrderEvent),
}

impl EventSet for Anything {
    const READS: &'static [EventInfo] = &[Opened::INFO, Deposited::INFO, Placed::INFO];
    const IGNORES: &'static [&'static str] = AccountEvent::IGNORES;

    fn info(&self) -> &'static EventInfo {
        match self {
            Self::Account(event) => event.info(),
            Self::Order(event) => event.info(),
        }
    }

    fn encode<C: Codec>(&self, codec: &C, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        match self {
            Self::Account(event) => event.encode(codec, out),
            Self::Order(event) => event.encode(codec, out),
        }
    }

    fn decode<C: Codec>(
        codec: &C,
        name: &str,
        version: u16,
        payload: &[u8],
    ) -> Result<Decoded<Self>, DecodeError> {
        Ok(if name.starts_with("order.") {
            match OrderEvent::decode(codec, name, version, payload)? {
                Decoded::One(event) => Decoded::One(Self::Order(event)),
                Decoded::Many(events) => {
                    Decoded::Many(events.into_iter().map(Self::Order).collect())
                }
            }
        } else {
            match AccountEvent::decode(codec, name, version, payload)? {
                Decoded::One(event) => Decoded::One(Self::Account(event)),
                Decoded::Many(events) => {
                    Decoded::Many(events.into_iter().map(Self::Account).collect())
                }
            }
        })
    }
}

async fn copies_by_a_set_that_spans_categories(from: impl Store + Clone, to: impl Store + Clone) {
    append_rows(&from, 0, &LOG).await;
    let copying = copy(&from, &to).events::<Anything>(&["account", "order"]);
    assert_eq!(copying.run().await.unwrap().written, COPIED);
    // The same as by the aggregates.
    assert_eq!(run(&from, &to).await.unwrap().written, 0);
}

/// JSON with a byte in front.
struct Marked;

impl Codec for Marked {
    fn name(&self) -> &'static str {
        "marked"
    }

    fn encode<T: Serialize + ?Sized>(
        &self,
        value: &T,
        out: &mut Vec<u8>,
    ) -> Result<(), EncodeError> {
        out.push(1);
        Json::default().encode(value, out)
    }

    fn decode<'de, T: Deserialize<'de>>(&self, bytes: &'de [u8]) -> Result<T, BoxError> {
        let json = bytes.strip_prefix(&[1]).ok_or("the mark is missing")?;
        Json::default().decode(json)
    }
}

#[tokio::test]
async fn the_codec_may_be_another_one() {
    let (from, to) = (Memory::new(), Memory::new());
    append_rows(&from, 0, &LOG).await;
    let copying = || {
        let copying = copy(&from, &to).others_as_stored();
        copying.aggregate_with::<Account>(Json::default(), Marked)
    };
    let doubled = |row: Row, rows: &mut Rows| {
        if row.name() == "order.placed" {
            return Ok(());
        }
        let read = row.read::<Deposited>();
        if let Some(Deposited { cents }) = row.read_with(&Marked)? {
            assert!(matches!(read, Err(DecodeError::Codec { .. })), "{read:?}");
            rows.put(row.write_with(&Deposited { cents: 2 * cents }, &Marked)?);
        } else {
            assert_eq!(read.unwrap(), None);
            rows.put(row);
        }
        Ok(())
    };
    copying().transform(doubled).run().await.unwrap();
    assert!(all(&to).await.iter().all(|row| row.codec == "marked"));
    let accounts = Repository::<Account, _, _>::with_codec(to.clone(), Marked);
    assert_eq!(accounts.load(&ada()).await.unwrap().state.cents, 14);
    assert_eq!(copying().transform(doubled).run().await.unwrap().written, 0);
}
