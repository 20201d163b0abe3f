use factum::StreamId;

#[derive(StreamId, Clone)]
enum AccountId {
    Old(u64),
    New(String),
}

fn main() {
    let _ = |id: AccountId| id.to_string();
}
