//! Edits to an event itself, and to the files that are committed beside it.

use insta::assert_snapshot;

use crate::{Released, files};

const SHOP: &str = "shop/src/lib.rs";

#[test]
fn what_is_not_recorded_is_asked_for_and_written_once() {
    let released = Released::unrecorded();
    assert_snapshot!("unrecorded", released.refuses());
    released.blesses();
    let recorded = files(&released.package);
    let text = |(name, text): &(String, String)| {
        format!(
            "{name}
{text}
"
        )
    };
    let text: Vec<String> = recorded.iter().map(text).collect();
    let text = text.concat();
    assert_snapshot!("recorded", text);
    released.blesses();
    assert_eq!(files(&released.package), recorded);
}

#[test]
fn each_everyday_change_is_answered_with_the_rule_that_makes_it_a_legal_one() {
    let released = Released::new();
    let edit = |from, to| released.package.edit(SHOP, from, to);
    edit(
        "pub cents: u64,\n}",
        "pub cents: u64,\n    pub tip: u64,\n}",
    );
    assert_snapshot!("added", released.refuses_for_good());
    edit(
        "pub cents: u64,\n    pub tip: u64,\n}",
        "pub amount: u64,\n}",
    );
    edit("event.cents", "event.amount");
    assert_snapshot!("renamed", released.refuses_for_good());
    edit(
        "pub amount: u64",
        "#[event(since = 2, renamed_from = \"cents\")]\n    pub amount: u64",
    );
    edit(
        "name = \"order.paid\"",
        "name = \"order.paid\", version = 2",
    );
    assert_snapshot!("ruled", released.refuses());
    released.blesses();
    edit("    pub by: String,\n", "");
    assert_snapshot!("removed", released.refuses_for_good());
    edit(
        "name = \"order.placed\"",
        "name = \"order.placed\", version = 2, removed(by: String, in = 2)",
    );
    released.blesses();
    edit("name = \"order.paid\"", "name = \"order.settled\"");
    assert_snapshot!("another_name", released.refuses_for_good());
    edit(
        "name = \"order.settled\"",
        "name = \"order.settled\", alias(\"order.paid\")",
    );
    released.blesses();
}

#[test]
fn a_state_that_changes_asks_for_a_higher_logic_where_snapshots_are_taken() {
    let released = Released::new();
    let edit = |from, to| released.package.edit(SHOP, from, to);
    edit("paid: u64,\n}", "paid: u64,\n    placed: bool,\n}");
    // Nobody says that it takes any.
    released.blesses();
    edit(
        "(Placed, Paid), tests",
        "(Placed, Paid), snapshot(logic = 1), tests",
    );
    assert_snapshot!("stamped", released.refuses());
    released.blesses();
    edit("    placed: bool,\n}", "    placed: Option<bool>,\n}");
    assert_snapshot!("another_state", released.refuses_for_good());
    edit("logic = 1", "logic = 2");
    released.blesses();
}

#[test]
fn a_field_that_may_be_missing_keeps_the_former_sample_beside_the_new() {
    let released = Released::new();
    let before = files(&released.package);
    let added = "pub cents: u64,\n    pub note: Option<String>,\n}";
    released.package.edit(SHOP, "pub cents: u64,\n}", added);
    assert_snapshot!("asked", released.refuses());
    released.blesses();
    let after = files(&released.package);
    let of = |files: &[(String, String)], wanted: &str| {
        let file = files.iter().find(|(name, _)| name == wanted);
        file.map(|(_, text)| text.clone()).unwrap_or_default()
    };
    let first = "order.paid.v1.json";
    assert!(of(&before, first).contains("\"payload\": {\n    \"cents\": 1\n  }"));
    assert_snapshot!("former", of(&after, first));
    assert_snapshot!("beside", of(&after, "order.paid.v1.b.json"));
}

