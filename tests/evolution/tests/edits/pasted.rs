//! Lines that the test prints, pasted: they are compiled, and read what was stored.

use crate::{Released, said};

const SHOP: &str = "shop/src/lib.rs";

/// A payload whose names are not those of Rust.
const STORED: &str = r#"pub cents: u64,
    #[serde(rename = "1st")]
    pub first: u64,
    #[serde(rename = "self")]
    pub this: u64,
    #[serde(default = "nine")]
    pub count: u64,
    pub a_b: B,
    pub a: A,
    pub pair: (A, B),
    pub one: (u8,),
    pub by: By,
}

fn nine() -> u64 {
    9
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct A {
    #[serde(alias = "c")]
    pub b: B,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct B {
    pub r#do: bool,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub enum By {
    #[serde(rename = "Self")]
    Hand,
    #[serde(rename = "gift_card")]
    Card(u8),
    GiftCard((u8,)),
}
"#;

const STEP: &str = "
impl From<PaidV1> for Paid {
    fn from(old: PaidV1) -> Self {
        let b = |stored: bool| B { r#do: stored };
        Self {
            cents: old.cents.to_string(),
            first: old._1st,
            this: old.self_,
            count: old.count,
            a_b: b(old.a_b.r#do),
            a: A { b: b(old.a.b.r#do) },
            pair: (A { b: b(old.pair.0.b.r#do) }, b(old.pair.1.r#do)),
            one: old.one,
            by: match old.by {
                PaidV1By::Self_ => By::Hand,
                PaidV1By::GiftCard2(number) => By::Card(number),
                PaidV1By::GiftCard(number) => By::GiftCard(number),
            },
        }
    }
}
";

#[test]
fn an_old_shape_whose_names_are_not_those_of_rust_compiles_and_reads_what_was_stored() {
    let released = Released::unrecorded();
    let edit = |from: &str, to: &str| released.package.edit(SHOP, from, to);
    edit("pub cents: u64,\n}\n", STORED);
    released.blesses();
    edit("pub cents: u64", "pub cents: String");
    edit("event.cents", "event.cents.len() as u64");
    let said = released.refuses_for_good();
    let (_, code) = said.split_once("upcast(1 = PaidV1))]\n").unwrap();
    let (code, _) = code.split_once("    impl From").unwrap();
    assert!(code.contains("as it was, = \"..\""), "{code}");
    let code = code.replace(
        "default /* or, as it was, = \"..\" */",
        "default = \"nine\"",
    );
    edit(
        "name = \"order.paid\"",
        "name = \"order.paid\", version = 2, upcast(1 = PaidV1)",
    );
    let source = released.package.text(SHOP) + &code + STEP;
    released.package.save(SHOP, &source);
    released.blesses();
}

/// Runs what the test says to run, in the package as it is.
fn records_as_printed(released: &Released, said: &str) {
    let (_, rest) = said.split_once("help: record it: `").unwrap();
    let (line, _) = rest.split_once('`').unwrap();
    let outcome = released.package.shell(line);
    assert!(outcome.passes, "{line}: {}", outcome.printed);
}

#[test]
fn the_command_that_is_printed_records_as_it_stands_and_then_the_test_passes() {
    let released = Released::unrecorded();
    let package = &released.package;
    assert!(!package.path("shop/events").exists());
    records_as_printed(&released, &released.refuses());
    released.passes();
    // It names the test where that has a name of its own.
    let sole = "factum::verify_events!(order_schema_contract_of_payments: shop::Paid);\n";
    package.save("shop/tests/sole.rs", sole);
    let outcome = package.test_target("sole");
    assert!(!outcome.passes, "{}", outcome.printed);
    records_as_printed(&released, &said(&outcome.printed));
    let outcome = package.test_target("sole");
    assert!(outcome.passes, "{}", outcome.printed);
    // What is recorded is no news, so the same line says nothing more.
    released.passes();
    package.edit(
        SHOP,
        "pub cents: u64,\n}",
        "pub cents: u64,\n    pub tip: Option<u64>,\n}",
    );
    records_as_printed(&released, &released.refuses());
    released.passes();
}
