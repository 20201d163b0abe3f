//! What a fine stores, as data: with the names, versions and events of earlier releases.

#[test]
fn the_catalogue_tells_of_what_earlier_releases_stored() {
    let catalog = factum::catalog::<fines::domain::Fine>();
    insta::assert_snapshot!(serde_json::to_string_pretty(&catalog).unwrap());
}
