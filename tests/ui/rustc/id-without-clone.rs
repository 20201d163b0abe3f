use factum::StreamId;

#[derive(StreamId)]
struct AccountId(String);

fn main() {
    let _ = |id: AccountId| id.to_string();
}
