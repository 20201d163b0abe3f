use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "http.server-started")]
struct HTTPServerStarted;

fn main() {
    let _ = HTTPServerStarted::INFO;
}
