//! Others at the stores while they are copied, and more streams than are remembered.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use factum::copy::CopyError;
use factum::store::{Append, Appended, BoxFuture, Page, Read};
use factum::testing::Faulty;
use factum::{Durability, Memory, Position, Sqlite, Store, StoreError, copy};

use crate::domain::Order;
use crate::stores::{
    COPIED, File, LOG, all, append, append_rows, both, in_memory, new_event, on_every_pair, run,
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
    stream: &'static str,
}

impl Meddled {
    async fn meddle(&self) {
        let event = new_event(99, "account.deposited", 1, r#"{"cents":99}"#);
        append(&self.store, self.stream, event).await;
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

    fn read(&self, read: Read) -> BoxFuture<'_, Result<Page, StoreError>> {
        self.store.read(read)
    }

    fn head(&self) -> BoxFuture<'_, Result<Option<Position>, StoreError>> {
        self.store.head()
    }

    fn wait(
        &self,
        after: Option<Position>,
        timeout: Duration,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        self.store.wait(after, timeout)
    }

    fn durability(&self) -> Durability {
        self.store.durability()
    }
}

#[tokio::test]
async fn what_another_program_writes_meanwhile_is_found() {
    let from = Memory::new();
    append_rows(&from, 0, &LOG).await;
    // Seven events, of which two stand side by side and go in one batch.
    for number in 0..6 {
        for before in [true, false] {
            for stream in ["account-ada", "account-bob", "order-7", "other-1"] {
                let to = Meddled {
                    store: Memory::new(),
                    appends: AtomicUsize::new(0),
                    number,
                    before,
                    stream,
                };
                let error = run(&from, &to).await.unwrap_err();
                let found = matches!(error, CopyError::Differs(_) | CopyError::Surplus(_));
                assert!(found, "{error}");
                let again = run(&from, &to).await.unwrap_err();
                assert_eq!(again.to_string(), error.to_string());
            }
        }
    }
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
        factum::store::NewEvent {
            id: crate::stores::id(1 << 40),
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
