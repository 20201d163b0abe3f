#[aggregate(
    name = "account",
    id = AccountId,
    events(bank::Opened, Deposited),
    event = Change,
    snapshot(logic = 2),
    tests,
    commands(Open, Deposit),
    crate = kit::factum
)]
pub(crate) struct Account {
    cents: u64,
}
