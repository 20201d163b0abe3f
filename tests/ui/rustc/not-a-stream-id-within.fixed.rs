use factum::StreamId;

#[derive(Clone)]
#[derive(StreamId)]
struct Number(u64);

#[derive(StreamId, Clone)]
struct AccountId(Number);

fn main() {
    let _ = Number(7);
}
