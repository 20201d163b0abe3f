pub mod bank {
    use factum::{Aggregate, Apply, Event, StreamId};
    use serde::{Deserialize, Serialize};

    #[derive(StreamId, Clone)]
    struct AccountId(String);

    #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(name = "account.opened")]
    pub struct Opened;

    #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    #[aggregate(name = "account", id = AccountId, events(Opened))]
    pub struct Account;

    impl Apply<Opened> for Account { fn apply(&mut self, _: &Opened) {} }
}

fn main() {}
