#[event(version = 2)]
pub struct MoneyDeposited<T> {
    pub amount: T,
}
