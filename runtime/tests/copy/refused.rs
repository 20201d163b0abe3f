//! What is not copied is said, with its place and what to do.

use std::sync::Arc;

use factum::copy::{CopyError, Place, Uncovered};
use factum::store::{BoxFuture, NewEvent, Page, PageBuilder, Read, StoredEvent};
use factum::testing::{Fault, Faulty};
use factum::{
    Codec, DecodeError, Decoded, EncodeError, EventInfo, EventSet, Memory, Position, ReadError,
    Repository, Revision, Sqlite, Store, StoreError, Torn, UnavailableCause, Undecodable, copy,
};

use crate::domain::{Account, Order, ada};
use crate::stores::{
    DEPOSITED, File, LOG, all, append, append_rows, both, id, new_event, on_every_pair, run,
    through,
};

on_every_pair! {
    says_what_nothing_covers,
    copies_as_stored_what_it_is_told_to,
    says_what_it_cannot_read_as_a_repository_does,
    says_which_row_is_missing,
}

async fn says_what_nothing_covers(from: impl Store + Clone, to: impl Store + Clone) {
    append_rows(&from, 0, &LOG).await;
    let error = copy(&from, &to)
        .aggregate::<Account>()
        .run()
        .await
        .unwrap_err();
    let said = error.to_string();
    let CopyError::Uncovered(uncovered) = error else {
        panic!("{said}");
    };
    let expected = Uncovered {
        category: "order".to_owned(),
        event: Place {
            id: id(2),
            stream: "order-7".to_owned(),
            revision: Revision::new(0),
            position: Position::new(3),
        },
        name: "order.placed".to_owned(),
        version: 1,
    };
    assert_eq!(*uncovered, expected);
    assert_eq!(
        said,
        "nothing says how the category `order` is copied, as which event 00000000-0000-0000-0000-000000000002 \
         at position 3 (revision 0 of `order-7`), a `order.placed` version 1, is stored; add \
         `.aggregate::<..>()` with the aggregate of this name, or `.as_stored(&[\"order\"])`"
    );
}

async fn copies_as_stored_what_it_is_told_to(from: impl Store + Clone, to: impl Store + Clone) {
    append_rows(&from, 0, &LOG).await;
    let strange = NewEvent {
        codec: "cbor".into(),
        version: 77,
        index: 3,
        tenant: Some("north".into()),
        payload: vec![0, 159, 146, 150].into(),
        metadata: vec![1, 2].into(),
        ..new_event(50, "strange.name", 1, "")
    };
    append(&from, "strange-1", strange).await;
    let copying = copy(&from, &to)
        .aggregate::<Account>()
        .as_stored(&["order"]);
    assert!(matches!(copying.run().await, Err(CopyError::Uncovered(_))));
    let copying = || copy(&from, &to).aggregate::<Account>().others_as_stored();
    let copied = copying().run().await.unwrap();
    assert_eq!((copied.read, copied.ignored, copied.verified), (9, 1, 8));
    let read = |store: Arc<dyn Store>| async move {
        let read = Read::stream("strange-1".parse().unwrap(), None);
        Store::read(&store, read).await.unwrap()
    };
    let (before, after) = (
        read(Arc::new(from.clone())).await,
        read(Arc::new(to.clone())).await,
    );
    let (before, after) = (before.get(0).unwrap(), after.get(0).unwrap());
    let as_before = StoredEvent {
        position: before.position,
        recorded_at: before.recorded_at,
        ..after
    };
    assert_eq!(before, as_before);
    assert_eq!(copying().run().await.unwrap().written, 0);
}

