#[aggregate(name = "account", id = AccountId, events(bank::Deposited), snapshot(logic = 2))]
pub(crate) struct Account {
    cents: u64,
}
