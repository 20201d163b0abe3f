use factum::StreamId;

#[derive(StreamId)]
struct AccountId(String);

fn main() {}
