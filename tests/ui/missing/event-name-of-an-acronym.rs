use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
struct HTTPServerStarted;

fn main() {
    let _ = HTTPServerStarted::INFO;
}
