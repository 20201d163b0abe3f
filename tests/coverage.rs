//! Every option of every derive has its cases: misspelt, doubled, misplaced, with a wrong value, and at odds with
//! what it names.

use std::fs;
use std::path::Path;

use crate::messages::{Message, messages};

/// Who takes options, and the case whose note lists them all.
const OWNERS: &[(&str, &str)] = &[
    ("#[event(..)]", "event-other"),
    ("#[aggregate(..)]", "aggregate-other"),
    ("#[command(..)]", "command-other"),
    ("#[stream_id(..)]", "stream-id-other"),
    ("snapshot(..)", "snapshot-other"),
    ("#[event(..)] on a field", "event-field-other"),
];

/// Options that may be given several times.
const REPEATED: &[&str] = &["removed"];

/// Well written, and still wrong: the case of each option; none where nothing else is named.
const AT_ODDS: &[(&str, &[(&str, &str)])] = &[
    (
        "#[event(..)]",
        &[
            ("name", "rustc/stored-name-twice"),
            ("alias", "rustc/alias-of-another-event"),
            ("version", "missing/upcast"),
            ("since", "contradictory/upcast-never-stored"),
            ("upcast", "contradictory/upcast-too-new"),
            ("removed", "contradictory/removed-that-is-there"),
            ("sample", "rustc/sample-of-another-type"),
            ("stored", "contradictory/stored-current-version"),
            ("crate", "rustc/unknown-crate"),
        ],
    ),
    (
        "#[aggregate(..)]",
        &[
            ("name", "wrong-type/name-with-a-dash"),
            ("id", "rustc/not-a-stream-id"),
            ("events", "rustc/unknown-event"),
            ("event", "contradictory/enum-named-as-an-event"),
            ("retired", "contradictory/retired-happens"),
            ("ignored", "rustc/ignored-name-that-is-read"),
            ("snapshot", ""),
            ("crate", "rustc/unknown-crate-of-an-aggregate"),
            ("tests", ""),
            ("commands", "contradictory/commands-without-tests"),
        ],
    ),
    (
        "#[command(..)]",
        &[
            ("aggregate", "rustc/unknown-aggregate"),
            ("id", "unresolved/field"),
            ("command_id", "unresolved/command-id-field"),
            ("occurred_at", "unresolved/occurred-at-field"),
            ("name", ""),
            ("crate", "rustc/unknown-crate-of-a-command"),
        ],
    ),
    (
        "#[stream_id(..)]",
        &[("crate", "rustc/unknown-crate-of-an-id")],
    ),
    ("snapshot(..)", &[("logic", "")]),
    (
        "#[event(..)] on a field",
        &[
            ("since", "contradictory/rule-too-new"),
            ("default", "contradictory/rule-new-and-renamed"),
            ("renamed_from", "contradictory/rule-renamed-from-itself"),
            ("shape", "contradictory/shape-without-a-word"),
        ],
    ),
];

/// Arrows name two things each, and stand on variants alone.
const ARROWS: &[&str] = &[
    "duplicate/machine-arrow",
    "misplaced/machine-arrow",
    "misplaced/machine-arrow-on-a-struct",
    "missing/machine-arrows",
    "rustc/machine-missing-on",
    "rustc/machine-wrong-next",
    "unreachable/machine-state",
    "unresolved/machine-event",
    "unresolved/machine-state",
    "unused/machine-event",
    "wrong-shape/machine-arrow",
];

#[test]
fn every_option_is_mistaken_in_every_way() {
    let mut lacking = vec![];
    for (owner, listing) in OWNERS {
        let listing = recorded(&format!("unknown-option/{listing}"));
        let listed = messages(&listing);
        for option in options(&listed) {
            let ways = [
                ("unknown-option", misspelt as Way),
                ("duplicate", doubled),
                ("misplaced", misplaced),
                ("wrong-type", with_a_wrong_value),
            ];
            for (folder, way) in ways {
                let repeated = folder == "duplicate" && REPEATED.contains(&option);
                if !repeated && !anywhere(folder, |message| way(message, owner, option)) {
                    lacking.push(format!("`{option}` of `{owner}` has no case in {folder}"));
                }
            }
            if !is_at_odds(owner, option) {
                lacking.push(format!("`{option}` of `{owner}` is never at odds"));
            }
        }
    }
    assert!(lacking.is_empty(), "{}", lacking.join("\n"));
}

#[test]
fn every_arrow_is_mistaken_in_every_way() {
    for case in ARROWS {
        let message = recorded(case);
        assert!(message.starts_with("error"), "{case} is left out");
    }
}

type Way = fn(&Message<'_>, &str, &str) -> bool;

fn misspelt(message: &Message<'_>, owner: &str, option: &str) -> bool {
    let unknown = message.headline.starts_with("error: unknown option");
    unknown && message.headline.ends_with(&format!("`{owner}`")) && message.texts() == [option]
}

fn doubled(message: &Message<'_>, owner: &str, option: &str) -> bool {
    message.headline == format!("error: `{option}` is given twice") && quotes(message, owner)
}

fn misplaced(message: &Message<'_>, owner: &str, option: &str) -> bool {
    let elsewhere = format!("error: `{option}` is not an option of ");
    let notes = message.own("note: it belongs in ");
    let owner = format!("`{owner}`");
    let here = notes.iter().filter_map(|note| note.split(';').next());
    message.headline.starts_with(&elsewhere) && here.into_iter().any(|note| note.contains(&owner))
}

fn with_a_wrong_value(message: &Message<'_>, owner: &str, option: &str) -> bool {
    let takes = format!("error: `{option}` takes ");
    message.headline.starts_with(&takes) && quotes(message, owner)
}

/// Whether the underlined line is this one's.
fn quotes(message: &Message<'_>, owner: &str) -> bool {
    let (opening, _) = owner.split_once("..").unwrap_or((owner, ""));
    message.lines.iter().any(|line| line.contains(opening))
}

fn is_at_odds(owner: &str, option: &str) -> bool {
    let mut owners = AT_ODDS.iter().filter(|(known, _)| *known == owner);
    let mut cases = owners.by_ref().flat_map(|(_, cases)| *cases);
    cases.any(|(known, case)| *known == option && (case.is_empty() || !recorded(case).is_empty()))
}

/// The list in the note: what the derive itself knows.
fn options<'a>(listed: &[Message<'a>]) -> Vec<&'a str> {
    let notes = listed.iter().flat_map(|message| message.own("note: the "));
    let known = notes.flat_map(|note| note.split('`').skip(1).step_by(2));
    known.collect()
}

fn anywhere(folder: &str, holds: impl Fn(&Message<'_>) -> bool) -> bool {
    let files = crate::files(&Path::new("ui").join(folder)).into_iter();
    let said = files.filter(|file| file.extension().is_some_and(|it| it == "stderr"));
    let mut said = said.filter_map(|file| fs::read_to_string(file).ok());
    said.any(|said| messages(&said).iter().any(&holds))
}

#[expect(clippy::panic, reason = "only tests call it")]
fn recorded(case: &str) -> String {
    fs::read_to_string(format!("ui/{case}.stderr"))
        .unwrap_or_else(|error| panic!("{case} is left out: {error}"))
}
