use factum::StreamId;

#[derive(StreamId)]
#[derive(Clone)]
struct AccountId(String);

fn main() {
    let _ = |id: AccountId| id.to_string();
}
