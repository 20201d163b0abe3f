//! Whoever appends alone does so in its own task. It may stop at any time, and so may its runtime: what was asked for is
//! done, and nobody else waits for it.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use factum::store::Read;
use factum::{
    Clock, Expected, Postgres, Store, StoreError, SystemClock, Timestamp, UnavailableCause,
};
use futures_util::future::join_all;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::time::timeout;

use crate::batches::{add, batch, ids, unavailable};
use crate::fixture::{HEAD, fresh, locked, session, waiting};

/// Far longer than anything takes here.
const LONG: Duration = Duration::from_secs(10);

/// What comes of it, which is not waited for for ever.
async fn in_time<T>(answer: impl Future<Output = T>) -> T {
    let answered = timeout(LONG, answer).await;
    answered.unwrap_or_else(|_| panic!("nobody works at the desk"))
}

type Answer<'a> = Pin<Box<dyn Future<Output = Result<(), StoreError>> + Send + 'a>>;

/// An append of one event to a stream of its own.
fn asked(store: &Postgres, id: u128) -> Answer<'_> {
    Box::pin(async move {
        let append = batch(&format!("account-{id}"), Expected::Any, [id]);
        store.append(append).await.map(drop)
    })
}

/// Asks for something, and goes no further; whether there is no answer yet.
fn begin(answer: &mut Answer<'_>) -> bool {
    let mut context = Context::from_waker(Waker::noop());
    answer.as_mut().poll(&mut context).is_pending()
}

