#[path = "../domain.rs"]
mod domain;

pub mod bank {
    use factum::{Aggregate, Apply, Command};
    use serde::{Deserialize, Serialize};

    use super::domain::Opened;

    #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    #[aggregate(name = "account", id = String, events(Opened))]
    struct Account;

    impl Apply<Opened> for Account { fn apply(&mut self, _: &Opened) {} }

    #[derive(Command, Serialize)]
    #[command(aggregate = Account, id = 0)]
    pub struct Open(String);
}

fn main() {}
