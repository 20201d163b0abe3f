//! Transfers on SQLite, with and without what can go wrong.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use bank::domain::{Account, AccountError, AccountEvent, AccountId};
use bank::transfer::{Outcome, Transfer, TransferError};
use factum::testing::{Fault, Faulty};
use factum::{Recorded, Repository, Retry, Sqlite, Subscription, UnavailableCause, Uuid};
use tempfile::TempDir;

const ADA: AccountId = AccountId(1001);
const BEN: AccountId = AccountId(1002);
const TRANSFER: Uuid = Uuid::from_u128(0x7_0000);

type Store = Faulty<Sqlite>;
type Accounts = Repository<Account, Store>;

struct Bank {
    directory: TempDir,
    accounts: Accounts,
}

impl Bank {
    /// Ada has 100, and Ben nothing.
    async fn open() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let accounts = Self::connect(&directory).await;
        for (account, owner) in [(ADA, "Ada"), (BEN, "Ben")] {
            accounts
                .update(&account, |new| new.open(owner, 0))
                .await
                .unwrap();
        }
        accounts.update(&ADA, |ada| ada.deposit(100)).await.unwrap();
        Self {
            directory,
            accounts,
        }
    }

    async fn connect(directory: &TempDir) -> Accounts {
        let store = Sqlite::open(directory.path().join("bank.db"))
            .await
            .unwrap();
        Repository::new(Faulty::new(store)).retry(Retry::never())
    }

    /// What is left of a process that ended: the file.
    async fn restart(&mut self) {
        self.accounts = Self::connect(&self.directory).await;
    }

    fn plan(&self, faults: impl IntoIterator<Item = Fault>) {
        self.accounts.store().plan(faults);
    }

    async fn close(&self, account: &AccountId) {
        self.accounts.update(account, Account::close).await.unwrap();
    }

    async fn transfer(&self) -> Result<Outcome, TransferError> {
        transfer(40).run(&self.accounts).await
    }

    async fn balances(&self) -> (i64, i64) {
        let ada = self.accounts.load(&ADA).await.unwrap();
        let ben = self.accounts.load(&BEN).await.unwrap();
        (ada.state.balance(), ben.state.balance())
    }

    /// What transfers have recorded, behind `before` events.
    async fn events_after(&self, before: usize) -> Vec<Recorded<AccountEvent>> {
        let mut events = Subscription::aggregate::<Account>(self.accounts.store().clone());
        let batch = events.catch_up().await.unwrap().unwrap();
        batch.iter().skip(before).map(Result::unwrap).collect()
    }
}

fn transfer(cents: i64) -> Transfer {
    Transfer {
        id: TRANSFER,
        from: ADA,
        to: BEN,
        cents,
    }
}

#[tokio::test]
async fn moves_money_once_however_often_it_runs() {
    let bank = Bank::open().await;
    for _ in 0..3 {
        assert_eq!(bank.transfer().await.unwrap(), Outcome::Arrived);
        assert_eq!(bank.balances().await, (60, 40));
    }
    assert_eq!(bank.events_after(3).await.len(), 2);
}

#[tokio::test]
async fn two_runs_at_once_move_the_money_once() {
    let bank = Bank::open().await;
    let patient = bank.accounts.clone().retry(Retry::default());
    let order = transfer(40);
    let (one, other) = tokio::join!(order.run(&patient), order.run(&patient));
    assert_eq!(
        (one.unwrap(), other.unwrap()),
        (Outcome::Arrived, Outcome::Arrived)
    );
    assert_eq!(bank.balances().await, (60, 40));
}

#[tokio::test]
async fn an_overdraft_leaves_nothing_behind() {
    let bank = Bank::open().await;
    let error = transfer(101).run(&bank.accounts).await.unwrap_err();
    let overdrawn = AccountError::Overdrawn { available: 100 };
    assert!(matches!(error, TransferError::Rejected(because) if because == overdrawn));
    assert_eq!(bank.balances().await, (100, 0));
    assert_eq!(bank.events_after(3).await, []);
}

