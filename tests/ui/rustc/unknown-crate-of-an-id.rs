use factum::StreamId;

#[derive(StreamId, Clone)]
#[stream_id(crate = fact)]
struct AccountId(String);

fn main() {}
