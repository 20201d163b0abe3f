//! Tests that move, and leave the files of what is stored behind.

use std::fs;

use insta::assert_snapshot;

use crate::{Released, said};

const SHOP: &str = "shop/src/lib.rs";

const SOLE: &str = "factum::verify_events!(order_schema_contract: shop::Paid);\n";

#[test]
fn files_of_a_test_target_that_has_another_name_are_moved_and_not_made_anew() {
    let released = Released::unrecorded();
    let package = &released.package;
    package.save("shop/tests/one_more.rs", SOLE);
    assert!(package.bless_target("one_more").passes);
    fs::rename(
        package.path("shop/tests/one_more.rs"),
        package.path("shop/tests/two.rs"),
    )
    .unwrap();
    for outcome in [package.test_target("two"), package.bless_target("two")] {
        assert!(!outcome.passes, "{}", outcome.printed);
        assert_snapshot!("target", said(&outcome.printed));
    }
    fs::rename(
        package.path("shop/events/one_more"),
        package.path("shop/events/two"),
    )
    .unwrap();
    let outcome = package.test_target("two");
    assert!(outcome.passes, "{}", outcome.printed);
}

#[test]
fn two_test_targets_of_one_domain_have_files_of_their_own() {
    let released = Released::unrecorded();
    let package = &released.package;
    package.save("shop/tests/one-more.rs", SOLE);
    package.save("shop/tests/two.rs", SOLE);
    for target in ["one-more", "two"] {
        let outcome = package.bless_target(target);
        assert!(outcome.passes, "{}", outcome.printed);
    }
    let recorded = |target: &str| {
        package.text(&format!(
            "shop/events/{target}/order_schema_contract/schema.json"
        ))
    };
    assert_eq!(recorded("one_more"), recorded("two"));
}

#[test]
fn another_name_of_the_test_is_told_of_the_files_under_the_former_one() {
    let released = Released::unrecorded();
    let source = released.package.text(SHOP);
    let with = |name: &str| {
        format!("{source}factum::verify_events!({name}_order_schema_contract: Paid);\n")
    };
    released.package.save(SHOP, &with("paid"));
    released.blesses();
    released.package.save(SHOP, &with("payments"));
    assert_snapshot!("word", released.refuses());
    let moved = |name: &str| {
        released
            .package
            .path(&format!("shop/events/{name}_order_schema_contract"))
    };
    fs::rename(moved("paid"), moved("payments")).unwrap();
    assert_snapshot!("category", released.refuses_for_good());
    released.package.edit(
        "shop/events/payments_order_schema_contract/schema.json",
        "paid_order",
        "payments_order",
    );
    released.passes();
}

#[test]
fn an_event_without_an_aggregate_is_dropped_by_its_name_alone() {
    let released = Released::unrecorded();
    let package = &released.package;
    let both = "factum::verify_events!(bills_order_schema_contract: shop::Paid, shop::Placed);\n";
    package.save("shop/tests/bills.rs", both);
    assert!(package.bless_target("bills").passes);
    package.edit("shop/tests/bills.rs", ", shop::Placed", "");
    let outcome = package.bless_target("bills");
    assert!(!outcome.passes, "{}", outcome.printed);
    assert!(
        outcome.printed.contains("ignored(\"order.placed\")"),
        "{}",
        outcome.printed
    );
    package.edit("shop/tests/bills.rs", ")", "; ignored(\"order.placed\"))");
    let outcome = package.test_target("bills");
    let asks = "`order.placed` is ignored, which is not recorded";
    assert!(outcome.printed.contains(asks), "{}", outcome.printed);
    for outcome in [package.bless_target("bills"), package.test_target("bills")] {
        assert!(outcome.passes, "{}", outcome.printed);
    }
}
