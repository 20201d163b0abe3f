//! The derives' pages: four parts each, and what they show of expansions is what the snapshots hold.
//!
//! `INSTA_UPDATE=always` copies the snapshots into the pages.

#![expect(clippy::unwrap_used, reason = "only tests call it")]

use std::fs;
use std::path::{Path, PathBuf};

/// Each page, the case in `expand` that is its smallest use, and how deep its headings stand.
const PAGES: [(&str, &str, &str); 5] = [
    ("event", "event-plain", "#"),
    ("aggregate", "aggregate-plain", "#"),
    ("machine", "aggregate-machine", "##"),
    ("command", "command-plain", "#"),
    ("stream_id", "stream_id-plain", "#"),
];
const PARTS: [&str; 4] = [
    "Smallest use",
    "What it writes",
    "Options",
    "Mistakes that it catches",
];

/// Stands before the first lines of messages.
const HEADLINES: &str = "<!-- headlines -->\n```text\n";

/// Stands before a block that is copied: `<!-- expand/event-plain.1.snap -->`.
const MARK: (&str, &str) = ("<!-- expand/", " -->\n");
const FENCE: (&str, &str) = ("```text\n", "```\n");

#[test]
fn each_page_has_four_parts() {
    for (name, _, depth) in PAGES {
        let page = fs::read_to_string(page(name)).unwrap();
        let headings = page.lines().filter_map(|line| line.strip_prefix(depth));
        let headings = headings.filter_map(|heading| heading.strip_prefix(' '));
        let parts: Vec<&str> = headings.filter(|it| PARTS.contains(it)).collect();
        assert_eq!(parts, PARTS, "{name}.md");
    }
}

#[test]
fn the_smallest_use_is_the_case_whose_expansion_is_shown() {
    for (name, case, _) in PAGES {
        let source = macros().join(format!("tests/expand/{case}.rs"));
        let source = fs::read_to_string(source).unwrap();
        let page = fs::read_to_string(page(name)).unwrap();
        let (smallest, rest) = page.split_once(PARTS[1]).unwrap();
        assert!(
            smallest.contains(source.trim()),
            "{name}.md does not begin with\n{source}"
        );
        assert!(rest.contains(&format!("expand/{case}.")), "{name}.md");
    }
}

#[test]
fn expansions_are_copied_from_the_snapshots() {
    let update = std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always");
    for (name, _, _) in PAGES {
        let path = page(name);
        let page = fs::read_to_string(&path).unwrap();
        let filled = filled(&page);
        if update && filled != page {
            fs::write(&path, filled).unwrap();
        } else {
            assert!(
                filled == page,
                "{name}.md shows another expansion than the snapshots; INSTA_UPDATE=always copies them"
            );
        }
    }
}

#[test]
fn the_mistakes_are_those_that_the_compiler_was_heard_to_explain() {
    let mut known = vec![];
    headlines(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("ui").as_path(),
        &mut known,
    );
    for (name, _, _) in PAGES {
        let page = fs::read_to_string(page(name)).unwrap();
        let (_, block) = page.split_once(HEADLINES).unwrap();
        let (block, _) = block.split_once("```").unwrap();
        for headline in block.lines() {
            assert!(
                known.iter().any(|known| known == headline),
                "{name}.md: no case says `{headline}`"
            );
        }
    }
}

#[test]
fn what_the_guide_to_evolution_quotes_was_said() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut known = vec![];
    headlines(&folder.join("ui"), &mut known);
    let guide = evolution();
    let lines = guide.lines().filter(|line| line.starts_with("error"));
    let quoted: Vec<&str> = lines
        .filter_map(|line| Some(line.split_once(": ")?.1))
        .collect();
    for headline in &quoted {
        let said = known.iter().any(|known| known == headline);
        assert!(said, "no case says `{headline}`");
    }
    assert_eq!(quoted.len(), 16);
}

#[test]
fn what_it_quotes_of_generated_tests_was_printed_by_one() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("evolution/tests/edits/snapshots");
    let snapshots = fs::read_dir(folder).unwrap();
    let printed: Vec<String> = snapshots
        .map(|snapshot| fs::read_to_string(snapshot.unwrap().path()).unwrap())
        .collect();
    let guide = evolution();
    let blocks = guide.split(FENCE.0).skip(1);
    let blocks = blocks.map(|rest| rest.split_once(FENCE.1).unwrap().0);
    let quoted: Vec<&str> = blocks.filter(|it| !it.starts_with("error")).collect();
    for block in &quoted {
        let holds = |printed: &String| {
            let mut lines = block.lines();
            lines.all(|line| printed.lines().any(|it| it == line))
        };
        assert!(printed.iter().any(holds), "no test printed\n{block}");
    }
    assert_eq!(quoted.len(), 8);
}

fn evolution() -> String {
    let guide = macros().join("../runtime/doc/guide/evolution.md");
    fs::read_to_string(guide).unwrap()
}

/// The first line of every error that is recorded.
fn headlines(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            headlines(&path, found);
        } else if path.extension().is_some_and(|it| it == "stderr") {
            let text = fs::read_to_string(path).unwrap();
            let errors = text.lines().filter(|line| line.starts_with("error"));
            let said = errors.filter_map(|line| Some(line.split_once(": ")?.1.to_owned()));
            found.extend(said);
        }
    }
}

/// The page with each marked block as its snapshot has it.
fn filled(page: &str) -> String {
    let mut parts = page.split(MARK.0);
    let mut filled = parts.next().unwrap().to_owned();
    for part in parts {
        let (file, rest) = part.split_once(MARK.1).unwrap();
        let block = rest.trim_start().strip_prefix(FENCE.0).unwrap();
        let (_, after) = block.split_once(FENCE.1).unwrap();
        let code = snapshot(file);
        filled.extend([MARK.0, file, MARK.1, FENCE.0, &code, FENCE.1, after]);
    }
    filled
}

/// What a snapshot holds below its head.
fn snapshot(file: &str) -> String {
    let text = fs::read_to_string(macros().join("tests/expand").join(file)).unwrap();
    let body = text.strip_prefix("---\n").unwrap();
    let (_, body) = body.split_once("\n---\n").unwrap();
    format!("{}\n", body.trim_end())
}

fn page(name: &str) -> PathBuf {
    macros().join("doc").join(format!("{name}.md"))
}

fn macros() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../macros")
}
