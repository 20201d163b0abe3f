use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", version = 2, removed(note: String, in = 2))]
#[serde(remote = "Self")]
struct Opened {
    owner: String,
}

impl Serialize for Opened {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Opened::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Opened {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Opened::deserialize(deserializer)
    }
}

fn main() {
    let _ = Opened::INFO;
}
