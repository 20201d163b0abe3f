//! What the README shows and states, held to the code.

// Not a module: that the program is formatted as the README shows it is the README's business.
include!("program.rs");

const README: &str = include_str!("../../../../README.md");

#[test]
fn the_program_runs() {
    main().unwrap();
}

#[test]
fn the_program_is_the_readmes_and_has_40_lines() {
    let program = include_str!("program.rs");
    assert!(README.contains(&format!("```rust\n{program}```\n")));
    assert!(program.lines().count() <= 40);
}

#[test]
fn the_stated_lines_of_the_comparable_account_are_its_lines() {
    let counted = lines_of_code(include_str!("../comparable.rs"));
    let stated = format!("| lines | **{counted}** | 164 | 165 | 205 | 220 |");
    assert!(README.contains(&stated), "the README has to say: {stated}");
}

/// What is neither blank, nor a comment, nor an import, each of which takes one line there.
fn lines_of_code(source: &str) -> usize {
    let counts = |line: &&str| {
        let line = line.trim();
        !line.is_empty() && !line.starts_with("//") && !line.starts_with("use ")
    };
    source.lines().filter(counts).count()
}
