use factum::StreamId;

#[derive(StreamId, Clone)]
struct AccountId(String);

fn main() {
    let _ = |id: AccountId| id.to_string();
}
