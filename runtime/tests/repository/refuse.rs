//! What cannot be stored is refused before anything is written; what cannot be read is never skipped.

use factum::sqlite::rusqlite::Connection;
use factum::store::{Append, NewEvent};
use factum::testing::Faulty;
use factum::{
    AsOf, CommandId, Context, DecodeError, EncodeError, EventId, ExecuteError, Expected,
    NameProblem, ReadError, Refused, Repository, Revision, Sqlite, Store, StreamName, Subscription,
    Unencodable, Uuid,
};

use crate::domain::{Account, Overdrawn, Rated, Tree, ada, with_cents};
use crate::each::on_every_store;

on_every_store! {
    refuses_values_that_would_come_back_changed,
    keeps_values_bit_for_bit,
    refuses_ids_that_cannot_name_a_stream,
    keeps_hostile_ids_apart,
    refuses_large_payloads_and_metadata,
    stops_at_events_that_cannot_be_read,
}

fn nested(levels: usize) -> Tree {
    (1..levels).fold(Tree { child: None }, |child, _| Tree {
        child: Some(Box::new(child)),
    })
}

fn rated(rate: f64) -> Rated {
    Rated {
        rate,
        tree: None,
        note: String::new(),
    }
}

async fn record(
    accounts: &Repository<Account, impl Store>,
    event: Rated,
) -> Result<(), ExecuteError<Overdrawn>> {
    accounts
        .update(&ada(), |_| Ok((event.clone(), event.clone())))
        .await
        .map(drop)
}

async fn refuses_values_that_would_come_back_changed(store: impl Store + Clone) {
    let accounts = with_cents(&store, 1).await.verify_writes(false);
    let head = store.head().await.unwrap();
    let deep = |levels| Rated {
        tree: Some(nested(levels)),
        ..rated(0.0)
    };
    for (event, expected) in [
        (rated(f64::NAN), EncodeError::NotFinite),
        (rated(f64::INFINITY), EncodeError::NotFinite),
        (rated(f64::NEG_INFINITY), EncodeError::NotFinite),
        (deep(64), EncodeError::TooDeep),
        (deep(5000), EncodeError::TooDeep),
    ] {
        let refused = record(&accounts, event).await.unwrap_err();
        assert!(!refused.is_retryable());
        let ExecuteError::Encode(unencodable) = refused else {
            panic!("{refused:?}")
        };
        assert_eq!(unencodable.what, "account.rated");
        assert_eq!(unencodable.reason, expected);
    }
    assert_eq!(store.head().await.unwrap(), head, "something was written");
    record(&accounts, deep(63)).await.unwrap();
    assert_eq!(
        accounts.load(&ada()).await.unwrap().revision,
        Some(Revision::new(2))
    );
}

async fn keeps_values_bit_for_bit(store: impl Store + Clone) {
    let accounts = Repository::<Account, _>::new(store.clone());
    let rates = [
        0.0,
        -0.0,
        0.1 + 0.2,
        1.0e308,
        f64::MIN_POSITIVE / 3.0,
        f64::MAX,
        5e-324,
        123_456_789.123_456_78,
    ];
    let notes = [
        "\0",
        "\u{feff}",
        "\u{202e}שלום",
        "🦀\u{10ffff}",
        "a'\"\\%_;--",
        " \t\r\n\u{2028}",
    ];
    for rate in rates {
        for note in notes {
            let event = Rated {
                note: note.to_owned(),
                ..rated(rate)
            };
            accounts
                .update(&ada(), |_| Ok::<_, Overdrawn>(event.clone()))
                .await
                .unwrap();
        }
    }
    let mut events = Subscription::aggregate::<Account>(store);
    let batch = events.catch_up().await.unwrap().unwrap();
    let sent = rates
        .iter()
        .flat_map(|rate| notes.iter().map(move |note| (rate, note)));
    let mut count = 0;
    for (recorded, (rate, note)) in batch.iter().zip(sent) {
        let crate::domain::AccountEvent::Rated(event) = recorded.unwrap().event else {
            panic!()
        };
        assert_eq!(
            (event.rate.to_bits(), &*event.note),
            (rate.to_bits(), *note)
        );
        count += 1;
    }
    assert_eq!(count, rates.len() * notes.len());
}

async fn refuses_ids_that_cannot_name_a_stream(store: impl Store + Clone) {
    let accounts = Repository::<Account, _>::new(store.clone());
    for (id, problem) in [
        (String::new(), NameProblem::EmptyId),
        ("a\0b".to_owned(), NameProblem::Nul),
        (
            "x".repeat(64 << 10),
            NameProblem::TooLong {
                bytes: (64 << 10) + "account-".len(),
            },
        ),
        (
            "é".repeat(512),
            NameProblem::TooLong {
                bytes: 1024 + "account-".len(),
            },
        ),
    ] {
        let refused = accounts
            .update(&id, |account| account.deposit(1))
            .await
            .unwrap_err();
        let ExecuteError::Read(ReadError::InvalidName(invalid)) = refused else {
            panic!("{refused:?}")
        };
        assert_eq!(invalid.problem, problem);
        assert!(
            invalid.to_string().len() < 400,
            "the message repeats the whole id"
        );
    }
    assert_eq!(store.head().await.unwrap(), None);
}

async fn keeps_hostile_ids_apart(store: impl Store + Clone) {
    let ids = [
        "_",
        "%",
        "'",
        "\"",
        ";",
        "\\",
        "--",
        "a-b",
        " ",
        "🦀",
        "'; DROP TABLE x; --",
        "A",
        "a",
    ];
    let accounts = Repository::<Account, _>::new(store.clone());
    for (id, cents) in ids.iter().zip(1..) {
        accounts
            .update(&(*id).to_owned(), |account| account.deposit(cents))
            .await
            .unwrap();
    }
    let fresh = Repository::<Account, _>::new(store);
    for (id, cents) in ids.iter().zip(1..) {
        assert_eq!(
            fresh.load(&(*id).to_owned()).await.unwrap().state.cents,
            cents,
            "{id:?}"
        );
    }
}

