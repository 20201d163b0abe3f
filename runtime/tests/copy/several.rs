//! Others at the stores while they are copied, and more streams than are remembered.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use factum::copy::CopyError;
use factum::store::{Append, Appended, BoxFuture, NewEvent, Page, PageBuilder, Read};
use factum::testing::Faulty;
use factum::{Memory, Position, Sqlite, Store, StoreError, copy};

use crate::domain::Order;
use crate::stores::{
    COPIED, File, LOG, all, append, append_rows, both, id, in_memory, new_event, on_every_pair,
    run, through,
};

on_every_pair! {
    copies_what_comes_meanwhile,
    goes_on_with_what_came_since,
}

async fn copies_what_comes_meanwhile(from: impl Store + Clone, to: impl Store + Clone) {
    append_rows(&from, 0, &LOG).await;
    let writer = async {
        for round in 1..40 {
            append_rows(&from, round * 100, &LOG).await;
            tokio::task::yield_now().await;
        }
    };
    let (copied, ()) = tokio::join!(run(&from, &to), writer);
    let copied = copied.unwrap();
    assert!(copied.verified >= COPIED && copied.position <= copied.head);
    let whole = in_memory(&from).await;
    let there = all(&to).await;
    assert_eq!(there, whole[..there.len()]);
    // The writers have stopped.
    let last = run(&from, &to).await.unwrap();
    assert_eq!(last.written, (whole.len() - there.len()) as u64);
    assert_eq!(all(&to).await, whole);
}

async fn goes_on_with_what_came_since(from: impl Store + Clone, to: impl Store + Clone) {
    for round in 0..4 {
        append_rows(&from, round * 100, &LOG).await;
        let copied = run(&from, &to).await.unwrap();
        assert_eq!(copied.written, COPIED);
        assert_eq!(
            copied.verified,
            COPIED * (u64::try_from(round).unwrap() + 1)
        );
    }
    assert_eq!(all(&to).await, in_memory(&from).await);
}

