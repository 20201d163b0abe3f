//! What files of shapes say of each other, and of releases that know more.

use serde_json::{Value, json};

use crate::schema::lock::Lock;

fn lock(format: u32, versions: &Value, ignored: &[&str]) -> Lock {
    let events = json!({"account.opened": {"versions": versions}});
    let lock =
        json!({"format": format, "category": "account", "events": events, "ignored": ignored});
    serde_json::from_value(lock).unwrap()
}

#[test]
fn shapes_of_a_later_format_are_left_alone() {
    let (later, known) = (lock(2, &json!({}), &[]), lock(1, &json!({}), &[]));
    let broken = |lock: &Lock| lock.judge("account", &[], &["account.opened"], None).broken;
    insta::assert_snapshot!(broken(&later).concat(), @r"
    the shapes have format 2, and this release knows up to 1
    help: use the release that recorded them, or a newer one
    ");
    assert!(!broken(&known).concat().contains("format"));
}

#[test]
fn states_are_folded_from_the_same_if_their_events_and_what_is_ignored_are() {
    let owner = json!({"owner": "text"});
    let (one, two) = (json!({"1": owner}), json!({"1": owner, "2": owner}));
    let locks = [
        lock(1, &one, &[]),
        lock(1, &two, &[]),
        lock(1, &one, &["account.closed"]),
    ];
    for (at, lock) in locks.iter().enumerate() {
        let same: Vec<bool> = locks.iter().map(|other| lock.reads_as(other)).collect();
        let itself: Vec<bool> = (0..locks.len()).map(|other| other == at).collect();
        assert_eq!(same, itself);
    }
}
