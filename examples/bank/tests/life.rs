//! One account's whole life on SQLite: what is recorded, what is refused, how it was before.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use bank::domain::{Account, AccountError, AccountEvent, AccountId, Credit, Opened};
use factum::store::{Append, NewEvent};
use factum::testing::FixedClock;
use factum::{
    AsOf, EventId, ExecuteError, Expected, Repository, Revision, Sqlite, Store, StreamName,
    Subscription, Timestamp, Uuid, assert_events_snapshot,
};
use tempfile::TempDir;

const ADA: AccountId = AccountId(1001);

async fn bank() -> (TempDir, Repository<Account, Sqlite>) {
    let directory = tempfile::tempdir().unwrap();
    let store = Sqlite::open(directory.path().join("bank.db"))
        .await
        .unwrap();
    (directory, Repository::new(store))
}

/// Opens, deposits, withdraws, asks for too much, closes, and is sent money after all.
async fn live(accounts: &Repository<Account, Sqlite>) {
    accounts
        .update(&ADA, |account| account.open("Ada", 50))
        .await
        .unwrap();
    accounts
        .update(&ADA, |account| account.deposit(100))
        .await
        .unwrap();
    let refused = accounts
        .update(&ADA, |account| account.withdraw(151))
        .await
        .unwrap_err();
    assert!(matches!(
        refused,
        ExecuteError::Rejected(AccountError::Overdrawn { available: 150 })
    ));
    accounts
        .update(&ADA, |account| account.withdraw(100))
        .await
        .unwrap();
    accounts.update(&ADA, Account::close).await.unwrap();
    accounts
        .execute(Credit {
            account: ADA,
            cents: 30,
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn its_events_are_these() {
    let (_directory, accounts) = bank().await;
    live(&accounts).await;
    let mut events = Subscription::aggregate::<Account>(accounts.store().clone());
    let recorded = events.catch_up().await.unwrap().unwrap();
    let recorded: Vec<_> = recorded.iter().map(Result::unwrap).collect();
    assert_events_snapshot!(recorded);
}

#[tokio::test]
async fn its_past_can_be_looked_at() {
    let (_directory, accounts) = bank().await;
    live(&accounts).await;
    let deposited = AsOf::Revision(Revision::new(1));
    let then = accounts.load_at(&ADA, deposited).await.unwrap();
    assert_eq!(then.state.balance(), 100);
    let now = accounts.load(&ADA).await.unwrap();
    assert_eq!(now.state.balance(), 0);
    assert_eq!(now.revision, Some(Revision::new(4)));
}

#[tokio::test]
async fn its_past_can_be_asked_for_by_the_time_it_occurred() {
    let (_directory, accounts) = bank().await;
    let time = |text: &str| text.parse::<Timestamp>().unwrap();
    let on = |day: &str| FixedClock::new(time(&format!("2026-01-{day}T12:00:00Z")));
    let second = accounts.clone().clock(on("02"));
    second
        .update(&ADA, |account| account.open("Ada", 0))
        .await
        .unwrap();
    let third = accounts.clone().clock(on("03"));
    third
        .update(&ADA, |account| account.deposit(100))
        .await
        .unwrap();
    for (asked, balance) in [
        ("2026-01-03T11:59:59Z", 0),
        ("2026-01-03T12:00:00Z", 100),
        ("2026-01-31T00:00:00Z", 100),
    ] {
        let as_of = AsOf::OccurredAt(time(asked));
        let then = accounts.load_at(&ADA, as_of).await.unwrap();
        assert_eq!(then.state.balance(), balance, "at {asked}");
    }
}

#[tokio::test]
async fn an_event_that_version_1_stored_is_read_and_stays_as_it_is() {
    let (_directory, accounts) = bank().await;
    let store = accounts.store();
    let id = EventId::new(Uuid::from_u128(1));
    let old = NewEvent::json(id, "account.opened", r#"{"owner":"Ada"}"#);
    let stream = StreamName::new("account", "1001").unwrap();
    let append = Append::new(stream, Expected::NoStream, vec![old]).unwrap();
    store.append(append).await.unwrap();

    accounts
        .update(&ADA, |account| account.deposit(100))
        .await
        .unwrap();

    let mut events = Subscription::<AccountEvent, _>::new(store.clone());
    let batch = events.catch_up().await.unwrap().unwrap();
    let first = batch.iter().next().unwrap().unwrap();
    let read = Opened {
        owner: "Ada".into(),
        overdraft: 0,
    };
    assert_eq!((first.version, first.event), (1, read.into()));
}
