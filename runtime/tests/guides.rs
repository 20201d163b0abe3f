//! The guides quote files that are compiled, and their tests are run.

use std::{fs, path::Path};

#[expect(dead_code, reason = "the guide's program calls what its tests do not")]
mod first_aggregate {
    // As the guide says: one file, in this order.
    include!("../doc/guide/first_aggregate/domain.rs");
    include!("../doc/guide/first_aggregate/decisions.rs");
    include!("../doc/guide/first_aggregate/tests.rs");
}

#[test]
fn guides_quote_the_files_that_they_include() {
    let quotes = |guide: &str, files: &[&str]| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("doc/guide");
        let text = fs::read_to_string(folder.join(guide)).unwrap();
        for file in files {
            let quoted = fs::read_to_string(folder.join(file)).unwrap();
            assert!(text.contains(&quoted), "{guide} does not quote {file}");
        }
    };
    quotes(
        "first_aggregate.md",
        &[
            "first_aggregate/domain.rs",
            "first_aggregate/decisions.rs",
            "first_aggregate/tests.rs",
            "first_aggregate/version_2.rs",
        ],
    );
    quotes("read_model.md", &["shared/balances.rs", "shared/follow.rs"]);
}
