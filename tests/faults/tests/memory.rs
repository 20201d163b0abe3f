//! A process that takes in much more than it may hold.

use factum_faults::{proved, size, told};

const PROGRAM: &str = env!("CARGO_BIN_EXE_factum-faults");

/// What a process may grow by.
const LIMIT: u64 = 64 << 20;

/// By how many bytes the process grew; it has to have taken in so many events, each in its turn.
fn grown(answer: &str, events: usize) -> u64 {
    let numbers: Vec<u64> = answer
        .split(' ')
        .map(|number| number.parse().unwrap())
        .collect();
    let [grown, notes, out_of_turn, bytes] = numbers[..] else {
        panic!("{answer}");
    };
    assert_eq!(
        (notes, out_of_turn, bytes),
        (events as u64, 0, (events as u64) << 10)
    );
    grown
}

#[test]
fn a_long_stream_is_never_held_whole() {
    let events = size(100_000, 1_000_000);
    let folder = tempfile::tempdir().unwrap();
    let path = folder
        .path()
        .join("store.db")
        .into_os_string()
        .into_string()
        .unwrap();
    told(PROGRAM, "note", [&path, &events.to_string()]);
    let mut results = Vec::new();
    for (what, role) in [("load", "load"), ("a subscription to all", "scan")] {
        let grown = grown(&told(PROGRAM, role, [&path]), events);
        assert!(
            grown < LIMIT,
            "{what} of {events} events: the process grew by {} MiB",
            grown >> 20
        );
        results.push(format!("{what}: {} MiB more", grown >> 20));
    }
    proved(
        "memory over a long stream, of 64 MiB that it may take",
        &format!("{events} events of 1 KiB, in a process each"),
        &results.join(", "),
    );
}

#[test]
fn a_slow_consumer_holds_up_nothing_and_hoards_nothing() {
    let events = size(100_000, 1_000_000);
    let folder = tempfile::tempdir().unwrap();
    let path = folder
        .path()
        .join("store.db")
        .into_os_string()
        .into_string()
        .unwrap();
    let answer = told(PROGRAM, "fall_behind", [&path, &events.to_string()]);
    let grown = grown(&answer, (events / 1_000 - 1) * 10);
    assert!(
        grown < LIMIT,
        "behind {events} events the process grew by {} MiB",
        grown >> 20
    );
    proved(
        "a consumer 100 times slower than its producer, in one process of 64 MiB more",
        &format!("{events} events of 1 KiB written"),
        &format!("{} MiB more, 0 skipped", grown >> 20),
    );
}
