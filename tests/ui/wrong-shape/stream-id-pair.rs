use factum::StreamId;

#[derive(StreamId, Clone)]
struct AccountId(String, u64);

fn main() {
    let _ = |id: AccountId| id.to_string();
}
