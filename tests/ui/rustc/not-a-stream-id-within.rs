use factum::StreamId;

#[derive(Clone)]
struct Number(u64);

#[derive(StreamId, Clone)]
struct AccountId(Number);

fn main() {
    let _ = |id: AccountId| id.to_string();
}
