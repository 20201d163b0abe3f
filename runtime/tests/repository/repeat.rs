//! Commands with an id are carried out once.

use factum::{CommandId, Context, ExecuteError, Refused, Repository, Retry, Revision, Store, Uuid};

use crate::domain::{Account, Deposited, Overdrawn, Withdraw, ada, with_cents, withdraw};
use crate::each::on_every_store;

on_every_store! {
    gives_the_first_outcome_again,
    gives_the_state_behind_the_first_outcome,
    refuses_an_id_that_recorded_something_else,
    decides_a_rejected_command_again,
    repeats_an_update_under_an_id,
    carries_out_equal_commands_once,
    keeps_one_id_apart_in_two_aggregates,
    repeats_a_long_batch,
}

async fn gives_the_first_outcome_again(store: impl Store + Clone) {
    let accounts = with_cents(&store, 100).await;
    let first = accounts
        .execute(withdraw("ada", 30, "slip 1"))
        .await
        .unwrap();
    for accounts in [accounts, Repository::new(store.clone())] {
        let again = accounts
            .execute(withdraw("ada", 30, "slip 1"))
            .await
            .unwrap();
        assert!(again.repeated && !first.repeated);
        assert_eq!(again.events, first.events);
        assert_eq!(
            (again.revision, again.position),
            (first.revision, first.position)
        );
        assert_eq!(again.state, first.state);
    }
    assert_eq!(store.head().await.unwrap(), first.position);
}

async fn gives_the_state_behind_the_first_outcome(store: impl Store + Clone) {
    let accounts = with_cents(&store, 100).await;
    accounts
        .execute(withdraw("ada", 30, "slip 1"))
        .await
        .unwrap();
    accounts
        .execute(withdraw("ada", 70, "slip 2"))
        .await
        .unwrap();
    let again = accounts
        .execute(withdraw("ada", 30, "slip 1"))
        .await
        .unwrap();
    assert_eq!(
        (again.state.cents, again.revision),
        (70, Some(Revision::new(1)))
    );
    assert_eq!(accounts.load(&ada()).await.unwrap().state.cents, 0);
}

async fn refuses_an_id_that_recorded_something_else(store: impl Store + Clone) {
    let accounts = with_cents(&store, 100).await;
    accounts
        .execute(withdraw("ada", 30, "slip 1"))
        .await
        .unwrap();
    let refused = accounts
        .execute(withdraw("ada", 31, "slip 1"))
        .await
        .unwrap_err();
    let expected = Refused::CommandWithOtherContent {
        stream: "account-ada".parse().unwrap(),
        id: CommandId::named("slip 1"),
    };
    assert!(!refused.is_retryable());
    assert!(matches!(refused, ExecuteError::Refused(refused) if refused == expected));
    let as_update = Context::new().command_id(CommandId::named("slip 1"));
    let refused = accounts
        .update_with(&ada(), as_update, |account, _| account.deposit(1))
        .await;
    assert!(matches!(refused, Err(ExecuteError::Refused(refused)) if refused == expected));
}

async fn decides_a_rejected_command_again(store: impl Store + Clone) {
    let accounts = with_cents(&store, 10).await;
    let rejected = accounts.execute(withdraw("ada", 30, "slip 1")).await;
    assert!(matches!(
        rejected,
        Err(ExecuteError::Rejected(Overdrawn { cents: 10 }))
    ));
    accounts
        .update(&ada(), |account| account.deposit(90))
        .await
        .unwrap();
    let done = accounts
        .execute(withdraw("ada", 30, "slip 1"))
        .await
        .unwrap();
    assert_eq!((done.repeated, done.state.cents), (false, 70));
}

async fn repeats_an_update_under_an_id(store: impl Store + Clone) {
    let accounts = with_cents(&store, 10).await;
    for repeated in [false, true, true] {
        let context = Context::new().command_id(CommandId::named("bonus 2026"));
        let done = accounts
            .update_with(&ada(), context, |account, _| account.deposit(5))
            .await
            .unwrap();
        assert_eq!((done.repeated, done.state.cents), (repeated, 15));
    }
}

/// Each run of the decision makes another receipt, so twins differ in content and still count once.
async fn carries_out_equal_commands_once(store: impl Store + Clone) {
    let accounts = with_cents(&store, 1000).await;
    for round in 0..5 {
        let slip = format!("slip {round}");
        let twins: Vec<_> = (0..16)
            .map(|twin| {
                let (accounts, slip) = (accounts.clone(), slip.clone());
                let own = Repository::new(store.clone()).cache(0);
                let accounts = if twin % 2 == 0 { accounts } else { own };
                tokio::spawn(async move { accounts.execute(withdraw("ada", 10, &slip)).await })
            })
            .collect();
        let mut answers = Vec::new();
        for twin in twins {
            let done = twin.await.unwrap().unwrap();
            answers.push((done.events, done.revision, done.position, done.state));
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "in round {round}");
    }
    assert_eq!(
        Repository::<Account, _>::new(store)
            .load(&ada())
            .await
            .unwrap()
            .state
            .cents,
        950
    );
}

async fn keeps_one_id_apart_in_two_aggregates(store: impl Store + Clone) {
    let accounts = with_cents(&store, 10).await;
    accounts
        .update(&"bob".to_owned(), |account| account.deposit(10))
        .await
        .unwrap();
    let request = Some(CommandId::named("slip 1"));
    let command = |account: &str| Withdraw {
        account: account.into(),
        cents: 4,
        request,
        at: None,
    };
    let one = accounts.execute(command("ada")).await.unwrap();
    let other = accounts.execute(command("bob")).await.unwrap();
    assert!(!other.repeated);
    assert_ne!(one.events[0].id, other.events[0].id);
    assert!(accounts.execute(command("bob")).await.unwrap().repeated);
}

async fn repeats_a_long_batch(store: impl Store + Clone) {
    let accounts = with_cents(&store, 0).await.retry(Retry::never());
    let mut first = None;
    for _ in 0..2 {
        let context = Context::new().command_id(CommandId::named("salary"));
        let done = accounts
            .update_with(&ada(), context, |_, _| {
                Ok::<_, Overdrawn>(vec![Deposited { cents: 1 }; 2500])
            })
            .await
            .unwrap();
        assert_eq!((done.events.len(), done.state.cents), (2500, 2500));
        let first = first.get_or_insert(done.events.clone());
        assert_eq!(done.events, *first);
        accounts
            .update(&ada(), |account| account.withdraw(0, Uuid::nil()))
            .await
            .unwrap();
    }
}
