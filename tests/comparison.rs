//! The guide that compares messages quotes our cases and what is recorded of them.
//!
//! `TRYBUILD=overwrite` fills the quotes in, as it does the recorded messages.

use std::path::Path;
use std::{env, fs};

const CLOSE: &str = "<!-- until here -->";

#[test]
fn the_comparison_quotes_twelve_cases_as_they_are() {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime/doc/guide/messages.md");
    let text = fs::read_to_string(&guide).unwrap();
    let (filled, quotes) = filled(&text);
    if env::var("TRYBUILD").is_ok_and(|wish| wish == "overwrite") {
        fs::write(&guide, &filled).unwrap();
    } else {
        assert!(
            text == filled,
            "a case that the guide quotes has changed: \
             run `TRYBUILD=overwrite cargo test -p factum-tests --test comparison` and read the difference"
        );
    }
    assert_eq!(quotes, 12);
}

/// The guide, with what stands between `<!-- quote ui/missing/event-name -->` and the closing mark read anew.
#[expect(clippy::expect_used, clippy::panic, reason = "only the test calls it")]
fn filled(text: &str) -> (String, usize) {
    let (mut filled, mut quotes) = (String::new(), 0);
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        filled += line;
        filled.push('\n');
        let Some(case) = line.strip_prefix("<!-- quote ") else {
            continue;
        };
        let case = case.strip_suffix(" -->").expect("a mark ends its line");
        let [source, said] = ["rs", "stderr"].map(|extension| {
            fs::read_to_string(format!("{}/{case}.{extension}", env!("CARGO_MANIFEST_DIR")))
                .unwrap_or_else(|error| panic!("the guide quotes {case}.{extension}: {error}"))
        });
        for quoted in [&source, &said] {
            filled.extend(["\n```text\n", quoted, "```\n"]);
        }
        filled.extend(["\n", CLOSE, "\n"]);
        lines
            .find(|line| *line == CLOSE)
            .expect("a quote is closed");
        quotes += 1;
    }
    (filled, quotes)
}