/// Polls so often, each time when it is asked for; whether there was an answer.
async fn polled(answer: &mut Answer<'_>, times: usize) -> bool {
    let mut left = times;
    let end = poll_fn(|context| {
        left -= 1;
        match answer.as_mut().poll(context) {
            Poll::Ready(answered) => Poll::Ready(Some(answered)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    });
    let answered = in_time(end).await;
    answered.map(Result::unwrap).is_some()
}

async fn answered(answer: Answer<'_>) {
    in_time(answer).await.unwrap();
}

fn runtime() -> Runtime {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(2).enable_all().build().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_who_is_alone_needs_no_task_unless_others_have_just_asked() {
    let (url, store) = fresh().await;
    add(&store, "account-0", 1).await;
    // Connections are tasks too: there are enough of them.
    join_all((0..3).map(|_| store.head())).await;
    let (other, watch) = (locked(&url, HEAD).await, session(&url).await);
    let tasks = || Handle::current().metrics().num_alive_tasks();
    let before = tasks();
    let ended = async || {
        let ended = async {
            while tasks() > before {
                tokio::task::yield_now().await;
            }
        };
        in_time(ended).await;
    };
    let spawned = |id| {
        let store = store.clone();
        tokio::spawn(async move { asked(&store, id).await })
    };
    let first = spawned(2);
    waiting(&watch, 1).await;
    assert_eq!(tasks(), before + 1, "one that works beside its own");
    let mut others: Vec<_> = (3..6).map(|id| asked(&store, id)).collect();
    for other in &mut others {
        assert!(begin(other));
        assert_eq!(tasks(), before + 2);
    }
    other.batch_execute("COMMIT").await.unwrap();
    answered(Box::pin(async { first.await.unwrap() })).await;
    for other in others {
        answered(other).await;
    }
    ended().await;
    // Behind those who asked together comes one that may not be alone; behind that one somebody who is.
    for (id, needed) in [(6, 2), (7, 1)] {
        let lock = format!("BEGIN; {HEAD}");
        other.batch_execute(&lock).await.unwrap();
        let alone = spawned(id);
        waiting(&watch, 1).await;
        assert_eq!(tasks(), before + needed);
        other.batch_execute("COMMIT").await.unwrap();
        answered(Box::pin(async { alone.await.unwrap() })).await;
        ended().await;
    }
    assert_eq!(ids(&store, Read::all(None)).await, [1, 2, 3, 4, 5, 6, 7]);
}

#[tokio::test]
async fn whoever_gives_up_at_any_poll_has_its_append_done_before_what_is_asked_for_later() {
    let (url, own) = fresh().await;
    for behind in [false, true] {
        let mut deepest = 0;
        for times in 1.. {
            // One that has to connect first.
            let store = Postgres::open(&url).await.unwrap();
            let before = ids(&own, Read::all(None)).await.len() as u128;
            let (first, last) = (before + 1, before + 2);
            let mut gives_up = asked(&store, first);
            let is_done = polled(&mut gives_up, times).await;
            let mut waits = asked(&store, last);
            if behind {
                assert!(begin(&mut waits));
            }
            drop(gives_up);
            let is_there =
                async { while ids(&own, Read::all(None)).await.len() as u128 == before {} };
            in_time(is_there).await;
            answered(waits).await;
            let stored = ids(&own, Read::all(None)).await;
            assert_eq!(stored, (1..=last).collect::<Vec<_>>(), "{times} polls");
            if is_done {
                break;
            }
            deepest = times;
        }
        assert!(deepest > 2, "{deepest}");
    }
}

#[tokio::test]
async fn one_that_nobody_polls_any_more_holds_up_nobody() {
    let (_, store) = fresh().await;
    for round in 0..20 {
        let id = 3 * round + 1;
        let mut sleeps = asked(&store, id);
        assert!(begin(&mut sleeps));
        answered(asked(&store, id + 1)).await;
        // It is behind that one, and again nobody polls the one before.
        let mut sleeps_too = asked(&store, id + 2);
        assert!(begin(&mut sleeps_too));
        answered(sleeps).await;
        answered(sleeps_too).await;
    }
    let expected: Vec<u128> = (1..=60).collect();
    assert_eq!(ids(&store, Read::all(None)).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_ask_at_once_each_is_answered_though_the_other_is_not_polled() {
    let (_, store) = fresh().await;
    for round in 0..300 {
        let [mut one, mut other] = [2 * round + 1, 2 * round + 2].map(|id| asked(&store, id));
        let at_once = Barrier::new(2);
        let here = Handle::current();
        let begin = |answer| {
            let _here = here.enter();
            at_once.wait();
            begin(answer)
        };
        let waits = std::thread::scope(|scope| {
            let one = scope.spawn(|| begin(&mut one));
            [begin(&mut other), one.join().unwrap()]
        });
        for (answer, waits) in [other, one].into_iter().zip(waits) {
            if waits {
                answered(answer).await;
            }
        }
    }
    assert_eq!(ids(&store, Read::all(None)).await.len(), 600);
}

struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Another time in the queue of the runtime's tasks is another wake of a thread.
#[tokio::test]
async fn one_who_is_alone_is_not_woken_by_its_own_work() {
    let (_, store) = fresh().await;
    add(&store, "account-0", 1).await;
    let mut answer = asked(&store, 2);
    let woken = Arc::new(Woken(AtomicUsize::new(0)));
    let waker = Waker::from(Arc::clone(&woken));
    let mut context = Context::from_waker(&waker);
    let before = loop {
        let before = woken.0.load(Ordering::Relaxed);
        if answer.as_mut().poll(&mut context).is_ready() {
            break before;
        }
        while woken.0.load(Ordering::Relaxed) == before {
            tokio::task::yield_now().await;
        }
    };
    assert_eq!(woken.0.load(Ordering::Relaxed), before);
}

#[tokio::test]
async fn one_that_is_answered_leaves_alone_what_another_one_has_begun() {
    let (url, store) = fresh().await;
    let mut first = asked(&store, 1);
    assert!(begin(&mut first));
    // A task takes over, and ends; the third one is alone, and so the next one works itself.
    for id in [2, 3] {
        answered(asked(&store, id)).await;
    }
    let (other, watch) = (locked(&url, HEAD).await, session(&url).await);
    let last = tokio::spawn({
        let store = store.clone();
        async move { asked(&store, 4).await }
    });
    waiting(&watch, 1).await;
    assert!(!begin(&mut first), "it was answered long ago");
    drop(first);
    other.batch_execute("COMMIT").await.unwrap();
    answered(Box::pin(async { last.await.unwrap() })).await;
}

#[tokio::test]
async fn a_runtime_that_has_no_part_in_the_store_may_end_at_any_time() {
    let (url, store) = fresh().await;
    let (other, watch) = (locked(&url, HEAD).await, session(&url).await);
    let elsewhere = runtime();
    let asking = elsewhere.spawn({
        let store = store.clone();
        async move { asked(&store, 1).await }
    });
    waiting(&watch, 1).await;
    elsewhere.shutdown_background();
    assert!(asking.await.unwrap_err().is_cancelled());
    let mut last = asked(&store, 2);
    assert!(begin(&mut last));
    other.batch_execute("COMMIT").await.unwrap();
    answered(last).await;
    assert_eq!(ids(&store, Read::all(None)).await, [1, 2]);
    // Somebody who is in no runtime at all.
    let (send, answer) = tokio::sync::oneshot::channel();
    std::thread::spawn({
        let store = store.clone();
        move || send.send(futures_util::FutureExt::now_or_never(asked(&store, 3)).is_none())
    });
    assert!(answer.await.unwrap());
    answered(asked(&store, 4)).await;
    assert_eq!(ids(&store, Read::all(None)).await, [1, 2, 3, 4]);
}

#[tokio::test]
async fn with_the_runtime_of_the_store_all_who_ask_are_told_so() {
    let (url, own) = fresh().await;
    let (other, watch) = (locked(&url, HEAD).await, session(&url).await);
    let home = runtime();
    let open = {
        let url = url.clone();
        async move { Postgres::open(&url).await.unwrap() }
    };
    let store = home.spawn(open).await.unwrap();
    let asking = home.spawn({
        let store = store.clone();
        async move { asked(&store, 1).await }
    });
    waiting(&watch, 1).await;
    let mut behind = asked(&store, 2);
    assert!(begin(&mut behind));
    home.shutdown_background();
    assert!(asking.await.unwrap_err().is_cancelled());
    let unheard = in_time(behind).await;
    assert!(
        matches!(unheard, Err(StoreError::UnknownOutcome(_))),
        "{unheard:?}"
    );
    let late = in_time(asked(&store, 3)).await;
    let late = unavailable(late);
    assert_eq!(late.cause, UnavailableCause::Closed, "{late}");
    assert!(late.message.contains("open the store again"), "{late}");
    other.batch_execute("COMMIT").await.unwrap();
    answered(asked(&own, 4)).await;
    let stored = ids(&own, Read::all(None)).await;
    assert!(
        !stored.contains(&2) && !stored.contains(&3),
        "{stored:?} is stored"
    );
}

/// Panics when it is told to.
#[derive(Debug, Clone, Default)]
struct Broken(Arc<AtomicBool>);

impl Clock for Broken {
    fn now(&self) -> Timestamp {
        assert!(!self.0.swap(false, Ordering::Relaxed), "it has no battery");
        SystemClock.now()
    }
}

#[tokio::test]
async fn behind_a_panic_nobody_knows_the_outcome_and_the_next_one_is_served() {
    let (url, _) = fresh().await;
    let clock = Broken::default();
    let store = Postgres::builder(&url).clock(clock.clone());
    let store = store.open().await.unwrap();
    let told = |outcome| {
        let Err(StoreError::UnknownOutcome(unknown)) = outcome else {
            panic!("{outcome:?}");
        };
        let reason = unknown.reason.to_string();
        assert!(reason.contains("panicked"), "{reason}");
    };
    // Alone.
    clock.0.store(true, Ordering::Relaxed);
    told(in_time(asked(&store, 1)).await);
    answered(asked(&store, 2)).await;
    // A group that gathers behind another one, and that a task serves.
    let (other, watch) = (locked(&url, HEAD).await, session(&url).await);
    let mut first = asked(&store, 3);
    assert!(begin(&mut first));
    waiting(&watch, 1).await;
    let mut behind = [4, 5].map(|id| asked(&store, id));
    assert!(behind.iter_mut().all(begin));
    clock.0.store(true, Ordering::Relaxed);
    other.batch_execute("COMMIT").await.unwrap();
    answered(first).await;
    for answer in behind {
        told(in_time(answer).await);
    }
    answered(asked(&store, 6)).await;
    assert_eq!(ids(&store, Read::all(None)).await, [2, 3, 6]);
}