async fn refuses_large_payloads_and_metadata(store: impl Store + Clone) {
    let accounts = with_cents(&store, 1).await;
    let event = Rated {
        note: "x".repeat(1 << 20),
        ..rated(1.0)
    };
    let refused = record(&accounts, event).await.unwrap_err();
    let ExecuteError::Encode(Unencodable {
        reason: EncodeError::TooLarge { bytes, limit },
        ..
    }) = refused
    else {
        panic!("{refused:?}")
    };
    assert_eq!((limit, bytes > limit), (1 << 20, true));
    let context = factum::Context::new().extra("large", "x".repeat(70_000));
    let refused = accounts
        .update_with(&ada(), context, |account, _| account.deposit(1))
        .await;
    assert!(matches!(
        refused,
        Err(ExecuteError::Encode(Unencodable {
            what: "metadata",
            ..
        }))
    ));
    let context = factum::Context::new().tenant("x".repeat(300));
    let refused = accounts
        .update_with(&ada(), context, |account, _| account.deposit(1))
        .await;
    assert!(matches!(
        refused,
        Err(ExecuteError::Refused(factum::Refused::BadText { .. }))
    ));
    assert_eq!(
        accounts.load(&ada()).await.unwrap().revision,
        Some(Revision::FIRST)
    );
}

async fn stops_at_events_that_cannot_be_read(store: impl Store + Clone) {
    type Check = fn(&DecodeError) -> bool;
    let event = |n, name, payload: &'static str| {
        NewEvent::json(EventId::new(Uuid::from_u128(n)), name, payload)
    };
    let deposited = "account.deposited";
    let table: [(&str, NewEvent, Check); 5] = [
        (
            "unknown",
            event(1, "account.closed", "{}"),
            |error| matches!(error, DecodeError::UnknownEvent { name, .. } if name == "account.closed"),
        ),
        (
            "newer",
            NewEvent {
                version: 2,
                ..event(2, deposited, r#"{"cents":1}"#)
            },
            |error| {
                matches!(
                    error,
                    DecodeError::UnknownVersion {
                        version: 2,
                        current: 1,
                        ..
                    }
                )
            },
        ),
        ("payload", event(3, deposited, r#"{"cents":-1}"#), |error| {
            matches!(
                error,
                DecodeError::Payload {
                    event: "account.deposited",
                    version: 1,
                    ..
                }
            )
        }),
        ("truncated", event(4, deposited, r#"{"cen"#), |error| {
            matches!(error, DecodeError::Payload { .. })
        }),
        (
            "codec",
            NewEvent {
                codec: "cbor".into(),
                ..event(5, deposited, "{}")
            },
            |error| matches!(error, DecodeError::Codec { stored, reader: "json" } if stored == "cbor"),
        ),
    ];
    let accounts = Repository::<Account, _>::new(store.clone());
    for (id, bad, check) in table {
        let stream = StreamName::new("account", id).unwrap();
        accounts
            .update(&id.to_owned(), |account| account.deposit(1))
            .await
            .unwrap();
        let append = Append::new(stream.clone(), Expected::Any, vec![bad]).unwrap();
        let position = store.append(append).await.unwrap().positions[0];
        let fresh = Repository::<Account, _>::new(store.clone());
        let errors = [
            fresh.load(&id.to_owned()).await.unwrap_err(),
            fresh
                .load_at(&id.to_owned(), AsOf::Position(position))
                .await
                .unwrap_err(),
        ];
        for error in errors {
            assert!(!error.is_retryable());
            let ReadError::Undecodable(error) = error else {
                panic!("{error:?}")
            };
            assert_eq!(
                (&*error.stream, error.position),
                (stream.as_str(), position)
            );
            assert_eq!(error.revision, Revision::new(1));
            assert!(check(&error.reason), "{id}: {error}");
        }
        let refused = fresh
            .update(&id.to_owned(), |account| account.deposit(1))
            .await;
        assert!(matches!(
            refused,
            Err(ExecuteError::Read(ReadError::Undecodable(_)))
        ));
    }
    let mut events = Subscription::aggregate::<Account>(store.clone());
    let batch = events.catch_up().await.unwrap().unwrap();
    let unreadable = batch.iter().filter(Result::is_err).count();
    assert_eq!((batch.len(), unreadable), (10, 5), "none is skipped");
}

#[tokio::test]
async fn only_what_is_refused_for_its_ids_is_looked_for() {
    let folder = tempfile::tempdir().unwrap();
    let file = Sqlite::open(folder.path().join("bank.db")).await.unwrap();
    let store = Faulty::new(file.clone());
    let accounts = with_cents(&store, 1).await.cache(0);
    let no_revision_left = "DELETE FROM factum_events;
        UPDATE factum_streams SET first = 9223372036854775807, last = 9223372036854775806";
    let other = Connection::open(file.path()).unwrap();
    other.execute_batch(no_revision_left).unwrap();
    let reads = store.reads();
    let context = Context::new().command_id(CommandId::named("slip 1"));
    let outcome = accounts
        .update_with(&ada(), context, |account, _| account.deposit(1))
        .await;
    assert!(
        matches!(
            outcome,
            Err(ExecuteError::Refused(Refused::NumberTooLarge { .. }))
        ),
        "{outcome:?}"
    );
    assert_eq!(store.reads(), reads + 1);
}
