use factum::StreamId;

#[derive(StreamId, Clone)]
struct AccountId(#[stream_id(inner)] String);

fn main() {
    let _ = |id: AccountId| id.to_string();
}
