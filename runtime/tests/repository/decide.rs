//! Decisions, rejections and conflicts.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use factum::testing::{CountingIds, FixedClock};
use factum::{
    CommandId, Context, ExecuteError, Repository, Retry, Revision, Store, Timestamp, Uuid,
};

use crate::domain::{
    Account, AccountEvent, Deposited, Opened, Overdrawn, ada, with_cents, withdraw,
};
use crate::each::on_every_store;

on_every_store! {
    records_what_is_decided,
    records_nothing_for_a_rejection,
    succeeds_with_nothing_to_record,
    decides_again_after_a_conflict,
    gives_up_when_attempts_are_used_up,
    keeps_every_deposit_of_many_writers,
    lets_causation_and_correlation_flow,
    fixes_time_and_ids_for_a_decision,
}

async fn records_what_is_decided(store: impl Store + Clone) {
    let accounts = Repository::<Account, _>::new(store.clone());
    let opened = Opened {
        owner: "Ada".into(),
    };
    let done = accounts
        .update(&ada(), |_| {
            Ok::<_, Overdrawn>((opened.clone(), [Deposited { cents: 5 }]))
        })
        .await
        .unwrap();
    assert_eq!(
        (done.state.cents, done.state.owner.as_deref()),
        (5, Some("Ada"))
    );
    assert_eq!(done.revision, Some(Revision::new(1)));
    assert_eq!(done.position, store.head().await.unwrap());
    assert!(!done.repeated);
    let names: Vec<_> = done.events.iter().map(|event| event.name).collect();
    assert_eq!(names, ["account.opened", "account.deposited"]);
    assert_eq!(
        done.events[1].event,
        AccountEvent::Deposited(Deposited { cents: 5 })
    );
    assert_eq!(done.events[1].stream.as_str(), "account-ada");
    let loaded = Repository::<Account, _>::new(store)
        .load(&ada())
        .await
        .unwrap();
    assert_eq!((loaded.state, loaded.revision), (done.state, done.revision));
}

async fn records_nothing_for_a_rejection(store: impl Store + Clone) {
    let accounts = with_cents(&store, 10).await;
    let head = store.head().await.unwrap();
    let rejected = accounts.execute(withdraw("ada", 11, "")).await.unwrap_err();
    assert!(matches!(
        rejected,
        ExecuteError::Rejected(Overdrawn { cents: 10 })
    ));
    assert!(!rejected.is_retryable());
    assert_eq!(store.head().await.unwrap(), head);
}

async fn succeeds_with_nothing_to_record(store: impl Store + Clone) {
    let accounts = with_cents(&store, 10).await;
    let done = accounts
        .update(&ada(), |_| Ok::<_, Overdrawn>(()))
        .await
        .unwrap();
    assert!(done.events.is_empty() && done.position.is_none());
    assert_eq!(
        (done.state.cents, done.revision),
        (10, Some(Revision::FIRST))
    );
}

async fn decides_again_after_a_conflict(store: impl Store + Clone) {
    let (mine, theirs) = (
        with_cents(&store, 10).await,
        Repository::<Account, _>::new(store),
    );
    theirs.execute(withdraw("ada", 8, "")).await.unwrap();
    let seen = std::sync::Mutex::new(Vec::new());
    let outcome = mine
        .update(&ada(), |account| {
            seen.lock().unwrap().push(account.cents);
            account.withdraw(5, Uuid::nil())
        })
        .await;
    assert!(
        matches!(outcome, Err(ExecuteError::Rejected(Overdrawn { cents: 2 }))),
        "{outcome:?}"
    );
    assert_eq!(
        *seen.lock().unwrap(),
        [10, 2],
        "decided on the cached state, then on the newest"
    );
}

async fn gives_up_when_attempts_are_used_up(store: impl Store + Clone) {
    let (mine, theirs) = (
        with_cents(&store, 10).await,
        Repository::<Account, _>::new(store),
    );
    let mine = mine.cache(0).retry(
        Retry::default()
            .attempts(3)
            .delays(Duration::ZERO, Duration::ZERO),
    );
    let runtime = tokio::runtime::Handle::current();
    let runs = AtomicU32::new(0);
    let outcome = mine
        .update(&ada(), |account| {
            runs.fetch_add(1, Ordering::SeqCst);
            let (theirs, runtime) = (theirs.clone(), runtime.clone());
            // Another writer is always first.
            std::thread::spawn(move || {
                runtime
                    .block_on(theirs.update(&ada(), |account| account.deposit(1)))
                    .unwrap();
            })
            .join()
            .unwrap();
            account.deposit(1)
        })
        .await;
    let Err(ExecuteError::RetriesExhausted(error)) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!((error.attempts, runs.load(Ordering::SeqCst)), (3, 3));
    assert_eq!(error.last.actual, Some(Revision::new(3)));
    assert!(error.elapsed > Duration::ZERO);
    assert!(ExecuteError::<Overdrawn>::from(error).is_retryable());
    assert_eq!(theirs.load(&ada()).await.unwrap().state.cents, 13);
}

