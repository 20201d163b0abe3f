#[event(name = "account.deposited", version = 2, upcast(1 = DepositedV1))]
#[event(sample = Deposited { cents: 5 }, stored(1 = r#"{"amount":"250"}"#))]
struct Deposited {
    cents: u64,
}
