#[aggregate(name = "account", id = String, events(Deposited))]
pub struct Account {
    cents: u64,
}
