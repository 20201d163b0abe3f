pub mod bank {
    use factum::{Aggregate, Apply, Command, Event, StreamId};
    use serde::{Deserialize, Serialize};

    #[derive(StreamId, Clone)]
    struct AccountId(String);

    #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(name = "account.opened")]
    pub struct Opened;

    #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    #[aggregate(name = "account", id = AccountId, events(Opened))]
    pub struct Account;

    impl Apply<Opened> for Account {
        fn apply(&mut self, _: &Opened) {}
    }

    #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    #[aggregate(name = "ledger", id = String, events(Opened))]
    struct Ledger;

    impl Apply<Opened> for Ledger {
        fn apply(&mut self, _: &Opened) {}
    }

    #[derive(Command, Serialize)]
    #[command(aggregate = Ledger, id = 0)]
    pub struct Open(String);
}

fn main() {}
