pub struct AccountNumber(u64);
