use factum::StreamId;

#[derive(StreamId, Clone)]
#[stream_id(crate = factum)]
struct AccountId(String);

fn main() {
    let _ = |id: AccountId| id.to_string();
}
