//! What an order stores, as data.

#[test]
fn the_catalogue_tells_events_states_and_arrows() {
    let catalog = factum::catalog::<orders::domain::Order>();
    insta::assert_snapshot!(serde_json::to_string_pretty(&catalog).unwrap());
}
