use factum::{Aggregate, Apply, Command, CommandId, Event, StreamId};
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(
    nmae = "account.opened",
    version = 0,
)]
struct Opened {
    #[event(name = "owner")]
    owner: String,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
struct Closed;

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(
    name = "bank-account",
    id = String,
    events(Opened, "Closed"),
    snapshot(logik = 2)
)]
struct Account;

impl Apply<Opened> for Account { fn apply(&mut self, _: &Opened) {} }
impl Apply<Closed> for Account { fn apply(&mut self, _: &Closed) {} }

#[derive(StreamId, Clone)]
struct AccountId;

#[derive(Command, Serialize)]
#[command(
    aggregate = Account,
    id = acount,
    command_id = "slip",
)]
struct Open {
    account: String,
    slip: Option<CommandId>,
}

// Every use works, so that only the mistakes above are reported.
fn main() {
    let _ = Account::given((Opened { owner: "Ada".into() }, Closed));
    let _ = AccountEvent::from(Closed);
    let _ = |id: AccountId| id.to_string();
    let _ = Open { account: "7".into(), slip: None }.target();
}
