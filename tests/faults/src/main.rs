//! The other processes of the fault tests: one role each, named by the first argument.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "this program is a part of a test: what goes wrong has to stop it"
)]

mod roles;

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (role, rest) = arguments.split_first().unwrap_or_else(|| {
        panic!("this program plays the other processes of the fault tests; run `cargo test -p factum-faults`")
    });
    roles::play(role, rest).await;
}
