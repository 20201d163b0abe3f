use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "")]
struct Empty;

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account opened")]
struct Spaced;

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "über.opened")]
struct Foreign;

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.\"opened\"")]
struct Quoted;

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "$account.opened")]
struct Dollar;

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "factum.opened")]
struct Reserved;

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(
    name = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
)]
struct Long;

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.opened\n")]
struct Line;

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "account.\u{202e}opened")]
struct Turned;

fn main() {}
