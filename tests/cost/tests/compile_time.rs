//! What compiling costs: a crate of 200 event types, in CPU seconds of cargo and rustc, its dependencies
//! compiled before.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "what is missing here fails the test"
)]

#[path = "compile_time/crates.rs"]
mod crates;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

use crates::{EVENTS, Variant};

const ROUNDS: usize = 5;

#[test]
fn our_derives_take_less_of_a_check_than_those_of_serde() {
    derives_take_less(&["check"]);
}

#[test]
fn our_derives_take_less_of_a_build_than_those_of_serde() {
    derives_take_less(&["build"]);
}

#[test]
fn events_with_an_old_version_take_at_most_1_2_times_what_serde_takes_for_the_shapes() {
    const BOUND: f64 = 1.2;
    let variants = [Variant::SerdeOld, Variant::FactumOld, Variant::FactumRules];
    let [theirs, typed, derived] = seconds(&["build", "--release"], variants);
    for (how, ours) in [("typed", typed), ("said of fields", derived)] {
        let ratio = ours / theirs;
        let figures = format!(
            "cargo build --release: {theirs:.2} s with serde's derives for events and old shapes, {ours:.2} s with factum too, {how}; ratio {ratio:.2}"
        );
        println!("{figures}");
        assert!(ratio <= BOUND, "{figures}, bound {BOUND}");
    }
}

/// Serde's derives, in the same rounds, are the measure, for a busy machine takes twice the seconds for both: the
/// bound is 40 ms where they take 14.8 ms for each of these types.
#[test]
fn the_generated_tests_take_less_than_40_ms_a_type() {
    const BOUND: f64 = 40.0 / 14.8;
    let variants = [
        Variant::Plain,
        Variant::Serde,
        Variant::Factum,
        Variant::FactumTests,
    ];
    let [plain, serde, without, with] = seconds(&["test", "--lib", "--no-run"], variants);
    let (theirs, ours) = (serde - plain, with - without);
    let figures = format!(
        "cargo test --no-run: {with:.2} s with generated tests, {without:.2} s without; {:.1} ms a type, {:.2} times what serde's derives take",
        ours * 1000.0 / f64::from(EVENTS),
        ours / theirs,
    );
    println!("{figures}");
    assert!(ours < BOUND * theirs, "{figures}, bound {BOUND:.2}");
}

#[track_caller]
fn derives_take_less(command: &[&str]) {
    let variants = [Variant::Plain, Variant::Serde, Variant::Factum];
    let [plain, serde, factum] = seconds(command, variants);
    let (theirs, ours) = (serde - plain, factum - serde);
    let figures = format!(
        "cargo {}: {plain:.2} s structs alone, {serde:.2} s with serde, {factum:.2} s with factum; serde adds {theirs:.2} s, factum {ours:.2} s",
        command.join(" "),
    );
    println!("{figures}");
    assert!(ours < theirs, "{figures}; factum must add less");
}

/// The CPU seconds that a command takes for each variant: the least of interleaved rounds, for what else the machine
/// does only adds to them, after a first run that compiles their dependencies.
fn seconds<const N: usize>(command: &[&str], variants: [Variant; N]) -> [f64; N] {
    // The time of all children is one figure, so one measures at a time.
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compile-time");
    crates::write(&folder);
    compile(&folder, command, variants[0]);
    let mut least = variants.map(|_| f64::INFINITY);
    for _ in 0..ROUNDS {
        for (variant, least) in variants.into_iter().zip(&mut least) {
            *least = least.min(compile(&folder, command, variant));
        }
    }
    least
}

fn compile(folder: &Path, command: &[&str], variant: Variant) -> f64 {
    variant.touch(folder);
    let before = children();
    let status = Command::new(env!("CARGO"))
        .args(command)
        // Two threads of one core slow each other down, and the more so the more is compiled.
        .args(["--quiet", "--offline", "--jobs", "1"])
        .args(["--package", variant.name()])
        .current_dir(folder)
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .status()
        .unwrap();
    assert!(status.success(), "`{}` does not compile", variant.name());
    children() - before
}

/// The CPU seconds of all children that have ended, with theirs.
fn children() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").expect("CPU seconds are read from Linux");
    // The second field is the name in parentheses, in which anything may stand.
    let (_, fields) = stat.rsplit_once(')').unwrap();
    let fields: Vec<&str> = fields.split_whitespace().collect();
    // `cutime` and `cstime`, the fields 16 and 17, in hundredths: Linux shows every program 100 ticks a second.
    let ticks = [fields[13], fields[14]].map(|ticks| ticks.parse::<u32>().unwrap());
    f64::from(ticks[0] + ticks[1]) / 100.0
}
