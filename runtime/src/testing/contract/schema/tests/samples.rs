//! Samples that are asked for.

use super::Package;
use super::builds::{
    BY_BANK, BY_CARD, EMPTY, FILLED, FIRST, MISREMEMBERED, NEVER, REMEMBERED, SAMPLED, STEPPED,
    WIDER, WIDER_STILL,
};

#[test]
fn a_field_that_may_be_missing_gets_a_sample_beside_the_former() {
    let package = Package::released(FIRST);
    let [broken, new] = package.says(WIDER);
    assert_eq!(broken, "");
    insta::assert_snapshot!(new, @"
    what version 1 of `order.paid` is read as is not recorded in [package]/events/order/order.paid.v1.json
      note:  + now     null
    version 1 of `order.paid` has no sample that shows `note`
    `order.paid` version 1 has another shape; compatibility: full
    ");
    let written = ["order.paid.v1.json", "order.paid.v1.b.json", "schema.json"];
    assert_eq!(package.records(WIDER), written);
    insta::assert_snapshot!(package.text("order.paid.v1.json"), @r#"
    {
      "event": "order.paid",
      "version": 1,
      "payload": {
        "cents": 1
      },
      "reads_as": [
        [
          {
            "event": "order.paid",
            "version": 1,
            "payload": {
              "cents": 1,
              "note": null
            }
          }
        ]
      ]
    }
    "#);
    insta::assert_snapshot!(package.text("order.paid.v1.b.json"), @r#"
    {
      "event": "order.paid",
      "version": 1,
      "payload": {
        "cents": 1,
        "note": "note"
      }
    }
    "#);
    let more = package.records(WIDER_STILL);
    assert!(
        more.contains(&"order.paid.v1.c.json".to_owned()),
        "{more:?}"
    );
    // A build from before reads what it knows.
    let [broken, new] = package.says(WIDER);
    assert_eq!(new, "");
    assert!(
        broken.contains("`by`: it is written, and nothing reads it"),
        "{broken}"
    );
}

#[test]
fn an_old_version_is_shown_with_all_that_its_step_takes() {
    let package = Package::new();
    let [broken, new] = package.says(STEPPED);
    assert_eq!(broken, "");
    insta::assert_snapshot!(new, @"
    version 1 of `order.paid` has no sample
    version 1 of `order.paid` has no sample that shows it without `tip`
    version 1 of `order.paid` has no sample that shows `By{Card}.fee`
    version 2 of `order.paid` has no sample
    `order.paid` version 1 is not recorded
    `order.paid` version 2 is not recorded
    ");
    package.records(STEPPED);
    let package = Package::new();
    let [broken, new] = package.says(REMEMBERED);
    assert_eq!(broken, "");
    insta::assert_snapshot!(new, @"
    version 1 of `order.paid` has no sample
    version 2 of `order.paid` has no sample
    `order.paid` version 1 is not recorded
    `order.paid` version 2 is not recorded
    ");
    package.records(REMEMBERED);
    insta::assert_snapshot!(package.text("order.paid.v1.json"), @r#"
    {
      "event": "order.paid",
      "version": 1,
      "payload": {
        "By": {
          "Card": {
            "fee": 3
          }
        },
        "tip": 2
      },
      "reads_as": [
        [
          {
            "event": "order.paid",
            "version": 2,
            "payload": {
              "cents": 5
            }
          }
        ]
      ]
    }
    "#);
}

#[test]
fn what_cannot_be_a_sample_is_said_as_long_as_there_is_none() {
    let [broken, _] = Package::new().says(MISREMEMBERED);
    insta::assert_snapshot!(broken, @r#"
    version 1 of `order.paid` cannot be kept as a sample: the payload of `order.paid` version 1 cannot be read: missing field `By` at line 1 column 11
      {"euros":1}
    help: give another one, `sample = ..` or `stored(1 = ..)`
    "#);
    let package = Package::new();
    let [broken, _] = package.says(NEVER);
    insta::assert_snapshot!(broken, @"
    cannot invent `order.paid`: its field `cents` takes none: no text is good enough
    help: give one in the attribute of the event: `sample = Paid { cents: todo!() }`
    ");
    // One that was stored before stands for it.
    let package = Package::released(FIRST);
    let [broken, _] = package.says(NEVER);
    assert!(!broken.contains("cannot invent"), "{broken}");
}

#[test]
fn the_sample_that_is_given_is_kept() {
    let package = Package::released(SAMPLED);
    let text = package.text("order.paid.v1.json");
    assert!(text.contains("\"cents\": 5"), "{text}");
}

#[test]
fn a_variant_of_the_current_version_needs_no_sample() {
    let package = Package::released(BY_CARD);
    assert_eq!(package.records(BY_BANK), ["schema.json"]);
}

#[test]
fn what_a_step_left_empty_stays_empty() {
    let package = Package::released(EMPTY);
    let [broken, new] = package.says(FILLED);
    assert_eq!(new, "");
    // Coloured, on a terminal.
    let parts = [
        "version 1 of `order.paid` is read as something else than before\n",
        "labels.imported:  + now     1",
        "note:             + now     \"x\"",
    ];
    for part in parts {
        assert!(broken.contains(part), "{broken}");
    }
}
