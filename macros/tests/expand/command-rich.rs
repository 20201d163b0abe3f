#[command(
    aggregate = Account,
    id = account,
    command_id = request,
    occurred_at = at,
    name = "withdraw",
    crate = kit::factum
)]
pub struct Withdraw<T: Serialize> {
    account: AccountId,
    request: CommandId,
    at: Option<Timestamp>,
    note: T,
}