/// Two copies into one target, through two handles of it, while the source grows.
async fn at_once<S: Store + Clone, T: Store>(from: S, to: [T; 2]) {
    append_rows(&from, 0, &LOG).await;
    let writer = from.clone();
    let writer = tokio::spawn(async move {
        for round in 1..20 {
            append_rows(&writer, round * 100, &LOG).await;
        }
    });
    let [one, other] = to;
    let (source, twin) = (from.clone(), from.clone());
    let one = tokio::spawn(async move { run(&source, &one).await.map(|_| one) });
    let other = tokio::spawn(async move { run(&twin, &other).await.map(|_| other) });
    let one = one.await.unwrap().unwrap();
    other.await.unwrap().unwrap();
    writer.await.unwrap();
    run(&from, &one).await.unwrap();
    assert_eq!(all(&one).await, in_memory(&from).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn two_copies_at_once_make_one() {
    for _ in 0..30 {
        let to = Memory::new();
        at_once(Memory::new(), [to.clone(), to]).await;
    }
    for _ in 0..3 {
        let (from, to) = (File::new(), File::new());
        let targets: [Sqlite; 2] = [to.open().await, to.open().await];
        at_once(from.open().await, targets).await;
    }
}

/// A store in which another program writes a row right before, or right after, the append of this number.
struct Meddled {
    store: Memory,
    appends: AtomicUsize,
    number: usize,
    before: bool,
    row: (String, NewEvent),
}

impl Meddled {
    fn new(store: &Memory, number: usize, before: bool, stream: &str, event: NewEvent) -> Self {
        Self {
            store: store.clone(),
            appends: AtomicUsize::new(0),
            number,
            before,
            row: (stream.to_owned(), event),
        }
    }

    async fn meddle(&self) {
        append(&self.store, &self.row.0, self.row.1.clone()).await;
    }
}

impl Store for Meddled {
    fn append(&self, append: Append) -> BoxFuture<'_, Result<Appended, StoreError>> {
        Box::pin(async move {
            let now = self.appends.fetch_add(1, Ordering::Relaxed) == self.number;
            if now && self.before {
                self.meddle().await;
            }
            let appended = self.store.append(append).await;
            if now && !self.before {
                self.meddle().await;
            }
            appended
        })
    }

    through!(store: read, head, wait, durability);
}

#[tokio::test]
async fn what_another_program_writes_meanwhile_is_found_and_not_built_on() {
    let from = Memory::new();
    append_rows(&from, 0, &LOG).await;
    let whole = in_memory(&from).await;
    // Six batches, into a target that is empty, or in which one of them is.
    for there in [0, 2] {
        for number in 0..6 - there / 2 {
            for before in [true, false] {
                for stream in ["account-ada", "account-bob", "order-7", "other-1"] {
                    let store = Memory::new();
                    for it in &whole[..there] {
                        append(&store, &it.stream, it.new_event()).await;
                    }
                    let other = new_event(99, "account.deposited", 1, r#"{"cents":99}"#);
                    let to = Meddled::new(&store, number, before, stream, other);
                    let error = run(&from, &to).await.unwrap_err();
                    let found = matches!(error, CopyError::Differs(_) | CopyError::Surplus(_));
                    assert!(found, "{error}");
                    let rows = all(&store).await;
                    let last = rows.iter().rfind(|row| row.stream == stream).unwrap();
                    assert_eq!(last.id, id(99));
                    let again = run(&from, &to).await.unwrap_err();
                    assert_eq!(again.to_string(), error.to_string());
                }
            }
        }
    }
}

#[tokio::test]
async fn what_another_copy_writes_meanwhile_is_taken_for_what_it_is() {
    let from = Memory::new();
    append_rows(&from, 0, &LOG).await;
    let whole = in_memory(&from).await;
    // A part of the first batch, or a batch of its own.
    for number in [0, 1] {
        let (store, it) = (Memory::new(), &whole[[0, 2][number]]);
        let to = Meddled::new(&store, number, true, &it.stream, it.new_event());
        let copied = run(&from, &to).await.unwrap();
        assert_eq!((copied.written, copied.verified), (COPIED - 1, COPIED));
        assert_eq!(all(&store).await, whole);
    }
}

/// A store of which the first page that is read ends early, as if the rest were written then.
struct Late {
    store: Memory,
    reads: AtomicUsize,
}

impl Store for Late {
    fn read(&self, read: Read) -> BoxFuture<'_, Result<Page, StoreError>> {
        Box::pin(async move {
            if self.reads.fetch_add(1, Ordering::Relaxed) > 0 {
                return self.store.read(read).await;
            }
            let first = self.store.read(read.clone().limit(3)).await?;
            let mut page = PageBuilder::new(read);
            first.iter().for_each(|event| page.push(&event));
            Ok(page.end(first.position().map(Position::get)))
        })
    }

    through!(store: append, head, wait, durability);
}

#[tokio::test]
async fn what_another_copy_found_later_is_no_surplus() {
    let (store, to) = (Memory::new(), Memory::new());
    append_rows(&store, 0, &LOG).await;
    run(&store, &to).await.unwrap();
    let from = Late {
        store,
        reads: AtomicUsize::new(0),
    };
    let copied = run(&from, &to).await.unwrap();
    assert_eq!((copied.read, copied.verified), (8, COPIED));
}

#[tokio::test]
async fn a_row_that_was_written_before_is_expected_and_one_by_others_is_not() {
    // The first revisions of both streams are forgotten when the last ones come.
    const STREAMS: u32 = 21_000;
    let from = Memory::new();
    let place = |order: u32, items| {
        let payload = format!(r#"{{"items":{items}}}"#);
        let number = u128::from(order) * 2 + u128::from(items);
        (
            format!("order-{order}"),
            new_event(number, "order.placed", 1, &payload),
        )
    };
    for items in 0..2_u32 {
        for order in 0..STREAMS {
            let (stream, event) = place(order, items);
            append(&from, &stream, event).await;
        }
    }
    let to = Faulty::new(Memory::new());
    let copied = copy(&from, &to).aggregate::<Order>().run().await.unwrap();
    assert_eq!(copied.verified, u64::from(STREAMS) * 2);
    assert!(to.reads() > STREAMS as usize, "{} reads", to.reads());
    let last = |store: Arc<dyn Store>| async move {
        let orders = factum::Repository::<Order, _>::new(store);
        let loaded = orders.load(&(STREAMS - 1)).await.unwrap();
        (loaded.state, loaded.revision)
    };
    assert_eq!(
        last(Arc::new(to.clone())).await,
        last(Arc::new(from.clone())).await
    );
    // Resumed, it knows no more of the streams.
    let (stream, event) = place(0, 7);
    append(
        &from,
        &stream,
        NewEvent {
            id: id(1 << 40),
            ..event
        },
    )
    .await;
    let copied = copy(&from, &to).aggregate::<Order>().run().await.unwrap();
    assert_eq!(
        (copied.written, copied.verified),
        (1, u64::from(STREAMS) * 2 + 1)
    );
    assert_eq!(both(&from, &to).run().await.unwrap().written, 0);
}
