use std::marker::PhantomData;

use factum::{Aggregate, Apply, Event, StreamId};
use serde::{Deserialize, Serialize};

#[derive(StreamId, Clone)]
struct Id<T: ?Sized>(PhantomData<T>);

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened")]
struct Opened;

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "account", id = Id<u8>, events(Opened))]
struct Account;

impl Apply<Opened> for Account {
    fn apply(&mut self, _: &Opened) {}
}

fn main() {
    let _ = Account::given(Opened);
}
