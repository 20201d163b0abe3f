//! What happens between two reads of one request: a delete, a failure, another writer.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use factum::store::{
    Append, Appended, BoxFuture, Deletes, Durability, NewEvent, Page, Read, Snapshots,
};
use factum::testing::{Fault, Faulty};
use factum::{
    AsOf, Context, EventId, ExecuteError, Expected, Memory, Position, ReadError, Repository, Retry,
    SettleError, Store, StoreError, StreamName, Subscription, Timestamp, Unavailable,
    UnavailableCause, Uuid,
};

use crate::domain::{Account, ada, pending, with_cents, withdraw};

/// What is done after a read, or before it instead of it.
type Step = Box<dyn FnOnce(&Memory) -> Result<(), StoreError> + Send>;

/// A store in which something happens behind the n-th page that is read from now on.
#[derive(Clone)]
struct Stepped {
    inner: Memory,
    steps: Arc<Mutex<Vec<Option<Step>>>>,
}

impl Stepped {
    fn new() -> Self {
        Self {
            inner: Memory::new(),
            steps: Arc::default(),
        }
    }

    fn behind_page(
        &self,
        n: usize,
        step: impl FnOnce(&Memory) -> Result<(), StoreError> + Send + 'static,
    ) {
        let mut steps = self.steps.lock().unwrap();
        steps.clear();
        steps.resize_with(n - 1, || None);
        steps.push(Some(Box::new(step)));
    }
}

impl Store for Stepped {
    fn append(&self, append: Append) -> BoxFuture<'_, Result<Appended, StoreError>> {
        self.inner.append(append)
    }

    fn read(&self, read: Read) -> BoxFuture<'_, Result<Page, StoreError>> {
        Box::pin(async move {
            let page = self.inner.read(read).await?;
            let mut steps = self.steps.lock().unwrap();
            let step = if steps.is_empty() {
                None
            } else {
                steps.remove(0)
            };
            step.map_or(Ok(()), |step| step(&self.inner))?;
            Ok(page)
        })
    }

    fn head(&self) -> BoxFuture<'_, Result<Option<Position>, StoreError>> {
        self.inner.head()
    }

    fn wait(
        &self,
        after: Option<Position>,
        timeout: Duration,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        self.inner.wait(after, timeout)
    }

    fn durability(&self) -> Durability {
        self.inner.durability()
    }

    fn snapshots(&self) -> Option<&dyn Snapshots> {
        self.inner.snapshots()
    }

    fn deletes(&self) -> Option<&dyn Deletes> {
        self.inner.deletes()
    }
}

fn stream() -> StreamName {
    "account-ada".parse().unwrap()
}

/// The memory store answers at once.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match Box::pin(future).as_mut().poll(&mut context) {
        std::task::Poll::Ready(output) => output,
        std::task::Poll::Pending => panic!("the store waits"),
    }
}

fn put(store: &Memory, number: u128, name: &'static str, payload: &str) {
    let id = EventId::new(Uuid::from_u128(number));
    let event = NewEvent::json(id, name, payload.to_owned());
    at_once(store.append(Append::new(stream(), Expected::Any, vec![event]).unwrap())).unwrap();
}

/// Deletes the stream, and begins it again with a deposit.
fn begin_again(store: &Memory, cents: u64) -> Result<(), StoreError> {
    at_once(store.deletes().unwrap().delete(stream(), Expected::Any))?;
    put(
        store,
        9000,
        "account.deposited",
        &format!("{{\"cents\":{cents}}}"),
    );
    Ok(())
}

