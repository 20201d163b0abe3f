//! Scenarios begin in the tests of another crate, which knows factum by another name too.

use facts::{Codec, Json};
use renamed::account::{Account, Deposit, Deposited, Opened};
use renamed::light::{Bright, Light, Switched};

fn read<T: serde::de::DeserializeOwned>(json: &str) -> T {
    Json::default().decode(json.as_bytes()).unwrap()
}

#[test]
fn given_what_happened() {
    Account::given(Opened::by("Ada".into()))
        .when_command::<Deposit>(read(
            r#"{"account":"a","cents":5,"request":null,"at":"2026-11-21T04:00:00Z"}"#,
        ))
        .then(read::<Deposited>(r#"{"cents":5}"#))
        .then_state_is(read(r#"{"owner":"Ada","cents":5}"#));
}

#[test]
fn given_nothing() {
    Account::given_nothing()
        .when(|_| Ok::<_, ()>(Opened::by("Ada".into())))
        .then_state_is(read(r#"{"owner":"Ada","cents":0}"#));
}

#[test]
fn given_what_is_stored() {
    Account::given_stored([
        ("account.opened", 1, r#"{"holder":"A\u0064a"}"#),
        ("account.opened", 2, r#"{"owner":"Ben"}"#),
    ])
    .when(|_| Ok::<_, ()>(()))
    .then_state_is(read(r#"{"owner":"Ben","cents":0}"#));
}

#[test]
fn given_a_snapshot() {
    let bright = read::<Light>(r#"{"Bright":{"times":3}}"#);
    assert_eq!(bright.state_name(), "Bright");
    Light::given_snapshot(bright)
        .when(|light| light.within(|bright: &Bright| bright.switch(7)))
        .then(read::<Switched>(r#"{"by":7}"#))
        .then_state_is(read(r#"{"Dark":{"times":3}}"#));
}
