use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Catalog, catalog};
use crate::{Aggregate, Apply, Event};

/// It begins.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "member.joined", version = 2, upcast(1 = JoinedV1), alias("Joined"))]
#[serde(rename_all = "camelCase")]
struct Joined {
    /// As she writes it.
    full_name: String,
    #[serde(flatten)]
    terms: Terms,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
struct Terms {
    days: Option<u16>,
}

#[derive(Deserialize)]
struct JoinedV1 {
    #[serde(flatten)]
    name: Name,
}

#[derive(Deserialize)]
struct Name {
    full: String,
}

impl From<JoinedV1> for Joined {
    fn from(old: JoinedV1) -> Self {
        Self {
            full_name: old.name.full,
            terms: Terms { days: Some(30) },
        }
    }
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "member.paid")]
struct Paid(u64, String);

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "member", id = String, events(Joined, Paid))]
struct Member;

impl Apply<Joined> for Member {
    fn apply(&mut self, _: &Joined) {}
}

impl Apply<Paid> for Member {
    fn apply(&mut self, _: &Paid) {}
}

fn versions(catalog: &Catalog, event: usize) -> Value {
    serde_json::to_value(&catalog.events[event].versions).unwrap()
}

#[test]
fn each_field_of_a_struct_is_listed_by_its_key_and_what_has_no_key_is_no_field() {
    let catalog = catalog::<Member>();
    let [joined, paid] = catalog.events.as_slice() else {
        panic!("{catalog:?}");
    };
    let told = |field: &super::CatalogField| {
        (field.name.clone(), field.doc.clone(), field.shape.to_json())
    };
    let fields: Vec<_> = joined.fields.iter().map(told).collect();
    let key = |key: &str, doc: &str, shape: &str| (key.to_owned(), doc.to_owned(), json!(shape));
    assert_eq!(
        fields,
        [
            key("days", "", "u16 or null, may be missing"),
            key("fullName", "As she writes it.", "text"),
        ]
    );
    assert_eq!(paid.fields, []);
}

#[test]
fn what_may_be_missing_is_found_as_it_is_written_today_and_not_in_an_old_version() {
    let catalog = catalog::<Member>();
    assert_eq!(
        versions(&catalog, 0),
        json!({
            "1": {"full": "text"},
            "2": {"days": "u16 or null, may be missing", "fullName": "text"},
        })
    );
}

/// Version 1 had a shape of its own.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "member.owed", version = 3, upcast(1 = OwedV1))]
struct Owed {
    #[event(shape = "decimal")]
    amount: Amount,
    #[event(since = 3, default = false)]
    late: bool,
}

#[derive(Deserialize)]
struct OwedV1 {
    amount: Amount,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(untagged)]
enum Amount {
    Whole(u64),
    Written(String),
}

impl From<OwedV1> for OwedV2 {
    fn from(old: OwedV1) -> Self {
        Self { amount: old.amount }
    }
}

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "debt", id = String, events(Owed))]
struct Debt;

impl Apply<Owed> for Debt {
    fn apply(&mut self, _: &Owed) {}
}

#[test]
fn what_is_said_of_a_field_stands_for_the_versions_that_follow_from_it() {
    assert_eq!(
        versions(&catalog::<Debt>(), 0),
        json!({
            "1": {"amount": "opaque"},
            "2": {"amount": "decimal"},
            "3": {"amount": "decimal", "late": "bool"},
        })
    );
}
