//! What metadata says comes back.

use std::collections::BTreeMap;

use super::{CommandId, CommandStamp, Metadata, Said, Timestamp, Uuid, decode_metadata};

fn comes_back(said: Said<'_>) {
    let mut bytes = b"before".to_vec();
    said.encode(&mut bytes).unwrap();
    let bytes = bytes.strip_prefix(b"before").unwrap();
    let metadata = Metadata::from(said);
    assert_eq!(decode_metadata(bytes).unwrap(), metadata);
    let written: serde_json::Value = serde_json::from_slice(bytes).unwrap();
    assert_eq!(written, serde_json::to_value(metadata).unwrap());
}

#[test]
fn metadata_comes_back_however_much_it_says() {
    let (nothing, mut extra) = (BTreeMap::new(), BTreeMap::new());
    let little = |occurred_at| Said {
        correlation_id: Uuid::from_u128(7),
        causation_id: None,
        occurred_at,
        actor: None,
        tenant: None,
        command: None,
        extra: &nothing,
    };
    for time in [Timestamp::MIN, Timestamp::UNIX_EPOCH, Timestamp::MAX] {
        comes_back(little(time));
    }
    extra.insert("\"ip\"".to_owned(), "\u{1}::1\n".to_owned());
    let time = Timestamp::from_microsecond(1_767_323_045_678_901).unwrap();
    comes_back(Said {
        extra: &extra,
        ..little(time)
    });
    comes_back(Said {
        causation_id: Some(Uuid::from_u128(8)),
        actor: Some("Ada \"the\" first"),
        tenant: Some(""),
        command: Some(CommandStamp::new(CommandId::named("a"), "b", b"c")),
        extra: &extra,
        ..little(time)
    });
}
