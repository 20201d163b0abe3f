//! Lines to paste: what is printed is Rust, and reads what was stored.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{FieldInfo, shape};
use crate::event::EventInfo;
use crate::schema::lock::Present;

const PAID: EventInfo = EventInfo::new("order.paid", 1, "Paid");

/// What is printed where the first shape was stored and the second one is read.
fn printed(info: &EventInfo, before: &Value, now: &Value) -> String {
    let shapes = BTreeMap::from([(1, shape(now))]);
    let present = Present {
        info,
        retired: false,
        shapes: &shapes,
    };
    let recorded = super::lock(&json!({"order.paid": {"versions": {"1": before}}}));
    let broken = recorded
        .judge("account", &[present], &[], None)
        .broken
        .concat();
    let (_, lines) = broken.split_once("help: ").unwrap_or(("", &broken));
    let (lines, _) = lines.split_once("note: if").unwrap_or((lines, ""));
    lines.to_owned()
}

#[test]
fn another_name_of_a_field_is_read_by_the_old_shape_as_well() {
    let before = json!({
        "at": {"": "struct told by kind", "{A}": {"x": "u8", "y": "alias of x"}, "{B}": "alias of {A}"},
        "by": {"": "enum", "Card": "u64", "card": "alias of Card"},
        "cents": "u64", "amount": "alias of cents", "sum": "alias of cents",
    });
    insta::assert_snapshot!(printed(&PAID, &before, &json!({"cents": "text"})));
}

#[test]
fn each_type_field_and_variant_has_a_name_of_its_own() {
    let (p, q) = (json!({"a": "u8"}), json!({"b": "u8"}));
    let before = json!({
        "m": {"": "tuple", "[0]": p, "[1]": q},
        "a_b": p, "a": {"b": q, "B": "u8", "b_": "u8"},
        "by": {"": "enum", "gift_card": "nothing", "GiftCard": "nothing"},
    });
    insta::assert_snapshot!(printed(&PAID, &before, &json!({"m": "text"})));
}

#[test]
fn where_rules_may_be_refused_the_old_shape_is_there_to_paste() {
    let before = json!({"cents": "u64", "note": "text", "tip": "u8"});
    let now = json!({"amount": "u64", "by": "text", "tip": "u8"});
    insta::assert_snapshot!(printed(&PAID, &before, &now));
}

#[test]
fn a_field_that_is_there_still_is_not_said_to_be_removed() {
    const SKIPS: EventInfo = PAID.about(
        "",
        &[
            FieldInfo::new("amount", "In the currency of the order.", ""),
            FieldInfo::new("inner_note", "Never stored any more.", ""),
        ],
    );
    let before = json!({"amount": "u64", "innerNote": "text"});
    insta::assert_snapshot!(printed(&SKIPS, &before, &json!({"amount": "u64"})));
}

#[test]
fn a_field_that_is_flattened_as_far_as_is_known_takes_no_rules() {
    const FLAT: EventInfo = PAID.about("", &[FieldInfo::new("price", "All of it.", "")]);
    let lines = printed(&FLAT, &json!({"cents": "u64"}), &json!({"amount": "u64"}));
    assert!(!lines.contains("renamed_from"), "{lines}");
    assert!(lines.contains("todo!()"), "{lines}");
}

#[test]
fn a_field_that_went_is_read_under_its_key_and_where_it_may_be_missing() {
    let before = json!({"a": "u8", "inPart": "u8, may be missing", "max-a": "u8"});
    let now = json!({"a": "u8", "max_a": "text or null, may be missing"});
    let lines = printed(&PAID, &before, &now);
    let (rules, _) = lines.split_once("\n\nwith").unwrap();
    insta::assert_snapshot!(rules);
}

#[test]
fn a_tuple_of_any_length_is_read_as_one() {
    let tuple = |kinds: &[&str]| {
        let items = kinds.iter().enumerate();
        let items = items.map(|(place, kind)| (format!("[{place}]"), json!(kind)));
        let own = (String::new(), json!("tuple"));
        Value::Object(std::iter::once(own).chain(items).collect())
    };
    let two_or_null = json!({"": "tuple or null", "[0]": "u8", "[1]": "u8"});
    let before = json!({
        "none": tuple(&[]), "one": tuple(&["u8"]), "two": tuple(&["u8", "text"]), "key": tuple(&["u8"; 32]),
        "many": tuple(&["u8", "u8", "text", "u8", "u8", "u8", "u8", "u8", "u8", "u8", "bool", "char"]),
        "by": {"": "enum", "None": tuple(&[]), "One": tuple(&["u8"]), "Two": tuple(&["u8", "text"]), "Null": two_or_null},
    });
    insta::assert_snapshot!(printed(&PAID, &before, &json!({"one": "text"})));
}

#[test]
fn a_default_that_is_not_recorded_is_not_passed_over() {
    let before = json!({"a": "u8, may be missing", "b": "u8 or null, may be missing"});
    let lines = printed(&PAID, &before, &json!({"a": "text"}));
    assert!(lines.contains("#[serde(default /* or, as it was, = \"..\" */)]\n        a: u8,\n        b: Option<u8>,\n"), "{lines}");
}

#[test]
fn whatever_is_a_key_is_no_less_a_name_in_rust() {
    let by = json!({"": "enum", "self": "nothing", "2nd": "u8", "-": "text", "type": "nothing", "Self": {"crate": "u8"}});
    let before = json!({
        "by": by, "self": "u8", "Self": "u8", "1st": {"a": "u8"}, "*": "u8", "#": {"b": "u8"}, "do": "u8",
        "fn": "bool", "50 %²": "u8", "größe": "u8", "say \"a\"": "u8",
    });
    insta::assert_snapshot!(printed(&PAID, &before, &json!({"do": "u8", "super": "u8"})));
}

#[test]
fn what_stands_under_any_name_is_kept_beside_the_fields() {
    let before =
        json!({"id": "u8", "others": "text", "[]": {"": "struct, may be missing", "a": "u8"}});
    insta::assert_snapshot!(printed(&PAID, &before, &json!({"id": "u8"})));
}
