#[aggregate(name = "bank-account", events(Deposited))]
pub struct Account {
    cents: u64,
}