async fn says_what_it_cannot_read_as_a_repository_does(
    from: impl Store + Clone,
    _: impl Store + Clone,
) {
    let unreadable: [(&str, u16, &str, &str); 4] = [
        (DEPOSITED, 2, "{}", "a newer release wrote it"),
        (DEPOSITED, 0, "{}", "as version 0"),
        (
            "account.renamed",
            1,
            "{}",
            "nothing here reads the event `account.renamed`",
        ),
        (
            DEPOSITED,
            1,
            r#"{"cents":"#,
            "the payload of `account.deposited` version 1",
        ),
    ];
    for ((name, version, payload, said), number) in unreadable.into_iter().zip(0..) {
        // A stream of its own for each, in a store that is copied anew.
        let stream = format!("account-{number}");
        append_rows(&from, 100 * (number + 1), &LOG[..1]).await;
        append(&from, &stream, new_event(number, name, version, payload)).await;
        let to = Memory::new();
        let error = run(&from, &to).await.unwrap_err();
        assert!(error.to_string().contains(said), "{error}");
        let CopyError::Undecodable(error) = error else {
            panic!("{error}");
        };
        let accounts = Repository::<Account, _>::new(from.clone());
        let read = accounts.load(&number.to_string()).await.unwrap_err();
        let ReadError::Undecodable(read) = read else {
            panic!("{read}");
        };
        assert_eq!(error.to_string(), read.to_string());
        assert_eq!(all(&to).await, []);
        let deletes = from.deletes().unwrap();
        let delete = deletes.delete(stream.parse().unwrap(), factum::Expected::Any);
        assert_eq!(delete.await.unwrap(), 1);
    }
}

async fn says_which_row_is_missing(from: impl Store + Clone, to: impl Store + Clone) {
    append_rows(&from, 0, &LOG).await;
    let torn = Hole(from);
    let error = run(&torn, &to).await.unwrap_err();
    let CopyError::Torn(torn) = error else {
        panic!("{error}");
    };
    let expected = Torn {
        stream: "account-ada".parse().unwrap(),
        expected: Some(Revision::new(2)),
        found: Some(Revision::new(3)),
    };
    assert_eq!(torn, expected);
}

/// A store of which the third event of a stream was lost.
struct Hole<S>(S);

impl<S: Store> Store for Hole<S> {
    fn read(&self, read: Read) -> BoxFuture<'_, Result<Page, StoreError>> {
        Box::pin(async move {
            let page = self.0.read(read.clone()).await?;
            let mut holed = PageBuilder::new(read);
            let is_lost = |event: &StoredEvent<'_>| event.revision == Revision::new(2);
            for event in page.iter().filter(|event| !is_lost(event)) {
                holed.push(&event);
            }
            Ok(holed.end(page.position().map(Position::get)))
        })
    }

    through!(0: append, head, wait, durability);
}

#[tokio::test]
async fn a_row_of_a_file_that_another_program_deleted_is_missing() {
    // The first one of its stream, and one behind it.
    for position in [1, 4] {
        let file = File::new();
        let from = file.open().await;
        append_rows(&from, 0, &LOG).await;
        from.close().await.unwrap();
        let other = factum::sqlite::rusqlite::Connection::open(file.path()).unwrap();
        let delete = "DELETE FROM factum_events WHERE position = ?1";
        assert_eq!(other.execute(delete, [position]).unwrap(), 1);
        drop(other);
        let from = file.open().await;
        let copied = run(&from, &Memory::new()).await.unwrap_err();
        let loaded = Repository::<Account, _>::new(from)
            .load(&ada())
            .await
            .unwrap_err();
        assert_eq!(copied.to_string(), loaded.to_string());
    }
}

#[tokio::test]
async fn a_store_is_not_copied_into_itself() {
    let store = Memory::new();
    append_rows(&store, 0, &LOG).await;
    let error = run(&store, &store).await.unwrap_err();
    assert!(matches!(error, CopyError::SameStore), "{error}");

    // Two handles of one store: it is compared with itself, and an event that has to change differs from itself.
    let error = run(&store, &store.clone()).await.unwrap_err();
    assert!(matches!(error, CopyError::Differs(_)), "{error}");
    let twin = store.clone();
    let as_it_is = copy(&store, &twin).others_as_stored();
    let copied = as_it_is.run().await.unwrap();
    assert_eq!((copied.written, copied.verified), (0, 8));
}

