//! The derives in hostile surroundings, each in its richest form: shadowed names, no prelude, raw identifiers, macros,
//! every lint. That they also do there what they should is asserted, and their generated tests run.

#![deny(
    warnings,
    clippy::pedantic,
    missing_docs,
    missing_debug_implementations,
    unused_qualifications
)]
#![deny(
    unreachable_pub,
    single_use_lifetimes,
    trivial_casts,
    variant_size_differences
)]

/// By hand: serde's derives do not survive a shadowed `str`.
macro_rules! stored_as {
    ($($ty:ty: |$value:ident: $as:ty| $read:expr, $write:expr);+) => {$(
        impl<'de> serde::Deserialize<'de> for $ty {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <$as>::deserialize(deserializer).map(|$value| $read)
            }
        }
        impl serde::Serialize for $ty {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let write: fn(&$ty) -> $as = $write;
                write(self).serialize(serializer)
            }
        }
    )+};
}

#[path = "hygiene/alike.rs"]
mod alike;
#[path = "hygiene/allowed.rs"]
mod allowed;
#[path = "hygiene/elsewhere.rs"]
mod elsewhere;
#[path = "hygiene/made.rs"]
mod made;
#[path = "hygiene/raw.rs"]
mod raw;
#[path = "hygiene/shadowed.rs"]
mod shadowed;
#[path = "hygiene/visible.rs"]
mod visible;

#[test]
fn every_generated_test_is_there() {
    let tests = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--list", "--format", "terse", "_contract"])
        .output()
        .unwrap();
    let tests = String::from_utf8(tests.stdout).unwrap();
    let count = |of: &str| tests.lines().filter(|line| line.starts_with(of)).count();
    // One for each event, one for what is stored, one for the state, one for histories.
    for (aggregate, events) in [
        ("alike::everybody::everybody", 9),
        ("alike::everybody::chosen", 2),
        ("alike::ours::aggregate", 3),
        ("alike::ours::state", 2),
        ("allowed::machine", 1),
        ("allowed::account", 2),
        ("elsewhere::kit::thing", 1),
        ("made::beside::maker", 1),
        ("made::beside::wheel", 1),
        ("raw::struct", 2),
        ("raw::trait", 2),
        ("shadowed::bare::box", 3),
        ("shadowed::bare::lid", 2),
        ("visible::borrowed::account", 1),
        ("visible::outer::inner::note", 2),
    ] {
        assert_eq!(count(&format!("{aggregate}_contract_")), events);
        assert_eq!(count(&format!("{aggregate}_schema_contract: test")), 1);
        assert_eq!(count(&format!("{aggregate}_state_contract: test")), 1);
        assert_eq!(count(&format!("{aggregate}_histories_contract: test")), 1);
    }
    assert_eq!(count("shadowed::bare::put_contract: test"), 1);
}
