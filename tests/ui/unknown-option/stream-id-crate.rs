use factum::StreamId;

#[derive(StreamId, Clone)]
#[stream_id(crat = ::factum)]
struct AccountId(String);

fn main() {
    let _ = |id: AccountId| id.to_string();
}
