use factum::{Aggregate, Event};
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened")]
struct Opened;

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
struct BankAccount;

fn main() {
    let _ = BankAccount::given_nothing();
    let _ = <BankAccount as Aggregate>::NAME;
    let _ = Opened;
}
