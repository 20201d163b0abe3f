//! Edits to a type two packages away from the event: what serde makes of it is what is compared.

use insta::assert_snapshot;

use crate::Released;

const FAR: &str = "far/src/lib.rs";

#[test]
fn a_field_that_serde_renames_is_lost_and_missing() {
    let released = Released::new();
    let renamed = "#[serde(rename = \"amount\")]\n    pub cents: u32";
    released.package.edit(FAR, "pub cents: u32", renamed);
    assert_snapshot!(released.refuses_for_good());
}

#[test]
fn a_field_that_serde_skips_is_lost() {
    let released = Released::new();
    let skipped = "#[serde(skip)]\n    pub currency: String";
    released.package.edit(FAR, "pub currency: String", skipped);
    assert_snapshot!(released.refuses_for_good());
}

#[test]
fn fields_that_serde_flattens_stand_in_another_place() {
    let released = Released::new();
    let flat = "#[serde(flatten)]\n    pub tax: Tax";
    released.package.edit(FAR, "pub tax: Tax", flat);
    assert_snapshot!(released.refuses_for_good());
}

#[test]
fn an_enum_that_gets_a_tag_is_another_one() {
    let released = Released::new();
    let tagged = "#[serde(tag = \"kind\")]\npub enum Tender";
    released.package.edit(FAR, "pub enum Tender", tagged);
    assert_snapshot!(released.refuses_for_good());
}

#[test]
fn a_number_may_get_wider_and_not_narrower() {
    let released = Released::new();
    released
        .package
        .edit(FAR, "pub cents: u32", "pub cents: u16");
    assert_snapshot!("narrower", released.refuses_for_good());
    released
        .package
        .edit(FAR, "pub cents: u16", "pub cents: i64");
    assert_snapshot!("wider", released.refuses());
    released.blesses();
}

#[test]
fn another_type_is_another_shape() {
    let released = Released::new();
    released
        .package
        .edit(FAR, "pub cents: u32", "pub cents: String");
    assert_snapshot!(released.refuses_for_good());
}

#[test]
fn an_alias_harms_nobody_and_makes_way_for_a_new_name() {
    let released = Released::new();
    let alias = "#[serde(alias = \"amount\")]\n    pub cents: u32";
    released.package.edit(FAR, "pub cents: u32", alias);
    assert_snapshot!("alias", released.refuses());
    released.blesses();
    let renamed = "#[serde(rename = \"amount\", alias = \"cents\")]";
    released
        .package
        .edit(FAR, "#[serde(alias = \"amount\")]", renamed);
    assert_snapshot!("renamed", released.refuses());
    released.blesses();
}

#[test]
fn a_variant_that_has_another_name_is_read_under_both() {
    let released = Released::new();
    let edit = |from, to| released.package.edit(FAR, from, to);
    edit("    Cash,", "    #[serde(alias = \"Cash\")]\n    Coins,");
    edit(
        "    Card {",
        "    #[serde(alias = \"Card\")]\n    Plastic {",
    );
    assert_snapshot!("variant", released.refuses());
    released.blesses();
}
