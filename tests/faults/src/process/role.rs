//! What a process that plays a role hears from the test, and says to it.

use std::io::Write;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// What belongs to the role, as the test has said it.
pub fn order<T: DeserializeOwned>(arguments: &[String]) -> T {
    let [order] = arguments else {
        panic!("a role takes one argument, not {arguments:?}")
    };
    serde_json::from_str(order).unwrap()
}

/// Sends a line to the test that this process was started by.
pub fn say(value: &impl Serialize) {
    let line = serde_json::to_string(value).unwrap();
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").unwrap();
    out.flush().unwrap();
}

/// Says that all is ready, and waits for the others.
pub fn ready() {
    say(&"ready");
    assert!(hear::<String>().is_some(), "nobody says when to begin");
}

/// The next line from the test, or `None` when it has no more to say. It blocks.
pub fn hear<T: DeserializeOwned>() -> Option<T> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
    (!line.is_empty()).then(|| serde_json::from_str(&line).unwrap())
}
