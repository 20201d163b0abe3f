//! What the source says where nothing can be traced: `shape = ".."` of a field, `stored(1 = ..)` of a step of JSON.

use insta::assert_snapshot;

use crate::Released;

const SHOP: &str = "shop/src/lib.rs";

/// Serde does not tell what it takes.
const AMOUNT: &str = "
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(untagged)]
pub enum Amount {
    Whole(u64),
    Written(String),
}
";

const STEP: &str = "
#[derive(Deserialize)]
struct PaidV1 {
    cents: Amount,
}

impl From<PaidV1> for Paid {
    fn from(old: PaidV1) -> Self {
        let cents = match old.cents {
            Amount::Whole(cents) => Amount::Whole(cents.saturating_mul(10)),
            Amount::Written(cents) => Amount::Written(cents + \"0\"),
        };
        Self { cents }
    }
}
";

/// A package that was released with that field.
fn released() -> Released {
    let released = Released::unrecorded();
    let edit = |from, to| released.package.edit(SHOP, from, to);
    edit(
        "pub cents: u64",
        "#[event(shape = \"cents\")]\n    pub cents: Amount",
    );
    let sampled = "name = \"order.paid\", sample = Paid { cents: Amount::Whole(5) }";
    edit("name = \"order.paid\"", sampled);
    edit(
        "self.paid.saturating_add(event.cents)",
        "self.paid + u64::from(event.cents == Amount::Whole(5))",
    );
    let source = released.package.text(SHOP) + AMOUNT;
    released.package.save(SHOP, &source);
    released.blesses();
    released
}

/// What is recorded of that event.
fn recorded(released: &Released) -> String {
    let text = released.package.text("shop/events/order/schema.json");
    let (_, rest) = text.split_once("    \"order.paid\": ").unwrap();
    let (entry, _) = rest.split_once("\n    }").unwrap();
    entry.to_owned()
}

#[test]
fn another_word_is_another_shape_until_the_version_is_raised() {
    let released = released();
    let edit = |from, to| released.package.edit(SHOP, from, to);
    assert_snapshot!("said", recorded(&released));
    edit("shape = \"cents\"", "shape = \"tenths of cents\"");
    assert_snapshot!("another_word", released.refuses_for_good());
    edit(
        "name = \"order.paid\"",
        "name = \"order.paid\", version = 2, upcast(1 = PaidV1)",
    );
    let source = released.package.text(SHOP) + STEP;
    released.package.save(SHOP, &source);
    assert_snapshot!("raised", released.refuses());
    released.blesses();
    assert_snapshot!("both", recorded(&released));
}

#[test]
fn a_word_that_is_gone_is_missed() {
    let released = released();
    let edit = |from, to| released.package.edit(SHOP, from, to);
    edit("    #[event(shape = \"cents\")]\n", "");
    assert_snapshot!("gone", released.refuses_for_good());
    edit(
        "pub cents: Amount",
        "#[event(shape = \"cents\")]\n    pub cents: Amount",
    );
    released.passes();
}

const JSON_STEP: &str = "
impl TryFrom<serde_json::Value> for Paid {
    type Error = String;

    fn try_from(old: serde_json::Value) -> Result<Self, Self::Error> {
        let cents = old[\"cents\"].as_u64().ok_or(\"no cents\")?;
        Ok(Self { cents })
    }
}
";

#[test]
fn a_step_of_json_asks_for_what_was_stored() {
    let released = Released::unrecorded();
    let edit = |from, to| released.package.edit(SHOP, from, to);
    edit(
        "name = \"order.paid\"",
        "name = \"order.paid\", version = 2, upcast(1 = serde_json::Value)",
    );
    let source = released.package.text(SHOP) + JSON_STEP;
    released.package.save(SHOP, &source);
    assert_snapshot!("json", released.refuses());
    assert!(!released.package.bless().passes);
    let stored = "upcast(1 = serde_json::Value), stored(1 = r#\"{\"cents\":5}\"#)";
    edit("upcast(1 = serde_json::Value)", stored);
    assert_snapshot!("json_stored", released.refuses());
    released.blesses();
    let sample = released
        .package
        .text("shop/events/order/order.paid.v1.json");
    assert!(sample.contains("\"cents\": 5"), "{sample}");
    edit(
        "old[\"cents\"].as_u64()",
        "old[\"cents\"].as_u64().map(|cents| cents + 1)",
    );
    assert_snapshot!("json_changed", released.refuses_for_good());
}
