use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", version = 2)]
struct Opened(String, #[event(since = 2, renamed_from = "remark")] String);

fn main() {
    let _ = Opened::INFO;
}
