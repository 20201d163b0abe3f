use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened", version = 3, upcast(1 = OpenedV1<'_>, 2 = old::OpenedV2))]
struct Opened;

#[derive(Deserialize)]
struct OpenedV1<'a> {
    #[serde(borrow)]
    owner: std::borrow::Cow<'a, str>,
}

mod old {
    #[derive(super::Deserialize)]
    pub struct OpenedV2;
}

impl From<old::OpenedV2> for Opened {
    fn from(_: old::OpenedV2) -> Self {
        Self
    }
}

fn main() {}
