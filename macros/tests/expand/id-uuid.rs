pub struct AccountId(Uuid);
