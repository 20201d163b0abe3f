#[command(aggregate = Account, id = account)]
pub struct Withdraw {
    pub account: String,
    pub cents: u64,
}
