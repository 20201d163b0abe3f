#[command(aggregate = Account, id = acount)]
pub struct Withdraw {
    account: AccountId,
}
