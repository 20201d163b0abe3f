//! States as they were.

use factum::sqlite::rusqlite::Connection;
use factum::testing::FixedClock;
use factum::{
    AsOf, Context, Position, ReadError, Repository, Revision, Sqlite, Store, Timestamp, Torn,
};

use crate::domain::{Account, Deposited, ada};
use crate::each::on_every_store;

on_every_store! {
    answers_as_of_a_revision,
    answers_as_of_a_position,
    answers_as_of_a_time_of_recording,
    answers_as_of_a_time_of_occurrence,
    folds_long_histories_page_by_page,
    loads_what_never_was_as_the_default,
    tells_the_history_of_one_aggregate_page_by_page,
}

fn day(day: u8) -> Timestamp {
    format!("2026-03-{day:02}T12:00:00Z").parse().unwrap()
}

/// Deposits of 1, 2, 4, 8 cents: recorded on these days, occurred on those.
async fn deposits<S: Store + Clone>(store: &S, days: [(u8, u8); 4]) -> Repository<Account, S> {
    for (n, (occurred, _)) in days.into_iter().enumerate() {
        let context = Context::new().occurred_at(day(occurred));
        let accounts = Repository::<Account, _>::new(store.clone());
        let cents = 1 << n;
        accounts
            .update_with(&ada(), context, |account, _| account.deposit(cents))
            .await
            .unwrap();
        accounts
            .update(&"bob".to_owned(), |account| account.deposit(1))
            .await
            .unwrap();
    }
    Repository::new(store.clone())
}

async fn cents<S: Store>(accounts: &Repository<Account, S>, as_of: AsOf) -> (u64, Option<u64>) {
    let loaded = accounts.load_at(&ada(), as_of).await.unwrap();
    (loaded.state.cents, loaded.revision.map(Revision::get))
}

async fn answers_as_of_a_revision(store: impl Store + Clone) {
    let accounts = deposits(&store, [(1, 1); 4]).await;
    for (revision, expected) in [(0, 1), (1, 3), (2, 7), (3, 15)] {
        let as_of = AsOf::Revision(Revision::new(revision));
        assert_eq!(cents(&accounts, as_of).await, (expected, Some(revision)));
    }
    assert_eq!(
        cents(&accounts, AsOf::Revision(Revision::new(99))).await,
        (15, Some(3))
    );
}

async fn answers_as_of_a_position(store: impl Store + Clone) {
    let accounts = deposits(&store, [(1, 1); 4]).await;
    let page = store.read(factum::store::Read::all(None)).await.unwrap();
    let mut expected = (0, None);
    assert_eq!(
        cents(&accounts, AsOf::Position(Position::new(0))).await,
        expected
    );
    for event in page.iter() {
        if event.stream == "account-ada" {
            let revision = event.revision.get();
            expected = ((2 << revision) - 1, Some(revision));
        }
        assert_eq!(
            cents(&accounts, AsOf::Position(event.position)).await,
            expected
        );
    }
}

/// The store's clock goes back once: what counts is the prefix before the first event recorded later.
async fn answers_as_of_a_time_of_recording(store: impl Store + Clone) {
    drop(store);
    let clock = std::sync::Arc::new(FixedClock::new(day(1)));
    let store = factum::Memory::with_clock(Shared(clock.clone()));
    let accounts = Repository::<Account, _>::new(store);
    for (recorded, deposited) in [(1, 1), (5, 2), (3, 4), (6, 8)] {
        clock.set(day(recorded));
        accounts
            .update(&ada(), |account| account.deposit(deposited))
            .await
            .unwrap();
    }
    for (at, expected) in [
        (1, (1, Some(0))),
        (3, (1, Some(0))),
        (4, (1, Some(0))),
        (5, (7, Some(2))),
        (6, (15, Some(3))),
    ] {
        assert_eq!(
            cents(&accounts, AsOf::RecordedAt(day(at))).await,
            expected,
            "day {at}"
        );
    }
    let before: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    assert_eq!(cents(&accounts, AsOf::RecordedAt(before)).await, (0, None));
}

#[derive(Debug)]
struct Shared(std::sync::Arc<FixedClock>);