#[test]
fn a_stored_event_that_means_something_else_is_shown_with_both_meanings() {
    let released = Released::new();
    let edit = |from, to| released.package.edit(SHOP, from, to);
    edit(
        "name = \"order.paid\"",
        "name = \"order.paid\", version = 2",
    );
    edit(
        "pub cents: u64,\n}",
        "pub cents: u64,\n    #[event(since = 2, default = 7)]\n    pub tip: u64,\n}",
    );
    released.blesses();
    edit("default = 7", "default = 8");
    assert_snapshot!(released.refuses_for_good());
}

#[test]
fn a_default_that_is_another_variant_by_now_is_no_other_name_of_the_former_one() {
    let released = Released::new();
    let edit = |from, to| released.package.edit(SHOP, from, to);
    edit(
        "name = \"order.paid\"",
        "name = \"order.paid\", version = 2",
    );
    let by = "pub cents: u64,\n    #[event(since = 2, default = By::Cash)]\n    pub by: By,\n}";
    edit("pub cents: u64,\n}", by);
    let old = "\n#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]\npub enum By {\n    Cash,\n    Check,\n}\n";
    released
        .package
        .save(SHOP, &(released.package.text(SHOP) + old));
    released.blesses();
    edit("default = By::Cash", "default = By::Check");
    assert_snapshot!("default", released.refuses_for_good());
}

#[test]
fn a_step_that_changes_while_a_version_is_raised_is_noticed_all_the_same() {
    let released = Released::new();
    let edit = |from, to| released.package.edit(SHOP, from, to);
    edit(
        "name = \"order.paid\"",
        "name = \"order.paid\", version = 2",
    );
    let tip = "pub cents: u64,\n    #[event(since = 2, default = 7)]\n    pub tip: u64,\n}";
    edit("pub cents: u64,\n}", tip);
    released.blesses();
    edit("version = 2", "version = 3");
    edit(
        "pub tip: u64,\n",
        "pub tip: u64,\n    #[event(since = 3, default = 1)]\n    pub gift: u64,\n",
    );
    edit("default = 7", "default = 8");
    assert_snapshot!(released.refuses_for_good());
    edit("default = 8", "default = 7");
    released.blesses();
}

#[test]
fn a_step_that_changes_for_a_missing_part_or_another_variant_alone_is_noticed() {
    let released = Released::unrecorded();
    let edit = |from, to| released.package.edit(SHOP, from, to);
    edit(
        "name = \"order.paid\"",
        "name = \"order.paid\", version = 2, upcast(1 = PaidV1)",
    );
    let old = "
#[derive(Deserialize)]
struct PaidV1 {
    cents: u64,
    tip: Option<u64>,
    by: By,
}

#[derive(Deserialize)]
enum By {
    Cash,
    Card { fee: Option<u64> },
}

impl From<PaidV1> for Paid {
    fn from(old: PaidV1) -> Self {
        let fee = match old.by {
            By::Cash => 0,
            By::Card { fee } => fee.unwrap_or(30),
        };
        Self { cents: old.cents + old.tip.unwrap_or(10) + fee }
    }
}
";
    let source = released.package.text(SHOP) + old;
    released.package.save(SHOP, &source);
    released.blesses();
    edit("unwrap_or(10)", "unwrap_or(11)");
    assert_snapshot!("missing", released.refuses_for_good());
    edit("unwrap_or(11)", "unwrap_or(10)");
    edit("unwrap_or(30)", "unwrap_or(31)");
    assert_snapshot!("variant", released.refuses_for_good());
}

