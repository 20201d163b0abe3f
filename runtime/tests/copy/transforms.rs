//! What only a copy can change: events that go elsewhere, become several, or become one.

use std::collections::BTreeMap;

use factum::copy::{CopyError, Copying, Part, Row, Rows, Transform};
use factum::{BoxError, Event, Memory, Store, StreamName, copy};
use serde::{Deserialize, Serialize};

use crate::domain::{Account, Deposited, Opened, Order};
use crate::stores::{
    COPIED, LOG, all, append, append_rows, both, id, new_event, on_every_pair, told,
};

on_every_pair! {
    moves_a_field_to_another_stream,
    merges_two_events_into_one,
    leaves_what_is_held_back_to_the_last_run,
}

/// What is known of an owner, in a stream of the owner's.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "owner.named")]
struct Named {
    name: String,
}

/// An account is opened without its owner's name, which goes into a stream of its own.
fn move_names(row: Row, rows: &mut Rows) -> Result<(), BoxError> {
    let Some(opened) = row.read::<Opened>()? else {
        rows.put(row);
        return Ok(());
    };
    let owner = StreamName::new("owner", row.stream().id())?;
    let Opened {
        owner: name,
        currency,
    } = opened;
    let owner_unnamed = String::new();
    rows.put(row.clone().write(&Opened {
        owner: owner_unnamed,
        currency,
    })?);
    rows.put(row.to(owner).write(&Named { name })?);
    Ok(())
}