async fn keeps_every_deposit_of_many_writers(store: impl Store + Clone) {
    let accounts = Arc::new(with_cents(&store, 0).await);
    let writers: Vec<_> = (0..8)
        .map(|writer| {
            // Half of the writers share a cache, the others have their own.
            let own = Arc::new(Repository::<Account, _>::new(store.clone()));
            let accounts = if writer % 2 == 0 {
                Arc::clone(&accounts)
            } else {
                own
            };
            tokio::spawn(async move {
                for _ in 0..20 {
                    accounts
                        .update(&ada(), |account| account.deposit(3))
                        .await
                        .unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let state = Repository::<Account, _>::new(store)
        .load(&ada())
        .await
        .unwrap()
        .state;
    assert_eq!((state.cents, state.events), (480, 161));
}

async fn lets_causation_and_correlation_flow(store: impl Store + Clone) {
    let accounts = Repository::<Account, _>::new(store.clone());
    let context = Context::new()
        .actor("ada")
        .tenant("bank 1")
        .extra("ip", "::1");
    let first = accounts
        .update_with(&ada(), context, |account, _| account.deposit(9))
        .await
        .unwrap();
    let cause = &first.events[0];
    let context = Context::caused_by(cause).unwrap();
    let second = accounts
        .execute_with(withdraw("bob", 0, "slip 1"), context)
        .await
        .unwrap();
    let (first, second) = (
        cause.metadata().unwrap(),
        second.events[0].metadata().unwrap(),
    );
    assert_eq!(first.causation_id, None);
    assert_eq!(second.causation_id, Some(cause.id.get()));
    assert_eq!(second.correlation_id, first.correlation_id);
    assert_eq!(
        (second.actor, second.tenant),
        (Some("ada".into()), Some("bank 1".into()))
    );
    assert_eq!(first.extra["ip"], "::1");
    let request = CommandId::named("slip 2");
    let third = accounts
        .execute(withdraw("ada", 1, "slip 2"))
        .await
        .unwrap();
    let third = third.events[0].metadata().unwrap();
    assert_eq!(
        third.correlation_id,
        request.get(),
        "a command with an id starts with it"
    );
    assert_eq!(third.causation_id, Some(request.get()));
    let page = store.read(factum::store::Read::all(None)).await.unwrap();
    let tenants: Vec<_> = page.iter().map(|event| event.tenant).collect();
    assert_eq!(tenants, [Some("bank 1"), Some("bank 1"), None]);
}

async fn fixes_time_and_ids_for_a_decision(store: impl Store + Clone) {
    let now: Timestamp = "2026-01-02T03:04:05.123456789Z".parse().unwrap();
    let accounts = Repository::<Account, _>::new(store)
        .clock(FixedClock::new(now))
        .ids(CountingIds::default());
    let mut told = None;
    let done = accounts
        .update_with(&ada(), Context::new(), |account, context| {
            told = Some(context.now());
            account.deposit(1)
        })
        .await
        .unwrap();
    let cut: Timestamp = "2026-01-02T03:04:05.123456Z".parse().unwrap();
    assert_eq!(told, Some(cut));
    let metadata = done.events[0].metadata().unwrap();
    assert_eq!(metadata.occurred_at, cut);
    assert_eq!(
        done.events[0].id.to_string(),
        "00000000-0000-7000-8000-000000000001"
    );
    assert_eq!(
        metadata.correlation_id,
        done.events[0].id.get(),
        "a request from outside starts with its first event"
    );
    let at: Timestamp = "2020-02-02T00:00:00Z".parse().unwrap();
    let command = crate::domain::Withdraw {
        at: Some(at),
        ..withdraw("ada", 1, "")
    };
    let done = accounts.execute(command).await.unwrap();
    assert_eq!(done.events[0].metadata().unwrap().occurred_at, at);
}
