//! What the compiler says about mistakes: a folder per kind, a file per mistake.
//!
//! `TRYBUILD=overwrite` records; then read the difference as a user would.

use std::fs;
use std::path::Path;

#[test]
fn mistakes_are_explained() {
    refuse_orphans(Path::new(env!("CARGO_MANIFEST_DIR")).join("ui").as_path());
    let cases = trybuild::TestCases::new();
    cases.compile_fail("ui/*.rs");
    cases.compile_fail("ui/*/*[!d].rs");
    cases.compile_fail("ui/*/*[!e]d.rs");
    cases.pass("ui/*/*.fixed.rs");
}

/// An expectation without its case would never be looked at again.
#[expect(clippy::unwrap_used, reason = "only tests call it")]
fn refuse_orphans(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            refuse_orphans(&path);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "stderr")
        {
            assert!(
                path.with_extension("rs").exists(),
                "{} has no case",
                path.display()
            );
        }
    }
}
