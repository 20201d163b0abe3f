use factum::StreamId;

#[derive(StreamId, Clone)]
pub struct AccountId(String);

fn main() {
    let _ = |id: AccountId| id.to_string();
}
