//! The account that the tests are about, and the stores that they run on.

use factum::{
    Aggregate, Apply, Command, CommandId, Context, Done, Event, ExecuteError, Handle, IntoEvents,
    Memory, Pending, Repository, Store, Timestamp, Uuid,
};
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened")]
pub struct Opened {
    pub owner: String,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.deposited")]
pub struct Deposited {
    pub cents: u64,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.withdrawn")]
pub struct Withdrawn {
    pub cents: u64,
    /// Made by the decision: two runs of it never record the same.
    pub receipt: Uuid,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.rated")]
pub struct Rated {
    pub rate: f64,
    pub tree: Option<Tree>,
    pub note: String,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Tree {
    pub child: Option<Box<Tree>>,
}

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "account", id = String, events(Opened, Deposited, Withdrawn, Rated), snapshot(logic = 1))]
pub struct Account {
    pub owner: Option<String>,
    pub cents: u64,
    pub events: u64,
}

impl Apply<Opened> for Account {
    fn apply(&mut self, event: &Opened) {
        self.owner = Some(event.owner.clone());
        self.events += 1;
    }
}

impl Apply<Deposited> for Account {
    fn apply(&mut self, event: &Deposited) {
        self.cents += event.cents;
        self.events += 1;
    }
}

impl Apply<Withdrawn> for Account {
    fn apply(&mut self, event: &Withdrawn) {
        self.cents -= event.cents;
        self.events += 1;
    }
}

impl Apply<Rated> for Account {
    fn apply(&mut self, _: &Rated) {
        self.events += 1;
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overdrawn {
    pub cents: u64,
}

impl Account {
    pub fn deposit(&self, cents: u64) -> Result<Deposited, Overdrawn> {
        if self.cents.checked_add(cents).is_none() {
            return Err(Overdrawn { cents: self.cents });
        }
        Ok(Deposited { cents })
    }

    pub fn withdraw(&self, cents: u64, receipt: Uuid) -> Result<Withdrawn, Overdrawn> {
        if cents > self.cents {
            return Err(Overdrawn { cents: self.cents });
        }
        Ok(Withdrawn { cents, receipt })
    }
}

#[derive(Command, Serialize, Deserialize, Clone, Debug)]
#[command(aggregate = Account, id = account, command_id = request, occurred_at = at)]
pub struct Withdraw {
    pub account: String,
    pub cents: u64,
    pub request: Option<CommandId>,
    pub at: Option<Timestamp>,
}

impl Handle<Withdraw> for Account {
    type Error = Overdrawn;

    fn handle(
        &self,
        command: &Withdraw,
        context: &Context,
    ) -> Result<impl IntoEvents<AccountEvent>, Overdrawn> {
        self.withdraw(command.cents, context.fresh_id())
    }
}

pub fn withdraw(account: &str, cents: u64, request: &str) -> Withdraw {
    let request = (!request.is_empty()).then(|| CommandId::named(request));
    Withdraw {
        account: account.to_owned(),
        cents,
        request,
        at: None,
    }
}

pub fn ada() -> String {
    "ada".to_owned()
}

/// What is left to settle of a request whose outcome is unknown.
pub fn pending<A: Aggregate>(outcome: Result<Done<A>, ExecuteError<Overdrawn>>) -> Pending {
    match outcome {
        Err(ExecuteError::Unsettled(pending)) => *pending,
        other => panic!("the outcome is known: {other:?}"),
    }
}

pub async fn with_cents<S: Store + Clone>(store: &S, cents: u64) -> Repository<Account, S> {
    let accounts = Repository::new(store.clone());
    accounts
        .update(&ada(), |account: &Account| account.deposit(cents))
        .await
        .unwrap();
    accounts
}

#[test]
fn repositories_are_shared_between_tasks() {
    fn shared<T: Send + Sync + Clone + 'static>() {}
    fn sent<T: Send>(_: T) {}
    shared::<Repository<Account, Memory>>();
    let accounts = Repository::<Account, _>::new(Memory::new());
    sent(accounts.execute(withdraw("ada", 1, "")));
    sent(accounts.update(&ada(), |account| account.deposit(1)));
    sent(accounts.load(&ada()));
}
