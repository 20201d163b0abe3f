//! What a copy keeps, and what is new in it.

use std::sync::Arc;

use crate::domain::{
    Account, AccountEvent, Deposit, Deposited, Opened, OpenedWith, Order, Placed, ada,
};
use crate::stores::{COPIED, File, LOG, all, append_rows, on_every_pair, run, told};
use factum::testing::FixedClock;
use factum::{
    CommandId, Context, Memory, Position, Recorded, Repository, Sqlite, Store, Subscription,
    Timestamp,
};

on_every_pair! {
    copies_every_event_under_its_current_name_and_version,
    keeps_ids_order_and_metadata,
    keeps_what_was_carried_out,
    knows_a_command_whose_event_was_split,
    copies_an_empty_store,
    copies_more_than_a_page,
}

async fn copies_every_event_under_its_current_name_and_version(
    from: impl Store + Clone,
    to: impl Store + Clone,
) {
    append_rows(&from, 0, &LOG).await;
    let copied = run(&from, &to).await.unwrap();
    assert_eq!((copied.read, copied.ignored), (8, 1));
    assert_eq!((copied.written, copied.verified), (COPIED, COPIED));
    assert_eq!(copied.position, from.head().await.unwrap());
    assert_eq!(copied.head, copied.position);

    let row = |stream: &str, id, name: &str, version, payload: &str| {
        (
            stream.to_owned(),
            id,
            name.to_owned(),
            version,
            payload.to_owned(),
        )
    };
    let opened = |owner| format!(r#"{{"owner":"{owner}","currency":"EUR"}}"#);
    let deposited = "account.deposited";
    assert_eq!(
        told(&to).await,
        [
            row("account-ada", 0, "account.opened", 2, &opened("Ada")),
            row("account-ada", 1, deposited, 1, r#"{"cents":1}"#),
            row("order-7", 2, "order.placed", 1, r#"{"items":3}"#),
            row("account-ada", 3, deposited, 1, r#"{"cents":2}"#),
            row("account-bob", 4, "account.opened", 2, &opened("Bob")),
            row("account-ada", 6, deposited, 1, r#"{"cents":4}"#),
            row("account-bob", 7, deposited, 1, r#"{"cents":8}"#),
        ]
    );
    let states = |store: Arc<dyn Store>| async move {
        let accounts = Repository::<Account, _>::new(store);
        accounts.load(&ada()).await.unwrap()
    };
    let (before, after) = (states(Arc::new(from)).await, states(Arc::new(to)).await);
    assert_eq!(
        (before.state, before.revision),
        (after.state, after.revision)
    );
}

/// All that metadata can hold.
fn context(owner: &str, cause: Option<&Recorded<AccountEvent>>) -> Context {
    let time: Timestamp = "2019-03-04T05:06:07.000008Z".parse().unwrap();
    let context = cause.map_or_else(Context::new, |cause| Context::caused_by(cause).unwrap());
    context
        .occurred_at(time)
        .actor(owner)
        .tenant("north")
        .extra("ip", "::1")
}

async fn keeps_ids_order_and_metadata(from: impl Store + Clone, to: impl Store + Clone) {
    let accounts = Repository::<Account, _>::new(from.clone());
    let orders = Repository::<Order, _>::new(from.clone());
    let mut cause = None;
    for (number, owner) in ["ada", "bob", "ada"].into_iter().enumerate() {
        let open = |_: &Account, _: &Context| {
            let (owner, currency) = (owner.to_owned(), "EUR".to_owned());
            Ok::<_, String>((Opened { owner, currency }, Deposited { cents: 5 }))
        };
        let context = context(owner, cause.as_ref());
        let done = accounts.update_with(&owner.to_owned(), context, open).await;
        cause = done.unwrap().events.pop();
        let place = |_: &Order| Ok::<_, String>(Placed { items: 1 });
        orders
            .update(&u32::try_from(number).unwrap(), place)
            .await
            .unwrap();
    }
    run(&from, &to).await.unwrap();
    // Down to the bytes of metadata; nothing had to be changed.
    assert_eq!(all(&to).await, all(&from).await);

    let events = |store: Arc<dyn Store>| async move {
        let mut events = Subscription::aggregate::<Account>(store);
        let batch = events.catch_up().await.unwrap().unwrap();
        let events = batch.iter().map(Result::unwrap);
        let told = events.map(|it| (it.id, it.revision, it.metadata().unwrap(), it.event));
        told.collect::<Vec<_>>()
    };
    let copied = events(Arc::new(to)).await;
    assert_eq!(copied, events(Arc::new(from)).await);
    assert_eq!(
        copied[0].2.occurred_at.to_string(),
        "2019-03-04T05:06:07.000008Z"
    );
    assert_eq!(copied[2].2.causation_id, Some(copied[1].0.get()));
}

async fn keeps_what_was_carried_out(from: impl Store + Clone, to: impl Store + Clone) {
    let deposit = |cents| Deposit {
        account: "ada".to_owned(),
        cents,
        request: CommandId::named("slip 1"),
        at: Timestamp::UNIX_EPOCH,
    };
    let before = Repository::<Account, _>::new(from.clone());
    let first = before.execute(deposit(5)).await.unwrap();
    run(&from, &to).await.unwrap();

    let after = Repository::<Account, _>::new(to.clone());
    let again = after.execute(deposit(5)).await.unwrap();
    assert!(again.repeated);
    assert_eq!(again.state, first.state);
    let ids = |events: &[Recorded<AccountEvent>]| -> Vec<_> {
        events
            .iter()
            .map(|event| (event.id, event.revision))
            .collect()
    };
    assert_eq!(ids(&again.events), ids(&first.events));
    let other = after.execute(deposit(6)).await.unwrap_err().to_string();
    assert!(other.contains("already carried out"), "{other}");
}

async fn knows_a_command_whose_event_was_split(from: impl Store + Clone, to: impl Store + Clone) {
    let under = || Context::new().command_id(CommandId::named("slip 1"));
    let open = |_: &before::Account, _: &Context| {
        let owner = "Ada".to_owned();
        Ok::<_, String>(OpenedWith { owner, cents: 5 })
    };
    let before = Repository::<before::Account, _>::new(from.clone());
    let first = before.update_with(&ada(), under(), open).await.unwrap();
    run(&from, &to).await.unwrap();

    let after = Repository::<Account, _>::new(to.clone());
    let decide = |_: &Account, _: &Context| Ok::<_, String>(Deposited { cents: 7 });
    let again = after.update_with(&ada(), under(), decide).await.unwrap();
    assert!(again.repeated);
    assert_eq!(
        (again.events.len(), again.events[0].id),
        (1, first.events[0].id)
    );
    assert_eq!(after.load(&ada()).await.unwrap().state.cents, 5);
}

/// What recorded the events that are retired.
mod before {
    use factum::{Aggregate, Apply};
    use serde::{Deserialize, Serialize};

    use crate::domain::OpenedWith;

    #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    #[aggregate(name = "account", id = String, events(OpenedWith))]
    pub struct Account;

    impl Apply<OpenedWith> for Account {
        fn apply(&mut self, _: &OpenedWith) {}
    }
}

async fn copies_an_empty_store(from: impl Store + Clone, to: impl Store + Clone) {
    let copied = run(&from, &to).await.unwrap();
    assert_eq!((copied.read, copied.written, copied.verified), (0, 0, 0));
    assert_eq!((copied.position, copied.head), (None, None));
    assert_eq!(to.head().await.unwrap(), None::<Position>);
}

async fn copies_more_than_a_page(from: impl Store + Clone, to: impl Store + Clone) {
    let orders = Repository::<Order, _>::new(from.clone());
    for order in 0..3 {
        let place = |_: &Order| Ok::<_, String>(vec![Placed { items: 1 }; 900]);
        orders.update(&order, place).await.unwrap();
    }
    let mut seen = Vec::new();
    let copying = crate::stores::both(&from, &to);
    let copying = copying.progress(|copied| seen.push((copied.read, copied.verified)));
    assert_eq!(copying.run().await.unwrap().written, 2700);
    assert_eq!(all(&to).await, all(&from).await);
    assert_eq!(seen.last(), Some(&(2700, 2700)));
    assert!(seen.len() >= 3 && seen.len() < 20, "{seen:?}");
    assert!(seen.iter().all(|(read, verified)| read == verified));
}

#[tokio::test]
async fn the_time_of_recording_is_the_targets() {
    let clock = |time: &str| FixedClock::new(time.parse().unwrap());
    let from = Memory::with_clock(clock("2020-01-01T00:00:00Z"));
    let file = File::new();
    let to = Sqlite::builder(file.path()).clock(clock("2026-01-01T00:00:00Z"));
    let to = to.open().await.unwrap();
    append_rows(&from, 0, &LOG).await;
    run(&from, &to).await.unwrap();
    let page = to.read(factum::store::Read::all(None)).await.unwrap();
    assert!(
        page.iter()
            .all(|event| event.recorded_at.to_string() == "2026-01-01T00:00:00Z")
    );
}
