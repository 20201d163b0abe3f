//! The program, run as a user runs it.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::path::Path;
use std::process::Command;

use factum::{Repository, Sqlite};
use orders::domain::{Order, OrderId};

fn told(file: &Path) -> String {
    let program = env!("CARGO_BIN_EXE_orders");
    let output = Command::new(program).arg(file).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn two_orders_live_on_in_their_file() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("orders.db");
    insta::assert_snapshot!("first", told(&file));

    let orders = Repository::<Order, _>::new(Sqlite::open(&file).await.unwrap());
    let order = orders.load(&OrderId(1001)).await.unwrap();
    assert_eq!(order.state.state_name(), "Shipped");

    // Told again, it finds its orders as it left them: only what they refuse is said.
    insta::assert_snapshot!("again", told(&file));
}
