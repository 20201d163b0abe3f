use factum::StreamId;

#[derive(StreamId, Clone)]
#[stream_id(prefix = "a")]
struct AccountId(String);

fn main() {
    let _ = |id: AccountId| id.to_string();
}
