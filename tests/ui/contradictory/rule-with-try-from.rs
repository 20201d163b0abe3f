use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", version = 2)]
#[serde(try_from = "Checked")]
struct Opened {
    #[event(since = 2, renamed_from = "holder")]
    owner: String,
}

#[derive(Deserialize)]
struct Checked {
    owner: String,
}

impl TryFrom<Checked> for Opened {
    type Error = String;
    fn try_from(checked: Checked) -> Result<Self, String> { Ok(Self { owner: checked.owner }) }
}

fn main() {
    let _ = Opened::INFO;
}
