//! The guides quote files that are compiled, and their tests and programs are run.

#![cfg(feature = "sqlite")]

use std::{env, fs, path::Path};

mod first_aggregate {
    // As the guide says: one file, in this order.
    include!("../doc/guide/first_aggregate/domain.rs");
    include!("../doc/guide/first_aggregate/decisions.rs");
    include!("../doc/guide/first_aggregate/tests.rs");
    include!("../doc/guide/first_aggregate/snapshot.rs");
    include!("../doc/guide/first_aggregate/program.rs");
    include!("../doc/guide/first_aggregate/command.rs");

    #[tokio::main]
    pub(super) async fn run() -> Result<(), Box<dyn std::error::Error>> {
        tokio::task::spawn_blocking(|| main().map_err(|error| error.to_string())).await??;
        join_twice(&Repository::new(Sqlite::open("workshops.db").await?)).await
    }
}

mod first_aggregate_changed {
    use factum::{Aggregate, Apply, Event};
    use serde::{Deserialize, Serialize};

    include!("../doc/guide/first_aggregate/version_2.rs");
    include!("../doc/guide/first_aggregate/beside_version_2.rs");
    include!("../doc/guide/first_aggregate/version_1.rs");
}

#[test]
fn the_program_of_the_first_guide_runs_and_runs_again() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    env::set_current_dir(&folder).unwrap();
    let runs = [first_aggregate::run(), first_aggregate::run()];
    env::set_current_dir(env!("CARGO_MANIFEST_DIR")).unwrap();
    for run in runs {
        run.unwrap();
    }
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
            "first_aggregate/snapshot.rs",
            "first_aggregate/program.rs",
            "first_aggregate/command.rs",
            "first_aggregate/version_2.rs",
            "first_aggregate/version_1.rs",
        ],
    );
    quotes("stores.md", &["stores/conformance.rs"]);
    quotes(
        "read_model.md",
        &[
            "shared/account.rs",
            "shared/balances.rs",
            "shared/follow.rs",
        ],
    );
}