#[test]
fn a_step_that_puts_a_list_in_another_order_is_noticed_and_a_set_has_none() {
    let released = Released::unrecorded();
    let edit = |from, to| released.package.edit(SHOP, from, to);
    edit(
        "name = \"order.paid\"",
        "name = \"order.paid\", version = 2, upcast(1 = PaidV1)",
    );
    edit(
        "pub cents: u64,\n}",
        "pub cents: u64,\n    pub parts: Vec<u64>,\n    pub by: std::collections::HashSet<u64>,\n}",
    );
    let old = "
#[derive(Deserialize)]
struct PaidV1 {
    cents: u64,
    tip: u64,
}

impl From<PaidV1> for Paid {
    fn from(old: PaidV1) -> Self {
        let parts = vec![old.cents, old.tip | 100];
        Self { cents: old.cents, by: parts.iter().copied().collect(), parts }
    }
}
";
    let source = released.package.text(SHOP) + old;
    released.package.save(SHOP, &source);
    released.blesses();
    edit("[old.cents, old.tip | 100]", "[old.tip | 100, old.cents]");
    assert_snapshot!(released.refuses_for_good());
}

#[test]
fn what_was_written_as_null_may_be_left_out() {
    let released = Released::new();
    let edit = |from, to| released.package.edit(SHOP, from, to);
    edit(
        "pub cents: u64,\n}",
        "pub cents: u64,\n    pub note: Option<String>,\n}",
    );
    released.blesses();
    edit(
        "    pub note",
        "    #[serde(skip_serializing_if = \"Option::is_none\")]\n    pub note",
    );
    released.blesses();
}

#[test]
fn an_event_that_is_gone_is_missed_until_it_is_said_what_became_of_it() {
    let released = Released::new();
    let edit = |from, to| released.package.edit(SHOP, from, to);
    edit("events(Placed, Paid)", "events(Placed)");
    edit(
        "impl Apply<Paid> for Order {\n    fn apply(&mut self, event: &Paid) {\n        self.paid = self.paid.saturating_add(event.cents);\n    }\n}\n",
        "",
    );
    assert_snapshot!(released.refuses_for_good());
    edit("events(Placed)", "events(Placed), ignored(\"order.paid\")");
}

#[test]
fn a_step_that_is_printed_compiles_once_its_gaps_are_filled() {
    let released = Released::new();
    let edit = |from: &str, to: &str| released.package.edit(SHOP, from, to);
    edit("pub line: near::Line", "pub total: u64");
    let said = released.refuses_for_good();
    assert_snapshot!(said);
    let code = said.split_once("upcast(1 = PlacedV1))]\n").unwrap().1;
    let code = code.split_once("note: if version 1").unwrap().0;
    edit(
        "name = \"order.placed\"",
        "name = \"order.placed\", version = 2, upcast(1 = PlacedV1)",
    );
    let source =
        released.package.text(SHOP) + &code.replace("todo!()", "u64::from(old.line.price.cents)");
    released.package.save(SHOP, &source);
    released.blesses();
}

#[test]
fn tests_that_were_archived_read_the_files_of_the_checkout_that_they_run_beside() {
    let released = Released::new();
    let program = released.package.compiled();
    let elsewhere = tempfile::tempdir().unwrap();
    let moved = elsewhere.path().join("checkout");
    std::fs::rename(released.package.path(""), &moved).unwrap();
    let unpacked = released.package.at(&moved);
    let outcome = unpacked.run_archived(&program);
    assert!(outcome.passes, "{}", outcome.printed);
    unpacked.edit(
        "shop/events/order/schema.json",
        "\"by\": \"text\"",
        "\"by\": \"u8\"",
    );
    let outcome = unpacked.run_archived(&program);
    assert!(
        outcome
            .printed
            .contains("`by`: it is written as u8, and read as text"),
        "{}",
        outcome.printed
    );
}

#[test]
fn files_that_are_no_longer_what_they_were_are_named() {
    let released = Released::new();
    released
        .package
        .save("shop/events/order/schema.json", "<<<<<<< ours\n{}\n");
    assert_snapshot!("schema", released.refuses_for_good());
    released
        .package
        .edit("shop/events/order/schema.json", "<<<<<<< ours\n{}\n", "");
    std::fs::remove_file(released.package.path("shop/events/order/schema.json")).unwrap();
    released
        .package
        .save("shop/events/order/order.paid.v1.json", "{}");
    assert_snapshot!("sample", released.refuses_for_good());
}
