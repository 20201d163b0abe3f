#[test]
fn who_joins_is_recorded_by_name() {
    let then = Workshop::given(Announced { places: 2 }).when(|workshop| workshop.join("Ada"));
    factum::assert_events_snapshot!(then, @r"
    - workshop.joined v1:
        guest: Ada
    ");
}
