//! A copy that stopped anywhere goes on there.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use factum::copy::CopyError;
use factum::store::{Append, Appended, BoxFuture, Page, Read};
use factum::testing::{Fault, Faulty};
use factum::{Expected, Memory, Position, Retry, Store, StoreError, UnavailableCause, copy};

use crate::stores::{
    COPIED, File, LOG, all, append, append_rows, both, in_memory, new_event, on_every_pair, run,
    through,
};

on_every_pair! {
    goes_on_behind_what_is_there,
    goes_on_after_an_append_that_failed,
    settles_what_is_unknown,
    writes_nothing_where_nothing_is_missing,
}

async fn goes_on_behind_what_is_there(from: impl Store + Clone, to: impl Store + Clone) {
    append_rows(&from, 0, &LOG).await;
    let whole = in_memory(&from).await;
    // Each round finds one event more than the last one left.
    for there in 0..=whole.len() {
        let part = Memory::new();
        for it in &whole[..there] {
            append(&part, &it.stream, it.new_event()).await;
        }
        let part = Faulty::new(part);
        let copied = run(&from, &part).await.unwrap();
        let left = &whole[there..];
        assert_eq!(copied.written, left.len() as u64);
        // Neighbours of one stream at once, and none of them in vain.
        let batches = left.chunk_by(|one, next| one.stream == next.stream);
        assert_eq!(part.appends(), batches.count());
        assert_eq!(copied.verified, COPIED);
        assert_eq!(all(&part).await, whole);
    }
    for it in &whole[..3] {
        append(&to, &it.stream, it.new_event()).await;
    }
    assert_eq!(run(&from, &to).await.unwrap().written, COPIED - 3);
    assert_eq!(all(&to).await, whole);
}

async fn goes_on_after_an_append_that_failed(from: impl Store + Clone, to: impl Store + Clone) {
    append_rows(&from, 0, &LOG).await;
    let whole = in_memory(&from).await;
    let to = Faulty::new(to);
    let full = Fault::Unavailable(UnavailableCause::Full);
    // The second batch of each run fails, so each gets one batch further.
    let mut runs = 0;
    loop {
        to.plan([Fault::None, full]);
        runs += 1;
        match run(&from, &to).await {
            Ok(copied) => {
                assert_eq!(copied.verified, COPIED);
                break;
            }
            Err(error) => assert!(
                matches!(error, CopyError::Target(_)) && !error.is_retryable(),
                "{error}"
            ),
        }
        let there = all(&to).await;
        assert_eq!(there, whole[..there.len()]);
    }
    assert_eq!(runs, 6);
    assert_eq!(all(&to).await, whole);
}

async fn settles_what_is_unknown(from: impl Store + Clone, to: impl Store + Clone) {
    append_rows(&from, 0, &LOG).await;
    let to = Faulty::new(to);
    to.plan([Fault::LostAnswer, Fault::LostRequest, Fault::None].repeat(3));
    let copied = run(&from, &to).await.unwrap();
    assert_eq!(copied.verified, COPIED);
    assert_eq!(all(&to).await, in_memory(&from).await);

    append_rows(&from, 100, &LOG).await;
    to.plan([Fault::LostAnswer]);
    let impatient = both(&from, &to).retry(Retry::never());
    let error = impatient.run().await.unwrap_err();
    assert!(
        matches!(error, CopyError::Target(_)) && error.is_retryable(),
        "{error}"
    );
    assert_eq!(run(&from, &to).await.unwrap().verified, 2 * COPIED);
    assert_eq!(all(&to).await, in_memory(&from).await);
}

async fn writes_nothing_where_nothing_is_missing(from: impl Store + Clone, to: impl Store + Clone) {
    append_rows(&from, 0, &LOG).await;
    run(&from, &to).await.unwrap();
    let to = Faulty::new(to);
    let head = to.head().await.unwrap();
    let copied = run(&from, &to).await.unwrap();
    assert_eq!((copied.written, copied.verified), (0, COPIED));
    assert_eq!((to.appends(), to.head().await.unwrap()), (0, head));
}

/// A store of which each method has to be asked twice, as if it did its work elsewhere.
#[derive(Clone)]
struct Slow(Memory);

macro_rules! later {
    ($work:expr) => {
        Box::pin(async move {
            tokio::task::yield_now().await;
            let done = $work.await;
            tokio::task::yield_now().await;
            done
        })
    };
}

impl Store for Slow {
    fn append(&self, append: Append) -> BoxFuture<'_, Result<Appended, StoreError>> {
        later!(self.0.append(append))
    }

    fn read(&self, read: Read) -> BoxFuture<'_, Result<Page, StoreError>> {
        later!(self.0.read(read))
    }

    fn head(&self) -> BoxFuture<'_, Result<Option<Position>, StoreError>> {
        later!(self.0.head())
    }

    through!(0: wait, durability);
}

#[tokio::test]
async fn dropped_at_any_point_it_goes_on() {
    let from = Memory::new();
    append_rows(&from, 0, &LOG).await;
    let whole = in_memory(&from).await;
    let mut points = 0;
    for polls in 0.. {
        let (slow, to) = (Slow(from.clone()), Memory::new());
        let target = Slow(to.clone());
        let mut finished = false;
        {
            let mut copying = pin!(run(&slow, &target));
            let mut context = Context::from_waker(Waker::noop());
            for _ in 0..polls {
                if let Poll::Ready(copied) = copying.as_mut().poll(&mut context) {
                    assert_eq!(copied.unwrap().verified, COPIED);
                    finished = true;
                    break;
                }
            }
        }
        let there = all(&to).await;
        assert_eq!(there, whole[..there.len()], "after {polls}");
        let copied = run(&from, &to).await.unwrap();
        assert_eq!(copied.written, (whole.len() - there.len()) as u64);
        assert_eq!(all(&to).await, whole);
        if finished {
            break;
        }
        points += 1;
    }
    assert!(points > 20, "{points}");
}

#[tokio::test]
async fn a_store_that_does_not_begin_at_the_first_revision_is_continued() {
    let (from, file) = (Memory::new(), File::new());
    append_rows(&from, 0, &LOG).await;
    let stream = || "account-ada".parse().unwrap();
    let delete = from.deletes().unwrap().delete(stream(), Expected::Any);
    assert_eq!(delete.await.unwrap(), 4);
    append_rows(&from, 100, &LOG[3..4]).await;
    let to = file.open().await;
    let copied = run(&from, &to).await.unwrap();
    assert_eq!((copied.read, copied.written), (5, 4));
    // Revisions count anew.
    let ada = to.read(Read::stream(stream(), None)).await.unwrap();
    assert_eq!(ada.span().unwrap().first.get(), 0);

    // Streams of the target may have been deleted before, and go on.
    let other = Memory::new();
    append_rows(&other, 200, &LOG[..1]).await;
    let deletes = other.deletes().unwrap();
    deletes.delete(stream(), Expected::Any).await.unwrap();
    run(&from, &other).await.unwrap();
    assert_eq!(all(&other).await, all(&to).await);
}

#[tokio::test]
async fn large_rows_of_one_stream_are_written_at_once() {
    let (from, to) = (Memory::new(), Faulty::new(Memory::new()));
    let text = format!("\"{}\"", "x".repeat(Read::PAGE_BYTES / 8));
    for number in 0..3 {
        append(&from, "note-1", new_event(number, "note.taken", 1, &text)).await;
    }
    let copied = copy(&from, &to).others_as_stored().run().await.unwrap();
    assert_eq!((copied.written, to.appends()), (3, 1));
}
