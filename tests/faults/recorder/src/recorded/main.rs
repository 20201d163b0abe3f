//! The process that is recorded: it writes, and says into a file beside the store what was acknowledged.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "this program is a part of a test: what goes wrong has to stop it"
)]

#[path = "../ends.rs"]
mod ends;
mod fail;
mod write;

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["write", directory, synchronous, batches] => {
            write::play(directory.as_ref(), synchronous, batches.parse().unwrap()).await;
        }
        ["fail at each call", directory, call] => {
            fail::at_each_call(directory.as_ref(), call).await;
        }
        ["fail while closing", directory, call] => {
            fail::while_closing(directory.as_ref(), call).await;
        }
        ["fail at random calls", directory, call, faults, seed] => {
            let (faults, seed) = (faults.parse().unwrap(), seed.parse().unwrap());
            fail::at_random_calls(directory.as_ref(), call, faults, seed).await;
        }
        _ => panic!(
            "the tests of `factum-recorder` start this program; there is no role {arguments:?}"
        ),
    }
}
