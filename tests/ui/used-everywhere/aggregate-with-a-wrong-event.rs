use factum::{Aggregate, Apply, Command, Context, Event, Handle, IntoEvents, Memory, Repository};
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened")]
struct Opened;

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "account", id = String, events("Opened"))]
struct Account;

impl Apply<Opened> for Account { fn apply(&mut self, _: &Opened) {} }

impl Account { fn open(&self) -> Result<Opened, String> { Ok(Opened) } }

#[derive(Command, Serialize)]
#[command(aggregate = Account, id = account)]
struct Open {
    account: String,
}

impl Handle<Open> for Account {
    type Error = String;
    fn handle(&self, _: &Open, _: &Context) -> Result<impl IntoEvents<AccountEvent>, String> { self.open() }
}

async fn run(accounts: Repository<Account, Memory>) {
    let _ = accounts.update(&"7".to_owned(), |account: &Account| account.open()).await;
    let _ = accounts.execute(Open { account: "7".into() }).await;
}

fn main() {
    let _ = Account::given((Opened, Opened)).when(Account::open).then(Opened);
    match AccountEvent::from(Opened) { AccountEvent::Opened(event) => drop(event) }
    let _ = Opened::try_from(AccountEvent::Opened(Opened));
    let _ = (Opened::INFO, Account::shape(), Account::default().fold(&Opened.into()));
}
