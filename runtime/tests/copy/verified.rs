//! A target that is not what the source becomes: what differs is found and named, and nothing is written.

use factum::copy::{CopyError, Differs, Part, Place};
use factum::{Memory, Position, Revision, Store};

use crate::stores::{
    LOG, Whole, all, append, append_rows, id, in_memory, new_event, on_every_pair, run,
};

on_every_pair! {
    names_what_differs,
    names_an_event_behind_the_end,
}

type Change = fn(&mut Whole);

/// One of each part; the other parts stay as they are.
const CHANGES: [(Part, Change); 10] = [
    (Part::Stream, |it| it.stream.push('2')),
    (Part::Id, |it| it.id = id(77)),
    (Part::Name, |it| it.name.push('2')),
    (Part::Version, |it| it.version = 3),
    (Part::Codec, |it| it.codec.push('2')),
    (Part::Payload, |it| it.payload.push(' ')),
    (Part::Index, |it| it.index = 1),
    (Part::Tenant, |it| it.tenant = Some("north".to_owned())),
    (Part::OccurredAt, |it| {
        change(&mut it.metadata, "1970", "1971");
    }),
    (Part::Metadata, |it| {
        change(&mut it.metadata, "-0000-", "-0001-");
    }),
];

fn change(text: &mut String, from: &str, to: &str) {
    *text = text.replace(from, to);
}

async fn copy_of(rows: &[Whole]) -> Memory {
    let store = Memory::new();
    for it in rows {
        append(&store, &it.stream, it.new_event()).await;
    }
    store
}

async fn differs(from: &dyn Store, rows: &[Whole]) -> Box<Differs> {
    let to = copy_of(rows).await;
    let error = run(from, &to).await.unwrap_err();
    assert_eq!(all(&to).await, rows);
    match error {
        CopyError::Differs(differs) => differs,
        other => panic!("{other}"),
    }
}

async fn names_what_differs(from: impl Store + Clone, to: impl Store + Clone) {
    append_rows(&from, 0, &LOG).await;
    let whole = in_memory(&from).await;
    // Wherever it stands in the log, and whatever is behind it.
    for at in [1, 2, 5] {
        for (part, change) in CHANGES {
            let mut rows = whole.clone();
            change(&mut rows[at]);
            for rows in [&rows[..], &rows[..=at]] {
                let differs = differs(&from, rows).await;
                assert_eq!(
                    (differs.part, differs.target.position.get()),
                    (part, at as u64 + 1)
                );
                assert_ne!(differs.expected, differs.found);
                assert_eq!(differs.origin.id, whole[at].id);
            }
        }
    }
    let mut swapped = whole.clone();
    swapped.swap(1, 2);
    assert_eq!(differs(&from, &swapped).await.part, Part::Stream);
    let mut lost = whole.clone();
    lost.remove(1);
    let found = differs(&from, &lost).await;
    let place = |revision, position| Place {
        id: found.origin.id,
        stream: "account-ada".to_owned(),
        revision: Revision::new(revision),
        position: Position::new(position),
    };
    assert_eq!((found.part, &found.origin), (Part::Stream, &place(1, 2)));

    let mut changed = whole[3].clone();
    change(&mut changed.payload, "2", "3");
    for it in whole[..3].iter().chain([&changed]) {
        append(&to, &it.stream, it.new_event()).await;
    }
    let error = run(&from, &to).await.unwrap_err();
    assert!(!error.is_retryable());
    assert_eq!(
        error.to_string(),
        "the target holds another payload than event 00000000-0000-0000-0000-000000000003 at position 4 \
         (revision 2 of `account-ada`) of the source becomes: event 00000000-0000-0000-0000-000000000003 at \
         position 4 (revision 2 of `account-ada`); another program wrote to the target, or what the source becomes \
         has changed since: copy into a new store\n  source: {\"cents\":2}\n  target: {\"cents\":3}"
    );
}

async fn names_an_event_behind_the_end(from: impl Store + Clone, to: impl Store + Clone) {
    append_rows(&from, 0, &LOG).await;
    run(&from, &to).await.unwrap();
    append(
        &to,
        "account-ada",
        new_event(99, "account.deposited", 1, r#"{"cents":9}"#),
    )
    .await;
    let head = to.head().await.unwrap();
    let error = run(&from, &to).await.unwrap_err();
    let CopyError::Surplus(place) = error else {
        panic!("{error}");
    };
    assert_eq!((place.id, place.revision), (id(99), Revision::new(4)));
    // Nor does it go on behind it.
    append_rows(&from, 200, &LOG[..1]).await;
    let error = run(&from, &to).await.unwrap_err();
    assert!(matches!(error, CopyError::Differs(_)), "{error}");
    assert_eq!(to.head().await.unwrap(), head);
}