impl factum::Clock for Shared {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
}

/// What had happened by then, in the order of revisions, whenever it was recorded.
async fn answers_as_of_a_time_of_occurrence(store: impl Store + Clone) {
    let accounts = deposits(&store, [(4, 1), (2, 1), (9, 1), (2, 1)]).await;
    for (at, expected) in [
        (1, (0, None)),
        (2, (10, Some(3))),
        (4, (11, Some(3))),
        (8, (11, Some(3))),
        (9, (15, Some(3))),
    ] {
        assert_eq!(
            cents(&accounts, AsOf::OccurredAt(day(at))).await,
            expected,
            "day {at}"
        );
    }
}

async fn folds_long_histories_page_by_page(store: impl Store + Clone) {
    let accounts = Repository::<Account, _>::new(store.clone());
    for _ in 0..3 {
        accounts
            .update(&ada(), |account| {
                account.deposit(1).map(|event| vec![event; 1111])
            })
            .await
            .unwrap();
    }
    let fresh = Repository::<Account, _>::new(store);
    let loaded = fresh.load(&ada()).await.unwrap();
    assert_eq!(
        (loaded.state.cents, loaded.revision),
        (3333, Some(Revision::new(3332)))
    );
    assert_eq!(
        cents(&fresh, AsOf::Revision(Revision::new(2221))).await,
        (2222, Some(2221))
    );
}

async fn loads_what_never_was_as_the_default(store: impl Store + Clone) {
    let accounts = Repository::<Account, _>::new(store);
    let loaded = accounts.load(&"nobody".to_owned()).await.unwrap();
    assert_eq!(
        (&*loaded.state, loaded.revision),
        (&Account::default(), None)
    );
    let invalid = accounts.load(&String::new()).await.unwrap_err();
    assert!(matches!(invalid, factum::ReadError::InvalidName(_)));
}

async fn tells_the_history_of_one_aggregate_page_by_page(store: impl Store + Clone) {
    let accounts = deposits(&store, [(1, 1); 4]).await;
    for _ in 0..3 {
        accounts
            .update(&ada(), |_| {
                Ok::<_, String>(vec![Deposited { cents: 1 }; 500])
            })
            .await
            .unwrap();
    }
    let history = accounts.history(&ada()).await.unwrap();
    assert_eq!(history.len(), 1504);
    for (revision, recorded) in (0..).zip(&history) {
        let cents = if revision < 4 { 1 << revision } else { 1 };
        assert_eq!(recorded.revision, Revision::new(revision));
        assert_eq!(recorded.stream.as_str(), "account-ada");
        assert_eq!(recorded.event, Deposited { cents }.into());
    }
    assert_eq!(accounts.history(&"nobody".to_owned()).await.unwrap(), []);
}

#[tokio::test]
async fn a_stream_whose_rows_are_not_those_that_it_should_have_is_torn() {
    for (damage, expected, found) in [
        (
            "DELETE FROM factum_events WHERE revision = 1",
            Some(1),
            Some(2),
        ),
        (
            "DELETE FROM factum_events WHERE revision = 2",
            Some(2),
            None,
        ),
        ("UPDATE factum_streams SET last = 1", None, Some(2)),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let store = Sqlite::open(folder.path().join("bank.db")).await.unwrap();
        let accounts = Repository::<Account, _>::new(store.clone()).cache(0);
        let deposits = |_: &Account| Ok::<_, String>(vec![Deposited { cents: 1 }; 3]);
        accounts.update(&ada(), deposits).await.unwrap();
        let file = Connection::open(store.path()).unwrap();
        file.execute_batch(damage).unwrap();
        let wanted = Torn {
            stream: "account-ada".parse().unwrap(),
            expected: expected.map(Revision::new),
            found: found.map(Revision::new),
        };
        let error = accounts.load(&ada()).await.unwrap_err();
        assert!(
            matches!(&error, ReadError::Torn(torn) if *torn == wanted),
            "{error:?}"
        );
        let error = accounts.history(&ada()).await.unwrap_err();
        assert!(
            matches!(&error, ReadError::Torn(torn) if *torn == wanted),
            "{error:?}"
        );
    }
}
