//! Changes of a shape, each judged in both directions.

use serde_json::{Value, json};

use super::shape;
use crate::schema::judge::{Problem, Verdict};

/// The word, and what is said in each direction.
fn judged(before: &Value, now: &Value) -> String {
    let verdict = Verdict::of(&shape(before), &shape(now));
    let list = |problems: &[Problem]| {
        let each = problems.iter();
        let each = each.map(|problem| format!("{}: {}", problem.place(), problem.fault));
        each.collect::<Vec<_>>().join("; ")
    };
    let [backward, forward] = [&verdict.backward, &verdict.forward].map(|found| list(found));
    format!("{} <{backward}> <{forward}>", verdict.word())
}

/// A change, before and after.
type Pair = (&'static str, Value, Value);

fn lines<const N: usize>(pairs: [Pair; N]) -> String {
    let lines = pairs.map(|(name, before, now)| format!("{name}: {}", judged(&before, &now)));
    lines.join("\n")
}

#[test]
fn each_change_of_a_struct_is_judged_in_both_directions() {
    let closed = json!({"": "closed struct", "a": "u8"});
    let pairs = [
        ("the same", json!({"a": "u8"}), json!({"a": "u8"})),
        (
            "a field that may miss comes",
            json!({"a": "u8"}),
            json!({"a": "u8", "b": "u8 or null, may be missing"}),
        ),
        (
            "a field that has to be there comes",
            json!({"a": "u8"}),
            json!({"a": "u8", "b": "u8"}),
        ),
        (
            "a field goes",
            json!({"a": "u8", "b": "u8"}),
            json!({"a": "u8"}),
        ),
        (
            "a field that may miss goes",
            json!({"b": "u8, may be missing"}),
            json!("struct"),
        ),
        (
            "a field comes to a closed struct",
            closed.clone(),
            json!({"": "closed struct", "a": "u8", "b": "u8, may be missing"}),
        ),
        ("a struct is closed", json!({"a": "u8"}), closed.clone()),
        (
            "a closed struct loses a field",
            closed,
            json!("closed struct"),
        ),
        (
            "a variant comes",
            json!({"": "enum", "A": "nothing"}),
            json!({"": "enum", "A": "nothing", "B": "u8"}),
        ),
        (
            "an item changes",
            json!({"": "list", "[]": {"a": "u8"}}),
            json!({"": "list", "[]": {"a": "bool"}}),
        ),
        (
            "a pair becomes three",
            json!({"": "tuple", "[0]": "u8", "[1]": "u8"}),
            json!({"": "tuple", "[0]": "u8", "[1]": "u8", "[2]": "u8"}),
        ),
        (
            "a name has an alias",
            json!({"a": "u8"}),
            json!({"b": "u8", "a": "alias of b"}),
        ),
        (
            "two fields meet in one",
            json!({"a": "u8", "b": "u8"}),
            json!({"b": "u8", "a": "alias of b"}),
        ),
        (
            "an alias goes",
            json!({"b": "u8", "a": "alias of b"}),
            json!({"b": "u8"}),
        ),
        (
            "it cannot be traced any more",
            json!({"a": "u8"}),
            json!("opaque"),
        ),
        (
            "it is declared",
            json!({"a": "opaque"}),
            json!({"a": "decimal"}),
        ),
        (
            "it is declared as something else",
            json!({"a": "decimal or null"}),
            json!({"a": "rate or null"}),
        ),
        ("it can be traced now", json!("opaque"), json!({"a": "u8"})),
        (
            "what comes again stands elsewhere",
            json!({"a": {"": "list", "[]": "a again"}}),
            json!({"a": {"": "list", "[]": "the whole again"}}),
        ),
    ];
    insta::assert_snapshot!(lines(pairs));
}

#[test]
fn each_change_behind_a_tag_is_judged_in_both_directions() {
    let tagged =
        json!({"": "struct told by kind", "id": "u8", "{A}": {"x": "u8"}, "{B}": "struct"});
    let pairs = [
        (
            "a tagged variant comes",
            json!({"": "struct told by kind", "{A}": {"x": "u8"}}),
            json!({"": "struct told by kind", "{A}": {"x": "u8"}, "{B}": "struct"}),
        ),
        (
            "a tagged variant gets a field",
            tagged.clone(),
            json!({"": "struct told by kind", "id": "u8", "{A}": {"x": "u8", "y": "u8"}, "{B}": "struct"}),
        ),
        (
            "another tag",
            tagged.clone(),
            json!({"": "struct told by type", "id": "u8", "{A}": {"x": "u8"}, "{B}": "struct"}),
        ),
        (
            "a field comes to stand behind the tag",
            tagged.clone(),
            json!({"": "struct told by kind", "{A}": {"id": "u8", "x": "u8"}, "{B}": {"id": "u8"}}),
        ),
        (
            "a field stands before the tag again, and is another one",
            json!({"": "struct told by kind", "{A}": {"id": "u8", "x": "u8"}, "{B}": {"id": "u8"}}),
            json!({"": "struct told by kind", "id": "bool", "{A}": {"x": "u8"}, "{B}": "struct"}),
        ),
        (
            "a tagged variant becomes another name of one that is there",
            tagged.clone(),
            json!({"": "struct told by kind", "id": "u8", "{A}": {"x": "u8"}, "{B}": "alias of {A}"}),
        ),
        (
            "a variant loses what all have",
            tagged.clone(),
            json!({"": "struct told by kind", "{A}": {"id": "u8", "x": "u8"}, "{B}": "struct"}),
        ),
    ];
    insta::assert_snapshot!(lines(pairs));
}

#[test]
fn each_change_of_what_stands_under_any_name_is_judged_in_both_directions() {
    let open = json!({"id": "u8", "[]": "u8, may be missing"});
    let pairs = [
        (
            "names of any kind are taken",
            json!({"id": "u8"}),
            open.clone(),
        ),
        (
            "a name of any kind gets a field",
            open.clone(),
            json!({"id": "u8", "tip": "u8, may be missing", "[]": "u8, may be missing"}),
        ),
        (
            "a field goes to the names of any kind",
            json!({"id": "u8", "tip": "u8"}),
            open.clone(),
        ),
        (
            "a text goes to numbers under any name",
            json!({"id": "u8", "tip": "text"}),
            open.clone(),
        ),
        (
            "what stands under any name is another type",
            open,
            json!({"id": "u8", "[]": "text, may be missing"}),
        ),
    ];
    insta::assert_snapshot!(lines(pairs));
}

#[test]
fn each_change_of_a_leaf_is_judged_in_both_directions() {
    let pairs = [
        ("a number gets wider", json!("u8"), json!("i16")),
        ("a number loses its sign", json!("i16"), json!("u32")),
        ("a whole number gets broken", json!("u32"), json!("f64")),
        (
            "a large whole number gets broken",
            json!("i64"),
            json!("f64"),
        ),
        (
            "a text gets free",
            json!("text like 2026-01-06"),
            json!("text"),
        ),
        (
            "a variant becomes another name of one that is there",
            json!({"": "enum", "A": "nothing", "B": "nothing"}),
            json!({"": "enum", "A": "nothing", "B": "alias of A"}),
        ),
        (
            "a variant has a new name, and the old one is read",
            json!({"": "enum", "B": "nothing"}),
            json!({"": "enum", "A": "nothing", "B": "alias of A"}),
        ),
        (
            "the old name of a variant is not read any more",
            json!({"": "enum", "A": "nothing", "B": "alias of A"}),
            json!({"": "enum", "A": "nothing"}),
        ),
        (
            "names become text",
            json!({"": "enum", "A": "nothing"}),
            json!("text"),
        ),
        (
            "an enum with content becomes text",
            json!({"": "enum", "A": "u8"}),
            json!("text"),
        ),
        ("null is allowed", json!("text"), json!("text or null")),
        (
            "a pair becomes a list of wider ones",
            json!({"": "tuple", "[0]": "u8", "[1]": "u8"}),
            json!({"": "list", "[]": "u32"}),
        ),
        (
            "a pair of two kinds becomes a list",
            json!({"": "tuple", "[0]": "u8", "[1]": "text"}),
            json!({"": "list", "[]": "u32"}),
        ),
        (
            "a key becomes text",
            json!({"": "map", "[key]": "u64", "[]": "u64"}),
            json!({"": "map", "[key]": "text", "[]": "u64"}),
        ),
        (
            "a key and its value become text",
            json!({"": "map", "[key]": "i8", "[]": "u64"}),
            json!({"": "map", "[key]": "text", "[]": "text"}),
        ),
    ];
    insta::assert_snapshot!(lines(pairs));
}

#[test]
fn a_kind_reads_what_holds_no_more_than_it() {
    for (written, read, is_read) in [
        ("char", "text", true),
        ("text", "char", false),
        ("text like 1", "text", true),
        ("f32", "f64", true),
        ("f64", "f32", false),
        ("i32", "f64", true),
        ("u32", "f64", true),
        ("u64", "f64", false),
        ("i16", "f32", true),
        ("u32", "f32", false),
        ("u16", "u16", true),
        ("u8", "u16", true),
        ("u16", "u8", false),
        ("i8", "i16", true),
        ("i16", "i8", false),
        ("u16", "i32", true),
        ("u32", "i32", false),
        ("i8", "u16", false),
        ("bool", "u8", false),
    ] {
        let verdict = Verdict::of(&shape(&json!(written)), &shape(&json!(read)));
        assert_eq!(verdict.backward.is_empty(), is_read, "{written} as {read}");
    }
}
