use factum::StreamId;

#[derive(StreamId, Clone)]
struct AccountId<T>(T);

fn main() {
    let _ = |id: AccountId<u64>| factum::StreamId::to_text(&id).len();
}
