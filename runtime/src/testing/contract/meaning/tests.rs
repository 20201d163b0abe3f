mod changes;

use serde_json::{Value, json};

use super::{Growth, Shown};
use crate::schema::Shape;

/// Whether one is told as the other, where another name of a variant counts, and only there.
fn is_renamed(shape: &Value, before: &Value, now: &Value) -> bool {
    let shape = Shape::from_json(shape).unwrap();
    let is = |shown| {
        let (shape, recorded) = (Some(&shape), None);
        let growth = Growth {
            shape,
            recorded,
            shown,
        };
        growth.is(before, now)
    };
    assert!(!is(Shown::AsBefore));
    is(Shown::Otherwise)
}

#[test]
fn a_variant_is_told_under_another_name_if_what_it_holds_is_read_as_before() {
    let level =
        json!({"": "enum", "Gold": "nothing", "Premium": "nothing", "Top": {"since": "u8"}});
    let level = json!({"levels": {"": "list", "[]": level}});
    let levels = |name: &str| json!({"levels": ["Premium", name]});
    assert!(is_renamed(&level, &levels("Gold"), &levels("Premium")));
    assert!(!is_renamed(&level, &levels("Gold"), &levels("Top")));
    assert!(!is_renamed(&level, &levels("Gold"), &levels("Silver")));

    let content = json!({"": "enum", "Card": {"number": "text"}, "Plastic": {"number": "text"}});
    let card = |name: &str, number: &str| json!({name: {"number": number}});
    assert!(is_renamed(
        &content,
        &card("Card", "1"),
        &card("Plastic", "1")
    ));
    assert!(!is_renamed(
        &content,
        &card("Card", "1"),
        &card("Plastic", "2")
    ));

    let tagged = json!({"": "struct told by kind", "{Card}": {"number": "text"}, "{Plastic}": {"number": "text"}, "{Cash}": "struct"});
    let card = |name: &str| json!({"kind": name, "number": "1"});
    assert!(is_renamed(&tagged, &card("Card"), &card("Plastic")));
    assert!(!is_renamed(&tagged, &card("Card"), &card("Cash")));
}
