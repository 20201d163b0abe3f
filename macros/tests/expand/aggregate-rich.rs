#[aggregate(
    name = "account",
    id = AccountId,
    events(bank::Opened, Deposited),
    event = Change,
    retired(bank::OpenedWithDeposit),
    ignored("account.audited"),
    snapshot(logic = 2),
    tests,
    commands(Open, Deposit),
    crate = kit::factum
)]
pub(crate) struct Account {
    cents: u64,
}
