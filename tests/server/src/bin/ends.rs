//! Starts a server as a test does, says where it is, and ends as it is told to.

#![expect(
    clippy::panic,
    reason = "it ends as tests do, and one of the ways is a panic"
)]

use std::{env, io, process};

fn main() {
    println!("{}", factum_server::socket().display());
    match env::args().nth(1).as_deref() {
        Some("return") => {}
        Some("exit") => process::exit(3),
        Some("panic") => panic!("as a test that fails"),
        Some("abort") => process::abort(),
        // It is killed before there is anything to read.
        Some("wait") => drop(io::stdin().read_line(&mut String::new())),
        other => panic!("ends: return, exit, panic, abort or wait, and not {other:?}"),
    }
}
