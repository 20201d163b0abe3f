use factum::StreamId;

#[derive(StreamId, Clone)]
struct Named {
    id: String,
}

#[derive(StreamId, Clone)]
struct Pair(String, u64);

#[derive(StreamId, Clone)]
struct Unit;

#[derive(StreamId, Clone)]
enum Either {
    Left(u64),
    Right(String),
}

fn main() {
    let _ = Unit.to_string();
    let _: Pair = "a".parse().unwrap();
}
