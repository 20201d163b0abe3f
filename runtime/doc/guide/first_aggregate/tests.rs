#[test]
fn nobody_joins_a_full_workshop() {
    Workshop::given((Announced { places: 1 }, Joined { guest: "Ada".into() }))
        .when(|workshop| workshop.join("Ben"))
        .then_error(WorkshopError::Full { places: 1 });
}

#[test]
fn a_place_that_was_left_is_free() {
    Workshop::given((Announced { places: 1 }, Joined { guest: "Ada".into() }))
        .when(|workshop| workshop.leave("Ada"))
        .then(Left { guest: "Ada".into() })
        .and_when(|workshop| workshop.join("Ben"))
        .then(Joined { guest: "Ben".into() });
}

#[test]
fn to_join_twice_changes_nothing() {
    Workshop::given((Announced { places: 1 }, Joined { guest: "Ada".into() }))
        .when(|workshop| workshop.join("Ada"))
        .then_nothing();
}
