//! The tour, in each kind of store.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::process::Command;

fn tour(arguments: &[&str]) -> String {
    let program = Command::new(env!("CARGO_BIN_EXE_bank"))
        .args(arguments)
        .output()
        .unwrap();
    assert!(
        program.status.success(),
        "{}",
        String::from_utf8_lossy(&program.stderr)
    );
    String::from_utf8(program.stdout).unwrap()
}

#[tokio::test]
async fn the_tour_is_the_same_in_each_kind_of_store_and_is_remembered() {
    let directory = tempfile::tempdir().unwrap();
    let [one, other] =
        ["one.db", "other.db"].map(|file| directory.path().join(file).display().to_string());
    let sqlite = format!("sqlite:{other}");
    let postgres = factum_server::database().await;
    for place in [["--db", &one], ["--store", &sqlite], ["--store", &postgres]] {
        let told = tour(&place);
        for line in [
            "Ada opens account 1001",
            "once more: Arrived",
            "Ada has 180",
            "Ben has 200",
        ] {
            assert!(told.contains(line), "{place:?}: no `{line}` in\n{told}");
        }
        assert!(
            tour(&place).contains("Ada, 1001: the account's number is taken"),
            "{place:?}"
        );
    }
    assert!(tour(&["--store", "memory:"]).contains("Ada opens account 1001"));
}