async fn moves_a_field_to_another_stream(from: impl Store + Clone, to: impl Store + Clone) {
    append_rows(&from, 0, &LOG[..5]).await;
    let copying = || both(&from, &to).transform(move_names);
    let copied = copying().run().await.unwrap();
    assert_eq!((copied.read, copied.written, copied.verified), (5, 7, 7));
    assert_eq!((copying().run().await.unwrap().written), 0);
    let told = told(&to).await;
    let short: Vec<_> = told
        .iter()
        .map(|(stream, _, name, _, payload)| (&**stream, &**name, &**payload))
        .collect();
    assert_eq!(
        short[..3],
        [
            (
                "account-ada",
                "account.opened",
                r#"{"owner":"","currency":"EUR"}"#
            ),
            ("owner-ada", "owner.named", r#"{"name":"Ada"}"#),
            ("account-ada", "account.deposited", r#"{"cents":1}"#),
        ]
    );
    let rows = all(&to).await;
    assert_eq!(rows[0].id, id(0));
    assert_ne!(rows[1].id, id(0));
    assert_eq!((rows[0].index, rows[1].index), (0, 1));
    assert_eq!(rows[0].metadata, rows[1].metadata);
}

/// Two deposits of an account that follow each other become one, under the id of the first.
#[derive(Default)]
struct Pairs(BTreeMap<StreamName, Row>);

impl Transform for Pairs {
    fn take(&mut self, row: Row, rows: &mut Rows) -> Result<(), BoxError> {
        let Some(second) = row.read::<Deposited>()? else {
            rows.put(row);
            return Ok(());
        };
        let Some(first) = self.0.remove(row.stream()) else {
            self.0.insert(row.stream().clone(), row);
            return Ok(());
        };
        let cents = first.read::<Deposited>()?.map_or(0, |first| first.cents);
        rows.put(first.write(&Deposited {
            cents: cents + second.cents,
        })?);
        Ok(())
    }

    fn finish(&mut self, rows: &mut Rows) -> Result<(), BoxError> {
        for (_, row) in std::mem::take(&mut self.0) {
            rows.put(row);
        }
        Ok(())
    }
}

fn pairs<'a>(from: &'a dyn Store, to: &'a dyn Store) -> Copying<'a> {
    both(from, to).transform_by(Pairs::default())
}

async fn deposits(store: &dyn Store) -> Vec<(String, u128, String)> {
    let told = told(store).await.into_iter();
    let deposits = told.filter(|(_, _, name, ..)| name == "account.deposited");
    deposits
        .map(|(stream, id, _, _, payload)| (stream, id, payload))
        .collect()
}

fn deposit(stream: &str, id: u128, cents: u64) -> (String, u128, String) {
    (stream.to_owned(), id, format!(r#"{{"cents":{cents}}}"#))
}

async fn merges_two_events_into_one(from: impl Store + Clone, to: impl Store + Clone) {
    append_rows(&from, 0, &LOG).await;
    let copied = pairs(&from, &to).run().await.unwrap();
    assert_eq!((copied.read, copied.ignored, copied.written), (8, 1, 6));
    let expected = [
        deposit("account-ada", 1, 3),
        deposit("account-ada", 6, 4),
        deposit("account-bob", 7, 8),
    ];
    assert_eq!(deposits(&to).await, expected);

    // Wherever it stopped, what is held back is known again.
    let whole = all(&to).await;
    for there in 0..=whole.len() {
        let part = Memory::new();
        for it in &whole[..there] {
            append(&part, &it.stream, it.new_event()).await;
        }
        let copied = pairs(&from, &part).run().await.unwrap();
        assert_eq!(
            (copied.written, copied.verified),
            ((whole.len() - there) as u64, 6)
        );
        assert_eq!(all(&part).await, whole);
    }
}

async fn leaves_what_is_held_back_to_the_last_run(
    from: impl Store + Clone,
    to: impl Store + Clone,
) {
    append_rows(&from, 0, &LOG).await;
    for _ in 0..2 {
        pairs(&from, &to).open_ended().run().await.unwrap();
        assert_eq!(deposits(&to).await, [deposit("account-ada", 1, 3)]);
    }
    append_rows(&from, 20, &LOG[7..]).await;
    pairs(&from, &to).open_ended().run().await.unwrap();
    let so_far = [deposit("account-ada", 1, 3), deposit("account-bob", 7, 16)];
    assert_eq!(deposits(&to).await, so_far);
    pairs(&from, &to).run().await.unwrap();
    assert_eq!(deposits(&to).await[2..], [deposit("account-ada", 6, 4)]);

    // Once it is finished, nothing can come any more.
    append_rows(&from, 30, &LOG[6..7]).await;
    let error = pairs(&from, &to).run().await.unwrap_err();
    assert!(
        matches!(&error, CopyError::Differs(differs) if differs.part == Part::Payload),
        "{error}"
    );
}

#[tokio::test]
async fn a_transform_that_is_not_deterministic_is_found() {
    let (from, to) = (Memory::new(), Memory::new());
    append_rows(&from, 0, &LOG).await;
    for (run, found) in [(1, false), (2, true)] {
        let copying = both(&from, &to).transform(|row: Row, rows: &mut Rows| {
            let opened = row.read::<Opened>()?.filter(|opened| opened.owner == "Bob");
            rows.put(match opened {
                Some(opened) => row.write(&Opened {
                    owner: format!("{run}"),
                    ..opened
                })?,
                None => row,
            });
            Ok(())
        });
        let outcome = copying.run().await;
        let differs = matches!(&outcome, Err(CopyError::Differs(it)) if it.part == Part::Payload);
        assert_eq!(differs, found, "{outcome:?}");
    }
}

#[tokio::test]
async fn rows_under_one_id_are_parts_of_it_in_each_run() {
    let from = Memory::new();
    append_rows(&from, 0, &LOG[1..3]).await;
    let copying = |to: Memory| {
        let from = from.clone();
        async move {
            let copying = copy(&from, &to).aggregate::<Account>().aggregate::<Order>();
            let thrice = copying.transform(|row, rows| {
                for _ in 0..3 {
                    rows.put(row.clone());
                }
                rows.put(row.part(9));
                Ok(())
            });
            thrice.run().await.unwrap();
            all(&to).await
        }
    };
    let rows = copying(Memory::new()).await;
    assert_eq!(rows, copying(Memory::new()).await);
    let indexes: Vec<_> = rows.iter().map(|row| row.index).collect();
    assert_eq!(indexes, [0, 1, 2, 9, 0, 1, 2, 9]);
    let mut ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    assert_eq!((ids[0], ids[4]), (id(0), id(1)));
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 8);
}

#[tokio::test]
async fn pieces_of_an_event_and_parts_of_them_have_ids_of_their_own() {
    let (from, to) = (Memory::new(), Memory::new());
    let opened = (
        "account-ada",
        "account.opened-with",
        1,
        r#"{"owner":"Ada","cents":5}"#,
    );
    append_rows(&from, 0, &[opened]).await;
    let copying = both(&from, &to).transform(|row, rows| {
        rows.put(row.clone());
        rows.put(row);
        Ok(())
    });
    assert_eq!(copying.run().await.unwrap().written, 4);
    let mut ids: Vec<_> = all(&to).await.into_iter().map(|row| row.id).collect();
    assert_eq!(ids[0], id(0));
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 4);
}

#[tokio::test]
async fn one_event_becomes_more_than_a_batch_can_hold() {
    let row = |payload: &str| new_event(1, "order.placed", 1, payload);
    let large = format!(r#"{{"items":1{}}}"#, " ".repeat(1 << 20));
    for (payload, times) in [(r#"{"items":1}"#, 25_000), (&*large, 80)] {
        let (from, to) = (Memory::new(), Memory::new());
        append(&from, "order-7", row(payload)).await;
        let copying = || {
            let copying = copy(&from, &to).as_stored(&["order"]);
            copying.transform(|row, rows| {
                for _ in 0..times {
                    rows.put(row.clone());
                }
                Ok(())
            })
        };
        assert_eq!(copying().run().await.unwrap().written, times);
        assert_eq!(copying().run().await.unwrap().verified, times);
        let page = to.read(factum::store::Read::all(None)).await.unwrap();
        assert_eq!(
            (page.get(0).unwrap().id, page.get(1).unwrap().index),
            (id(1), 1)
        );
    }
}

#[tokio::test]
async fn a_transform_that_refuses_is_named_with_its_event() {
    let (from, to) = (Memory::new(), Memory::new());
    append_rows(&from, 0, &LOG).await;
    let copying = both(&from, &to).transform(|row, rows| {
        if row.name() == "order.placed" {
            return Err("no orders".into());
        }
        rows.put(row);
        Ok(())
    });
    let error = copying.run().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the transform refused event 00000000-0000-0000-0000-000000000002 at position 3 (revision 0 of `order-7`): \
         no orders; mend it, and run the copy again"
    );
    assert_eq!(all(&to).await, []);
}

#[tokio::test]
async fn an_event_that_a_transform_gives_twice_is_refused() {
    let (from, to) = (Memory::new(), Memory::new());
    append_rows(&from, 0, &LOG[3..]).await;
    let mut last: Option<Row> = None;
    let copying = both(&from, &to).transform(|row, rows| {
        if let Some(last) = last.replace(row.clone()) {
            rows.put(last);
        }
        rows.put(row);
        Ok(())
    });
    let error = copying.run().await.unwrap_err();
    let twice = matches!(
        error,
        CopyError::Refused(_) | CopyError::Lost(_) | CopyError::Contested(_)
    );
    assert!(twice, "{error}");
}

#[tokio::test]
async fn a_row_tells_what_it_is_and_where_it_comes_from() {
    let (from, to) = (Memory::new(), Memory::new());
    append_rows(&from, 0, &LOG[..2]).await;
    append(&from, "raw-1", new_event(9, "raw", 3, "{")).await;
    let mut told = Vec::new();
    let copying = both(&from, &to).others_as_stored().transform(|row, rows| {
        let occurred_at = row.metadata()?.occurred_at;
        let origin = row.origin();
        told.push((
            row.name().to_owned(),
            row.stream().clone(),
            row.id(),
            occurred_at,
            origin.position.get(),
        ));
        let event = row.read::<Deposited>()?;
        assert_eq!(event, (row.id() == id(1)).then_some(Deposited { cents: 1 }));
        rows.put(row);
        Ok(())
    });
    assert_eq!(copying.run().await.unwrap().written, 3);
    let row = |name: &str, stream: &str, number, position| {
        (
            name.to_owned(),
            stream.parse().unwrap(),
            id(number),
            factum::Timestamp::UNIX_EPOCH,
            position,
        )
    };
    assert_eq!(
        told,
        [
            row("account.opened", "account-ada", 0, 1),
            row("account.deposited", "account-ada", 1, 2),
            row("raw", "raw-1", 9, 3),
        ]
    );
}

#[tokio::test]
async fn a_row_is_equal_to_its_copy_and_to_no_other() {
    let (from, to) = (Memory::new(), Memory::new());
    append_rows(&from, 0, &LOG).await;
    let mut last = None;
    let copying = both(&from, &to).transform(|row, rows| {
        assert_eq!(row, row.clone());
        assert_ne!(last.replace(row.clone()), Some(row.clone()));
        rows.put(row);
        Ok(())
    });
    assert_eq!(copying.run().await.unwrap().written, COPIED);
}
