use std::panic;

use super::{assert_unique_names, is_newer, shape};
use crate::event::EventInfo;

const OPENED: EventInfo = EventInfo::new("opened", 1, "Opened").aliases(&["created", "made"]);
const PAID: EventInfo = EventInfo::new("paid", 3, "Paid");

/// FNV-1a, from where it was.
fn hashed(hash: u64, text: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    text.iter().fold(hash, step)
}

/// FNV-1a of `foobar`, as it is published with.
#[test]
fn a_text_is_folded_as_published() {
    let hash = super::fold(0xcbf2_9ce4_8422_2325, b"foobar");
    assert_eq!(hash, 0x8594_4171_f739_67e8);
}

#[test]
fn a_shape_is_a_hash_behind_a_count_of_what_only_grows() {
    let opened = hashed(0, b"opened\x00\x01");
    let paid = hashed(1, b"paid\x00\x03");
    let names = [
        opened,
        hashed(opened, b"created"),
        hashed(opened, b"made"),
        paid,
        hashed(2, b"noted"),
    ];
    let all = names.into_iter().fold(0, u64::wrapping_add);
    let hash = hashed(0xfeed_beef_0123_4567, &all.to_be_bytes()) & 0xffff_ffff_ffff;
    let of = |logic| shape(0xfeed_beef_0123_4567, logic, &[OPENED, PAID], 1, &["noted"]);
    // The logic, an ignored name, two former ones, a retired event, and each event with its versions.
    assert_eq!(of(5), ((5 + 128 + 128 + 64 + 2 + 4) << 48) | hash);
    assert_eq!(of(0xffff - 326), (0xffff << 48) | hash);
    for more in [0xffff - 325, u64::MAX] {
        assert_eq!(of(more), of(0xffff - 326));
    }
    assert!(is_newer(of(6), of(5)) && !is_newer(of(5), of(5)) && !is_newer(of(5), of(6)));
}

#[test]
fn whatever_becomes_of_an_event_makes_the_shape_a_newer_one() {
    let of = |reads: &[EventInfo], retired: usize, ignored: &[&str]| {
        shape(7, 1, reads, retired, ignored)
    };
    for version in 1..62 {
        let now = EventInfo::new("paid", version, "Paid");
        let next = EventInfo::new("paid", version + 1, "Paid");
        let before = of(&[OPENED, now], 0, &[]);
        assert!(is_newer(of(&[OPENED, next], 0, &[]), before), "a version");
        assert!(
            is_newer(of(&[OPENED, now, PAID], 0, &[]), before),
            "another"
        );
        let retired = of(&[OPENED, now], 1, &[]);
        assert!(is_newer(retired, before), "retired");
        let dropped = of(&[OPENED], 0, &["paid"]);
        assert!(is_newer(dropped, before), "dropped");
        assert!(is_newer(dropped, retired), "dropped in the end");
        assert!(
            is_newer(of(&[OPENED, now], 0, &["noted"]), before),
            "ignored"
        );
        let joined = EventInfo::new("opened", 2, "Opened").aliases(&["created", "made", "paid"]);
        assert!(
            is_newer(of(&[joined], 0, &[]), before),
            "joined with another"
        );
        let renamed = EventInfo::new("settled", version, "Paid").aliases(&["paid"]);
        assert!(is_newer(of(&[OPENED, renamed], 0, &[]), before), "renamed");
    }
}

#[test]
fn a_shape_is_another_one_for_whatever_is_folded_otherwise() {
    const ALIASED: EventInfo = EventInfo::new("paid", 3, "Paid").aliases(&["noted"]);
    let low = |shape: u64| shape & 0xffff_ffff_ffff;
    let shapes = [
        shape(7, 1, &[OPENED, PAID], 0, &[]),
        shape(7, 1, &[OPENED, PAID], 1, &[]),
        shape(7, 1, &[OPENED, PAID], 2, &[]),
        shape(7, 1, &[OPENED, PAID], 0, &["noted"]),
        shape(7, 1, &[OPENED, ALIASED], 0, &[]),
        shape(7, 1, &[OPENED, ALIASED], 1, &[]),
        shape(7, 1, &[OPENED], 0, &["paid"]),
    ];
    for (at, one) in shapes.iter().enumerate() {
        for other in &shapes[..at] {
            assert_ne!(low(*one), low(*other));
        }
    }
    // In whatever order they are listed.
    assert_eq!(shapes[0], shape(7, 1, &[PAID, OPENED], 0, &[]));
}

/// What stops the build.
fn stops(reads: &'static [EventInfo], ignored: &'static [&'static str]) -> Option<String> {
    let panic = panic::catch_unwind(|| assert_unique_names(reads, ignored)).err()?;
    let text = panic.downcast::<String>().map(|text| *text);
    text.ok()
}

#[test]
fn no_name_is_claimed_twice() {
    const OTHERS: [EventInfo; 4] = [
        OPENED,
        PAID,
        // Neither the beginning of a name nor a longer one is that name.
        EventInfo::new("pai", 1, "Pai").aliases(&["", "opened2"]),
        EventInfo::new("paie", 1, "Paie").aliases(&["mad"]),
    ];
    const AGAIN: [EventInfo; 3] = [OPENED, PAID, EventInfo::new("paid", 1, "Again")];
    const MADE: [EventInfo; 2] = [PAID, OPENED];
    const BY_ALIAS: [EventInfo; 3] = [
        OPENED,
        PAID,
        EventInfo::new("new", 1, "New").aliases(&["newer", "created"]),
    ];
    let said = |name: &str, one: &str, other: &str| {
        Some(format!(
            "the stored name `{name}` is claimed by both `{one}` and `{other}`"
        ))
    };
    assert_eq!(stops(&OTHERS, &["noted", "p"]), None);
    assert_eq!(stops(&AGAIN, &[]), said("paid", "Paid", "Again"));
    assert_eq!(stops(&BY_ALIAS, &[]), said("created", "Opened", "New"));
    assert_eq!(
        stops(&MADE, &["noted", "made"]),
        said("made", "Opened", "ignored(..)")
    );
}

#[test]
fn a_message_that_is_too_long_is_cut() {
    let name: &str = Box::leak("x".repeat(600).into_boxed_str());
    let reads = vec![
        EventInfo::new(name, 1, "One"),
        EventInfo::new(name, 1, "Other"),
    ];
    let said = stops(reads.leak(), &[]).unwrap_or_default();
    assert_eq!(said, format!("the stored name `{name}")[..512]);
}
