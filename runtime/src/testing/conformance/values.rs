//! Bytes and what goes with them.

use std::sync::Arc;

use bytes::Bytes;

use super::Kit;
use super::fixture::{all, event, events, id, put, stream};
use crate::error::{Refused, StoreError};
use crate::place::Expected;
use crate::store::{Append, MAX_TEXT, NewEvent, Read, Store};

/// "A value is stored bit for bit." A store that keeps text may refuse what is none.
pub async fn keeps_payloads_bit_for_bit(kit: impl Kit) {
    let store = kit.open().await;
    let payloads: Vec<Vec<u8>> = vec![
        Vec::new(),
        (0..=255).collect(),
        br#"{"nul":"\u0000","lone":"\ud800","big":18446744073709551615,"minus":-0.0}"#.to_vec(),
        br#"{"b":1,"a":2,"b":3, "spaces" : [ ] }"#.to_vec(),
        "{\"script\":\"\u{202e}שלום 🦀\"}".as_bytes().to_vec(),
        vec![b'['; 1 << 20],
    ];
    let account = stream("bytes");
    let mut kept = Vec::new();
    for (payload, n) in payloads.into_iter().zip(0..) {
        let new = NewEvent {
            payload: Bytes::from(payload.clone()),
            ..event(n)
        };
        let append = Append::new(account.clone(), Expected::Any, vec![new]).unwrap();
        let is_text = std::str::from_utf8(&payload).is_ok_and(|text| !text.contains('\0'));
        match store.append(append).await {
            Err(StoreError::Refused(Refused::NotText { id: refused, .. })) if !is_text => {
                assert_eq!(refused, id(n), "another event was refused");
            }
            appended => {
                appended.unwrap();
                kept.push(payload);
            }
        }
    }
    let stored: Vec<_> = all(&store, Read::all(None))
        .await
        .into_iter()
        .map(|event| event.payload)
        .collect();
    assert!(stored == kept, "a payload came back changed");
}

/// "Every row keeps its codec's name, its index and its tenant", and its metadata as sent.
pub async fn keeps_codec_index_tenant_and_metadata(kit: impl Kit) {
    let store = kit.open().await;
    let account = stream("columns");
    let sent = NewEvent {
        name: "conformance.späť'; --".into(),
        version: u16::MAX,
        index: 7,
        codec: "cbor".into(),
        metadata: Bytes::from_static(b"\x00\xffnot json"),
        tenant: Some(Arc::from("tenant '1'")),
        ..event(1)
    };
    let appended = put(&store, &account, vec![sent.clone(), event(2)]).await;
    let page = store
        .read(Read::stream(account.clone(), None))
        .await
        .unwrap();
    let stored = page.get(0).unwrap();
    assert_eq!((stored.id, stored.stream), (id(1), account.as_str()));
    assert_eq!(
        (stored.name, stored.version, stored.index),
        (&*sent.name, u16::MAX, 7)
    );
    assert_eq!((stored.codec, stored.tenant), ("cbor", Some("tenant '1'")));
    assert_eq!(
        (stored.metadata, stored.payload),
        (&sent.metadata[..], &sent.payload[..])
    );
    assert_eq!(stored.recorded_at, appended.recorded_at);
    let plain = page.get(1).unwrap();
    assert_eq!((plain.codec, plain.tenant, plain.index), ("json", None, 0));
}

/// Whoever compares the time that a writer was told with the one that is read finds the same.
pub async fn tells_when_it_was_recorded(kit: impl Kit) {
    let store = kit.open().await;
    let account = stream("time");
    for n in 0..20 {
        let appended = put(&store, &account, events([n * 2, n * 2 + 1])).await;
        let told = appended.recorded_at;
        assert_eq!(
            told.subsec_nanosecond() % 1000,
            0,
            "{told} is no microsecond"
        );
        let read = Read::stream(account.clone(), None).backward().limit(2);
        let page = store.read(read).await.unwrap();
        let read: Vec<_> = page.iter().map(|event| event.recorded_at).collect();
        assert_eq!(read, [told, told]);
    }
}

/// "Or refused before anything is written."
pub async fn refuses_what_no_store_can_keep(kit: impl Kit) {
    let store = kit.open().await;
    let account = stream("refused");
    let long = "x".repeat(MAX_TEXT + 1);
    let bad = [
        NewEvent {
            name: "".into(),
            ..event(1)
        },
        NewEvent {
            name: "a\0b".into(),
            ..event(1)
        },
        NewEvent {
            name: long.clone().into(),
            ..event(1)
        },
        NewEvent {
            codec: "".into(),
            ..event(1)
        },
        NewEvent {
            tenant: Some(Arc::from(long.as_str())),
            ..event(1)
        },
        NewEvent {
            tenant: Some(Arc::from("a\0")),
            ..event(1)
        },
    ];
    for new in bad {
        Append::new(account.clone(), Expected::Any, vec![event(0), new]).unwrap_err();
    }
    Append::new(account.clone(), Expected::Any, vec![]).unwrap_err();
    Append::new(account.clone(), Expected::Any, vec![event(1), event(1)]).unwrap_err();
    assert!(all(&store, Read::all(None)).await.is_empty());
}