#[tokio::test]
async fn a_refused_credit_is_returned() {
    let bank = Bank::open().await;
    bank.close(&BEN).await;
    assert_eq!(bank.transfer().await.unwrap(), Outcome::Returned);
    assert_eq!(bank.balances().await, (100, 0));
}

#[tokio::test]
async fn its_events_share_a_correlation_and_each_causes_the_next() {
    let bank = Bank::open().await;
    bank.close(&BEN).await;
    bank.transfer().await.unwrap();
    let events = bank.events_after(4).await;
    let names: Vec<_> = events.iter().map(|event| event.name).collect();
    assert_eq!(
        names,
        [
            "account.withdrawn",
            "account.credit_refused",
            "account.deposited"
        ]
    );
    let metadata: Vec<_> = events
        .iter()
        .map(|event| event.metadata().unwrap())
        .collect();
    assert!(metadata.iter().all(|of| of.correlation_id == TRANSFER));
    let command = metadata[0].command.unwrap().id;
    assert_eq!(metadata[0].causation_id, Some(command.get()));
    assert_eq!(metadata[1].causation_id, Some(events[0].id.get()));
    assert_eq!(metadata[2].causation_id, Some(events[1].id.get()));
}

#[tokio::test]
async fn what_ended_at_any_step_is_finished_by_another_run() {
    let faults = [
        Fault::LostRequest,
        Fault::LostAnswer,
        Fault::Unavailable(UnavailableCause::Io),
    ];
    for refused in [false, true] {
        let steps = if refused { 3 } else { 2 };
        for (step, fault) in (0..steps).flat_map(|step| faults.map(|fault| (step, fault))) {
            let case = format!("{fault:?} at step {step}, refused: {refused}");
            let mut bank = Bank::open().await;
            if refused {
                bank.close(&BEN).await;
            }
            bank.plan(vec![Fault::None; step]);
            bank.plan([fault]);
            let error = bank.transfer().await.unwrap_err();
            assert!(matches!(error, TransferError::Unfinished(_)), "{case}");

            bank.restart().await;
            let (outcome, balances) = if refused {
                (Outcome::Returned, (100, 0))
            } else {
                (Outcome::Arrived, (60, 40))
            };
            for _ in 0..2 {
                assert_eq!(bank.transfer().await.unwrap(), outcome, "{case}");
                assert_eq!(bank.balances().await, balances, "{case}");
            }
        }
    }
}

#[tokio::test]
async fn a_refusal_stays_one_when_the_account_opens_later() {
    let bank = Bank::open().await;
    let to = AccountId(1003);
    let order = Transfer {
        to: to.clone(),
        ..transfer(40)
    };
    assert_eq!(order.run(&bank.accounts).await.unwrap(), Outcome::Returned);
    bank.accounts
        .update(&to, |new| new.open("Cem", 0))
        .await
        .unwrap();
    assert_eq!(order.run(&bank.accounts).await.unwrap(), Outcome::Returned);
    assert_eq!(bank.accounts.load(&to).await.unwrap().state.balance(), 0);
    assert_eq!(bank.balances().await, (100, 0));
}

#[tokio::test]
async fn money_that_nobody_takes_is_reported() {
    let bank = Bank::open().await;
    bank.close(&BEN).await;
    bank.plan([
        Fault::None,
        Fault::None,
        Fault::Unavailable(UnavailableCause::Io),
    ]);
    transfer(100).run(&bank.accounts).await.unwrap_err();
    bank.close(&ADA).await;
    let error = transfer(100).run(&bank.accounts).await.unwrap_err();
    assert!(matches!(
        error,
        TransferError::Stranded(AccountError::NotOpen)
    ));
}

#[tokio::test]
async fn another_transfer_under_the_same_id_is_refused() {
    let bank = Bank::open().await;
    bank.transfer().await.unwrap();
    let error = transfer(41).run(&bank.accounts).await.unwrap_err();
    assert!(matches!(error, TransferError::Unfinished(_)));
    assert_eq!(bank.balances().await, (60, 40));
}
