use factum::StreamId;

#[derive(Clone)]
#[derive(serde::Serialize, serde::Deserialize)]
struct Number(u64);

#[derive(StreamId, Clone)]
struct AccountId(Number);

fn main() {
    let _ = Number(7);
}
