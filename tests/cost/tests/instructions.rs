//! What running costs, counted in instructions: the same figure in every run, however busy the machine is.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "what is missing here fails the test"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

#[test]
fn folding_costs_what_a_match_by_hand_costs() {
    at_most(1.005, "fold-generated", "fold-by-hand");
}

#[test]
fn walking_the_arrows_of_a_machine_costs_what_a_match_by_hand_costs() {
    at_most(1.02, "machine-generated", "machine-by-hand");
}

#[test]
fn reading_costs_what_serde_by_hand_costs() {
    at_most(1.05, "decode-generated", "decode-by-hand");
}

#[test]
fn reading_two_versions_up_costs_little_more_than_reading_the_current_one() {
    at_most(1.2, "moved-old", "moved-new");
}

#[test]
fn reading_two_versions_up_by_what_the_fields_say_costs_little_more() {
    at_most(1.2, "wrote-old", "wrote-new");
}

#[test]
fn reading_two_versions_up_through_shapes_that_borrow_costs_little_more_either() {
    at_most(1.2, "called-old", "called-new");
}

#[test]
fn reading_a_version_below_which_none_was_ever_stored_costs_little_more() {
    at_most(1.2, "sent-old", "sent-new");
}

#[test]
fn reading_a_version_with_a_field_that_was_removed_costs_little_more() {
    at_most(1.2, "filed-old", "filed-new");
}

/// It makes a tree of all that was stored, with each key on the heap, before the step sees any of it.
#[test]
fn reading_through_a_step_on_json_itself_costs_a_tree_of_values_more() {
    at_most(2.3, "answered-old", "answered-new");
}

/// Counts both kinds of work and compares them.
#[track_caller]
#[expect(
    clippy::cast_precision_loss,
    reason = "the counts are far below 2^53, and only their ratio matters"
)]
fn at_most(bound: f64, ours: &str, twin: &str) {
    let counts = [instructions(ours), instructions(twin)];
    let ratio = counts[0] as f64 / counts[1] as f64;
    let figures = format!(
        "{ours}: {} instructions; {twin}: {}; ratio {ratio:.4}, bound {bound}",
        counts[0], counts[1],
    );
    println!("{figures}");
    assert!(ratio <= bound, "{figures}");
}

/// What one round of this work takes: a run with it, less a run that only prepares it.
fn instructions(work: &str) -> u64 {
    let [prepared, done] = [0, 1].map(|rounds| count(work, rounds));
    assert!(done > prepared, "`{work}` does nothing");
    done - prepared
}

fn count(work: &str, rounds: u32) -> u64 {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{work}.{rounds}.callgrind"));
    let run = Command::new("valgrind")
        .args(["--tool=callgrind", "--quiet"])
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(&*PROGRAM)
        .args([work, &rounds.to_string()])
        .output()
        .expect("callgrind counts the instructions; install the package `valgrind`");
    let said = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "`{work}` failed:\n{said}");
    let profile = fs::read_to_string(out).unwrap();
    let total = profile
        .lines()
        .find_map(|line| line.strip_prefix("summary: "));
    let total = total.and_then(|total| total.trim().parse().ok());
    total.expect("callgrind writes the sum of a run behind `summary:`")
}

/// The counted program, as a user would run it: built in release.
static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let built = Command::new(env!("CARGO"))
        .args([
            "build",
            "--release",
            "--locked",
            "--quiet",
            "--bin",
            "factum-cost",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .arg("--target-dir")
        .arg(target)
        .status()
        .unwrap();
    assert!(built.success(), "the counted program does not build");
    target.join("release/factum-cost")
});
