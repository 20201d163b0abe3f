#[test]
fn version_1_is_still_read() {
    Workshop::given_stored([
        ("workshop.announced", 1, r#"{"places":1}"#),
        ("workshop.joined", 1, r#"{"guest":"Ada"}"#),
    ])
    .when(|workshop| workshop.join("Ben"))
    .then_error(WorkshopError::Full { places: 1 });
}
