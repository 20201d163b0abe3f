//! What ids hold, and what is cut off of a time.

use std::collections::HashSet;

use jiff::Timestamp;
use uuid::Variant;

use super::{Ids, UuidV7, to_micros};

#[test]
fn an_id_holds_its_time_and_is_otherwise_random() {
    let now: Timestamp = "2026-01-02T03:04:05.678901Z".parse().unwrap();
    let ids: HashSet<_> = (0..1000).map(|_| UuidV7.fresh_at(now)).collect();
    assert_eq!(ids.len(), 1000);
    let (mut zeros, mut ones) = (0, 0);
    for id in ids {
        assert_eq!(
            (id.get_version_num(), id.get_variant()),
            (7, Variant::RFC4122)
        );
        let time = id.get_timestamp().unwrap().to_unix();
        assert_eq!(time, (1_767_323_045, 678_000_000));
        ones |= id.as_u128();
        zeros |= !id.as_u128();
    }
    // 48 bits of time, 4 of the version and 2 of the variant are the same in all.
    assert_eq!((ones & zeros).count_ones(), 128 - 54);
    let of = |time: &str| UuidV7.fresh_at(time.parse().unwrap());
    assert!(of("2026-01-02T03:04:05.678Z") < of("2026-01-02T03:04:05.679Z"));
    assert_eq!(
        of("1969-12-31T23:59:59Z")
            .get_timestamp()
            .unwrap()
            .to_unix(),
        (0, 0)
    );
}

#[test]
fn a_time_is_cut_to_microseconds_wherever_it_lies() {
    let whole = |time: Timestamp| time.subsec_nanosecond() % 1000 == 0;
    for time in [
        "1969-12-31T23:59:59.123456789Z",
        "2026-01-02T03:04:05.678901234Z",
    ] {
        let time = time.parse().unwrap();
        let cut = to_micros(time);
        assert!(
            whole(cut) && cut.as_microsecond() == time.as_microsecond(),
            "{cut}"
        );
    }
    for end in [Timestamp::MIN, Timestamp::MAX] {
        let cut = to_micros(end);
        assert_eq!(cut.as_second(), end.as_second());
        // As stores read it back.
        assert_eq!(
            Timestamp::from_microsecond(cut.as_microsecond()).unwrap(),
            cut
        );
    }
}
