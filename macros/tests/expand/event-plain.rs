#[event(name = "account.deposited")]
pub struct Deposited {
    pub cents: u64,
}
