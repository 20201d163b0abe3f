//! Two branches that both raise a version of one event, merged by git.

use crate::{Released, files};

const SHOP: &str = "shop/src/lib.rs";

/// Branches from one commit, each with the event in a version of its own, recorded.
fn branches(edits: [&dyn Fn(&Released); 2]) -> Released {
    let released = Released::new();
    let git = |arguments: &[&str]| {
        let outcome = released.package.git(arguments);
        assert!(outcome.passes, "{}", outcome.printed);
    };
    git(&["init", "--quiet"]);
    git(&["add", "."]);
    git(&["commit", "--quiet", "-m", "released"]);
    for (branch, edit) in ["one", "other"].into_iter().zip(edits) {
        git(&["checkout", "--quiet", "-b", branch, "main"]);
        edit(&released);
        released.blesses();
        git(&["add", "."]);
        git(&["commit", "--quiet", "-m", branch]);
    }
    released
}

/// What is said where the files of one branch are taken for both, and nobody looked at what the conflict was about.
fn says_of_one(released: &Released, side: &str) -> String {
    let taken = released
        .package
        .git(&["checkout", side, "--", "shop/events"]);
    assert!(taken.passes, "{}", taken.printed);
    released.refuses_for_good()
}

/// Adds a field in version 2, at one end of the event or the other, so that the sources merge by themselves.
fn raise(released: &Released, from: &str, to: &str) {
    let raised = "name = \"order.placed\", version = 2";
    released
        .package
        .edit(SHOP, "name = \"order.placed\"", raised);
    released.package.edit(SHOP, from, to);
}

#[test]
fn two_versions_of_one_number_conflict_and_neither_file_passes_for_both() {
    let first = |released: &Released| {
        raise(
            released,
            "pub struct Placed {\n",
            "pub struct Placed {\n    #[event(since = 2, default = Default::default())]\n    pub note: String,\n",
        );
    };
    let last = |released: &Released| {
        raise(
            released,
            "pub by: String,\n",
            "pub by: String,\n    #[event(since = 2, default = Default::default())]\n    pub gift: bool,\n",
        );
    };
    let released = branches([&first, &last]);
    let merge = released.package.git(&["merge", "one"]);
    assert!(!merge.passes, "{}", merge.printed);
    assert!(
        merge
            .printed
            .contains("CONFLICT (content): Merge conflict in shop/events/order/schema.json"),
        "{}",
        merge.printed
    );
    assert!(
        merge.printed.contains(
            "CONFLICT (add/add): Merge conflict in shop/events/order/order.placed.v2.json"
        ),
        "{}",
        merge.printed
    );
    assert!(
        !merge.printed.contains("conflict in shop/src"),
        "{}",
        merge.printed
    );
    for side in ["--ours", "--theirs"] {
        let said = says_of_one(&released, side);
        assert!(
            said.contains("`order.placed` version 2 has another shape; compatibility: "),
            "{said}"
        );
        assert!(said.contains("it has to be there"), "{said}");
    }
}

#[test]
fn versions_of_different_events_merge() {
    let placed = |released: &Released| {
        raise(
            released,
            "pub by: String,\n",
            "pub by: String,\n    #[event(since = 2, default = Default::default())]\n    pub gift: bool,\n",
        );
    };
    let paid = |released: &Released| {
        let edit = |from, to| released.package.edit(SHOP, from, to);
        edit(
            "name = \"order.paid\"",
            "name = \"order.paid\", version = 2",
        );
        edit(
            "pub cents: u64,\n}",
            "pub cents: u64,\n    #[event(since = 2, default = Default::default())]\n    pub tip: u64,\n}",
        );
    };
    let released = branches([&placed, &paid]);
    let merge = released.package.git(&["merge", "one"]);
    assert!(merge.passes, "{}", merge.printed);
    let before = files(&released.package);
    released.passes();
    assert_eq!(before.len(), 6);
}

#[test]
fn two_states_of_one_logic_conflict_and_neither_file_passes_for_both() {
    let takes_snapshots = |released: &Released, from: &str, to: &str| {
        let takes = "(Placed, Paid), snapshot(logic = 1), tests";
        released.package.edit(SHOP, "(Placed, Paid), tests", takes);
        released.package.edit(SHOP, from, to);
    };
    let first = |released: &Released| {
        let more = "pub struct Order {\n    first: Option<u8>,\n";
        takes_snapshots(released, "pub struct Order {\n", more);
    };
    let last = |released: &Released| {
        takes_snapshots(
            released,
            "    paid: u64,\n}",
            "    paid: u64,\n    last: Option<u8>,\n}",
        );
    };
    let released = branches([&first, &last]);
    let merge = released.package.git(&["merge", "one"]);
    assert!(!merge.passes, "{}", merge.printed);
    let conflict = "CONFLICT (content): Merge conflict in shop/events/order/schema.json";
    assert!(merge.printed.contains(conflict), "{}", merge.printed);
    assert_eq!(
        merge.printed.matches("CONFLICT").count(),
        1,
        "{}",
        merge.printed
    );
    for side in ["--ours", "--theirs"] {
        let said = says_of_one(&released, side);
        assert!(said.contains("help: write `snapshot(logic = 2)`"), "{said}");
    }
}
