//! How places, times and names read, and which names are refused.

use factum::store::{Durability, Survives};
use factum::{
    Clock, DecodeError, Expected, MAX_STREAM_NAME, NameProblem, Position, Revision, StreamName,
    SystemClock, Timestamp,
};

#[test]
fn a_place_reads_as_its_number() {
    let places = format!("{:>3}, {}", Revision::new(7), Position::new(8));
    assert_eq!(places, "  7, 8");
}

#[test]
fn the_system_clock_shows_no_time_that_is_past() {
    let written: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    assert!(SystemClock.now() > written);
}

#[test]
fn what_a_writer_expects_reads_as_what_it_found() {
    let expected = [
        Expected::Any,
        Expected::NoStream,
        Expected::Exists,
        Expected::Revision(Revision::new(3)),
    ];
    let words = expected.map(|expected| expected.to_string());
    let said = ["anything", "no events", "at least one event", "revision 3"];
    assert_eq!(words, said);
}

#[test]
fn durability_says_what_survives_and_by_which_settings() {
    let words = |survives| {
        let settings = "synchronous=FULL".to_owned();
        Durability { survives, settings }.to_string()
    };
    assert_eq!(
        [Survives::Nothing, Survives::Process, Survives::Machine].map(words),
        [
            "survives nothing: gone with the process (synchronous=FULL)",
            "survives the end of the process, not a power cut (synchronous=FULL)",
            "survives the end of the process and a power cut (synchronous=FULL)",
        ]
    );
}

#[test]
fn a_stream_reads_as_its_name() {
    let name = StreamName::new("account", "a\"b").unwrap();
    assert_eq!(format!("{name} {name:?}"), r#"account-a"b "account-a\"b""#);
}

#[test]
fn a_name_that_cannot_be_split_again_or_kept_is_refused() {
    let problem = |category, id| StreamName::new(category, id).map_err(|error| error.problem);
    assert_eq!(problem("", "1"), Err(NameProblem::EmptyCategory));
    assert_eq!(problem("a-b", "1"), Err(NameProblem::DashInCategory));
    assert_eq!(problem("$all", "1"), Err(NameProblem::ReservedCategory));
    assert_eq!(problem("a", ""), Err(NameProblem::EmptyId));
    assert_eq!(problem("a", "\0"), Err(NameProblem::Nul));
    assert_eq!(problem("a\0", "1"), Err(NameProblem::Nul));
    let longest = "1".repeat(MAX_STREAM_NAME - 2);
    assert!(problem("a", &longest).is_ok());
    let bytes = MAX_STREAM_NAME + 1;
    assert_eq!(problem("ab", &longest), Err(NameProblem::TooLong { bytes }));
}

#[test]
fn a_version_is_newer_than_the_newest_that_is_read() {
    let said = |version| {
        let (event, oldest, current) = ("account.opened", 1, 2);
        DecodeError::UnknownVersion {
            event,
            version,
            oldest,
            current,
        }
        .to_string()
    };
    assert!(said(3).ends_with("; a newer release wrote it"));
    assert!(said(2).ends_with("this build reads versions 1 to 2"));
}