#[tokio::test]
async fn nothing_is_added_to_a_store_that_is_copied_into_itself() {
    let file = File::new();
    let (one, other) = (file.open().await, file.open().await);
    append_rows(&one, 0, &LOG).await;
    let twice = |last| {
        move |row: factum::copy::Row, rows: &mut factum::copy::Rows| {
            let again = (row.id() == id(last)).then(|| row.clone());
            rows.put(row);
            if let Some(again) = again {
                rows.put(again);
            }
            Ok(())
        }
    };
    let copying = |from, to| copy(from, to).others_as_stored();
    let copied = copying(&one, &other).transform(twice(7)).run().await;
    assert!(matches!(copied, Err(CopyError::SameStore)), "{copied:?}");
    assert_eq!(all(&one).await.len(), LOG.len());

    // Into another file it goes.
    let elsewhere = File::new();
    let elsewhere: Sqlite = elsewhere.open().await;
    let copied = copying(&one, &elsewhere).transform(twice(7)).run().await;
    assert_eq!(copied.unwrap().written, 9);
}

#[tokio::test]
async fn a_category_is_said_once() {
    let (from, to) = (Memory::new(), Memory::new());
    let copying = both(&from, &to).aggregate::<Order>();
    let error = copying.run().await.unwrap_err();
    assert!(matches!(&error, CopyError::CategoryTwice(category) if category == "order"));
    let copying = both(&from, &to).as_stored(&["a", "b", "a"]);
    let error = copying.run().await.unwrap_err();
    assert!(matches!(&error, CopyError::CategoryTwice(category) if category == "a"));
}

#[tokio::test]
async fn a_store_that_cannot_serve_is_named() {
    let (from, to) = (Memory::new(), Faulty::new(Memory::new()));
    append_rows(&from, 0, &LOG).await;
    to.plan([Fault::Unavailable(UnavailableCause::Locked)]);
    let error = run(&from, &to).await.unwrap_err();
    assert!(error.is_retryable());
    assert_eq!(
        error.to_string(),
        "the target cannot be read or written: the store cannot serve: as planned; once it can, run the copy again, \
         which goes on where this one stopped"
    );
}

/// Reads amounts, and forgets them.
#[derive(Debug, Clone, PartialEq)]
struct Forgetful(u64);

impl EventSet for Forgetful {
    const READS: &'static [EventInfo] = &[EventInfo::new("amount", 1, "Forgetful")];

    fn info(&self) -> &'static EventInfo {
        &Self::READS[0]
    }

    fn encode<C: Codec>(&self, codec: &C, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        codec.encode(&0, out)
    }

    fn decode<C: Codec>(
        codec: &C,
        _: &str,
        version: u16,
        payload: &[u8],
    ) -> Result<Decoded<Self>, DecodeError> {
        let amount = codec
            .decode(payload)
            .map_err(|reason| DecodeError::Payload {
                event: "amount",
                version,
                reason,
            });
        amount.map(|amount| Decoded::One(Self(amount)))
    }
}

#[tokio::test]
async fn what_would_not_come_back_equal_is_not_written() {
    let (from, to) = (Memory::new(), Memory::new());
    append_rows(
        &from,
        0,
        &[("a-1", "amount", 1, "0"), ("b-1", "amount", 1, "7")],
    )
    .await;
    let copying = copy(&from, &to).events::<Forgetful>(&["a", "b"]);
    let error = copying.run().await.unwrap_err();
    let said = "`amount` cannot be stored: `amount` does not survive its codec: written as Forgetful(7), read as \
                One(Forgetful(0)); it is what event 00000000-0000-0000-0000-000000000001 at position 2 \
                (revision 0 of `b-1`) of the source is read as: mend the type, and run the copy again";
    assert_eq!(error.to_string(), said);
    assert!(matches!(error, CopyError::Unencodable { .. }));
}

#[tokio::test]
async fn a_codec_that_is_not_the_rows_is_said() {
    let (from, to) = (Memory::new(), Memory::new());
    let other = NewEvent {
        codec: "cbor".into(),
        ..new_event(1, DEPOSITED, 1, r#"{"cents":1}"#)
    };
    append(&from, "account-ada", other).await;
    let error = run(&from, &to).await.unwrap_err();
    let CopyError::Undecodable(undecodable) = error else {
        panic!("{error}");
    };
    let Undecodable { reason, .. } = *undecodable;
    assert!(matches!(reason, DecodeError::Codec { .. }), "{reason}");
}