#[tokio::test]
async fn no_state_is_of_two_lives_of_a_stream() {
    let store = Stepped::new();
    for n in 0..1001 {
        put(&store.inner, n, "account.deposited", r#"{"cents":1}"#);
    }
    let accounts = Repository::<Account, _>::new(store.clone()).cache(0);
    store.behind_page(1, |store| begin_again(store, 7));
    let past = accounts
        .load_at(&ada(), AsOf::OccurredAt(Timestamp::MAX))
        .await
        .unwrap();
    assert_eq!(past.state.cents, 7);
    store.behind_page(1, |store| begin_again(store, 8));
    assert_eq!(accounts.history(&ada()).await.unwrap().len(), 1);
    assert_eq!(accounts.load(&ada()).await.unwrap().state.cents, 8);
}

#[tokio::test]
async fn a_command_whose_events_were_deleted_is_decided_again() {
    let store = Stepped::new();
    let accounts = with_cents(&store, 100).await.cache(0);
    accounts.execute(withdraw("ada", 30, "slip")).await.unwrap();
    store.behind_page(1, |store| begin_again(store, 50));
    let done = accounts.execute(withdraw("ada", 30, "slip")).await.unwrap();
    assert_eq!(
        (done.state.cents, done.events.len(), done.repeated),
        (20, 1, false)
    );
}

#[tokio::test]
async fn what_is_recorded_is_not_called_unrecorded_when_it_cannot_be_read_back() {
    let store = Stepped::new();
    let faulty = Faulty::new(store.clone());
    let accounts = with_cents(&faulty, 100).await;
    faulty.plan([Fault::LostAnswer]);
    // The first page is the question whether the command is known; the second would be the answer.
    store.behind_page(2, |_| {
        Err(Unavailable::new(UnavailableCause::Io, "gone").into())
    });
    let error = accounts
        .execute(withdraw("ada", 30, "slip"))
        .await
        .unwrap_err();
    assert!(
        matches!(error, ExecuteError::Unread(ReadError::Store(_))),
        "{error:?}"
    );
    assert!(error.is_retryable());
    let again = accounts.execute(withdraw("ada", 30, "slip")).await.unwrap();
    assert_eq!((again.state.cents, again.repeated), (70, true));
}

#[tokio::test]
async fn a_lost_answer_is_no_repetition_of_another_request() {
    let store = Faulty::new(Memory::new());
    let accounts = with_cents(&store, 100)
        .await
        .cache(0)
        .retry(Retry::never().attempts(2));
    store.plan([Fault::LostAnswer]);
    assert!(
        !accounts
            .execute(withdraw("ada", 1, ""))
            .await
            .unwrap()
            .repeated
    );
    let accounts = accounts.retry(Retry::never());
    for (slip, fault, repeated) in [
        ("", Fault::LostRequest, false),
        ("", Fault::LostAnswer, false),
        ("slip 1", Fault::LostRequest, false),
        ("slip 2", Fault::LostAnswer, true),
    ] {
        store.plan([fault]);
        let pending = pending(accounts.execute(withdraw("ada", 1, slip)).await);
        assert_eq!(
            accounts.settle(&pending).await.unwrap().repeated,
            repeated,
            "{slip} {fault:?}"
        );
    }
}

#[tokio::test]
async fn settling_gives_a_twin_its_due() {
    let store = Faulty::new(Memory::new());
    let accounts = with_cents(&store, 100).await.retry(Retry::never());
    store.plan([Fault::LostRequest]);
    let pending = pending(accounts.execute(withdraw("ada", 30, "slip")).await);
    let twin = accounts.execute(withdraw("ada", 30, "slip")).await.unwrap();
    let settled = accounts.settle(&pending).await.unwrap();
    assert_eq!((settled.events, settled.repeated), (twin.events, true));
}

#[tokio::test]
async fn settling_needs_nothing_behind_its_own_events() {
    let store = Faulty::new(Memory::new());
    let accounts = with_cents(&store, 100).await.retry(Retry::never());
    store.plan([Fault::LostAnswer]);
    let pending = pending(accounts.execute(withdraw("ada", 1, "")).await);
    let newer = NewEvent::json(EventId::new(Uuid::from_u128(2)), "account.newer", "{}");
    store
        .append(Append::new(stream(), Expected::Any, vec![newer]).unwrap())
        .await
        .unwrap();
    assert_eq!(accounts.settle(&pending).await.unwrap().state.cents, 99);
}

#[tokio::test]
async fn what_could_not_be_settled_can_be_settled_later() {
    let store = Stepped::new();
    let faulty = Faulty::new(store.clone());
    let accounts = with_cents(&faulty, 100).await.retry(Retry::never());
    faulty.plan([Fault::LostAnswer, Fault::LostAnswer]);
    let pending = pending(accounts.execute(withdraw("ada", 30, "")).await);
    let gone = || Unavailable::new(UnavailableCause::Io, "gone").into();
    let unknown = accounts.settle(&pending).await.unwrap_err();
    assert!(matches!(unknown, SettleError::Unsettled(_)), "{unknown:?}");
    store.behind_page(1, move |_| Err(gone()));
    let unread = accounts.settle(&pending).await.unwrap_err();
    assert!(matches!(unread, SettleError::Read(_)), "{unread:?}");
    assert!(unknown.is_retryable() && unread.is_retryable());
    assert_eq!(accounts.settle(&pending).await.unwrap().state.cents, 70);
}

#[tokio::test]
async fn settling_says_when_the_stream_is_gone() {
    let store = Stepped::new();
    for n in 0..1001 {
        put(&store.inner, n, "account.deposited", r#"{"cents":1}"#);
    }
    let faulty = Faulty::new(store.clone());
    let accounts = with_cents(&faulty, 100).await.retry(Retry::never());
    faulty.plan([Fault::LostAnswer]);
    let pending = pending(accounts.execute(withdraw("ada", 1, "")).await);
    store.behind_page(1, |store| begin_again(store, 7));
    let error = accounts.settle(&pending).await.unwrap_err();
    assert!(matches!(error, SettleError::Deleted(name) if name == stream()));
}

#[tokio::test]
async fn a_stale_cache_costs_no_attempt() {
    let store = Memory::new();
    let mine = with_cents(&store, 10).await.retry(Retry::never());
    with_cents(&store, 10).await;
    let done = mine
        .update(&ada(), |account| account.deposit(1))
        .await
        .unwrap();
    assert_eq!(done.state.cents, 21);
}

#[tokio::test]
async fn a_decision_sees_the_correlation_that_is_recorded() {
    let accounts = Repository::<Account, _>::new(Memory::new());
    let mut said = None;
    let done = accounts
        .update_with(&ada(), Context::new(), |account, context| {
            said = Some(context.metadata());
            account.deposit(1)
        })
        .await
        .unwrap();
    assert_eq!(said, Some(done.events[0].metadata().unwrap()));
}

/// Whoever goes on after the error gets the event again, not the one behind it.
#[tokio::test]
async fn a_subscription_stays_in_front_of_what_it_cannot_read() {
    let store = Memory::new();
    for (n, name) in [
        (1, "account.deposited"),
        (2, "account.newer"),
        (3, "account.deposited"),
    ] {
        put(&store, n, name, r#"{"cents":1}"#);
    }
    for batch in [1, 2, 3, 10] {
        let mut events = Subscription::aggregate::<Account>(store.clone()).batch(batch);
        let mut seen = Vec::new();
        for _ in 0..5 {
            let batch = events.catch_up().await.unwrap().expect("something is left");
            for event in &batch {
                let Ok(event) = event else { break };
                seen.push(event.position.get());
            }
        }
        assert_eq!(seen, [1], "with batches of {batch}");
    }
}
