use factum::{Aggregate, Apply, Event, Memory, Repository};
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.deposited")]
struct Deposited { cents: u64 }

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.withdrawn")]
struct Withdrawn { cents: u64 }

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "account", id = String, events(Deposited, Withdrawn))]
struct Account { cents: u64 }

impl Apply<Deposited> for Account { fn apply(&mut self, e: &Deposited) { self.cents += e.cents } }
impl Apply<Withdrawn> for Account { fn apply(&mut self, e: &Withdrawn) { self.cents -= e.cents } }

impl Account {
    fn withdraw(&self, cents: u64) -> Result<Withdrawn, String> {
        if cents > self.cents { Err(format!("only {} cents", self.cents)) } else { Ok(Withdrawn { cents }) }
    }
}

#[test]
fn an_account_cannot_be_overdrawn() {
    Account::given(Deposited { cents: 100 })
        .when(|account| account.withdraw(130))
        .then_error("only 100 cents".into());
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let accounts = Repository::<Account, _>::new(Memory::new()); // or Sqlite::open("bank.db").await?
    let ada = "ada".to_owned();
    accounts.update(&ada, |_| Ok::<_, String>(Deposited { cents: 500 })).await?;
    let done = accounts.update(&ada, |account| account.withdraw(120)).await?;
    assert_eq!((done.state.cents, done.events.len()), (380, 1));
    Ok(())
}
