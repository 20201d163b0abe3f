#[stream_id(crate = kit::factum)]
struct AccountId(Uuid);
