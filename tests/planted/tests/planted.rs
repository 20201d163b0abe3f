//! Each bug is put into a copy of the sources, and the test that it names has to fail as it says.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test, and what its tests share"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, PoisonError};

use factum_planted::{Bug, Tree};

/// One copy for all: they take turns.
static TREE: LazyLock<Mutex<Tree>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let into = Path::new(env!("CARGO_TARGET_TMPDIR")).join("planted");
    Mutex::new(Tree::copied(&root, &into).unwrap())
});

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("bugs")
}

fn is_caught(name: &str) {
    let bug = Bug::read(&folder(), name).unwrap_or_else(|error| panic!("{error}"));
    let output = {
        let tree = TREE.lock().unwrap_or_else(PoisonError::into_inner);
        tree.run(&bug).unwrap_or_else(|error| panic!("{error}"))
    };
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    let Bug {
        package,
        binary,
        test,
        says,
        what,
        ..
    } = &bug;
    assert!(
        said.contains("0 passed; 1 failed"),
        "`{test}` ({package}, {binary}) should have failed with `{name}` in the sources; it said:\n{said}"
    );
    assert!(
        said.contains(says),
        "`{test}` failed with `{name}` in the sources, but did not say `{says}`:\n{said}"
    );
    println!("caught | {what} | `{test}` |");
}

macro_rules! caught {
    ($($name:ident)+) => {
        $(#[test]
        fn $name() {
            is_caught(stringify!($name));
        })+

        #[test]
        fn every_patch_is_tried() {
            let files = fs::read_dir(folder()).unwrap().map(|file| {
                let name = file.unwrap().file_name().into_string().unwrap();
                name.strip_suffix(".patch").unwrap_or(&name).to_owned()
            });
            let tried = BTreeSet::from([$(stringify!($name).to_owned()),+]);
            assert_eq!(files.collect::<BTreeSet<_>>(), tried);
        }
    };
}

caught! {
    aborted_commit_acknowledged
    acknowledged_before_commit
    cache_trusted_on_conflict
    checkpoint_ahead_accepted
    checkpoint_before_handler
    conflict_fails_group
    conflict_fails_statement
    decode_error_skipped
    deferred_begin
    expected_before_ids
    lock_after_check
    newer_shape_loaded
    notify_without_poll
    open_transaction_pooled
    poll_hint_lost
    position_before_lock
    raw_sequence
    retry_with_new_ids
    retry_without_jitter
    rowid_reused
    synchronous_normal
}
