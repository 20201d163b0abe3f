use super::revisions::Revisions;
use crate::place::Revision;
use crate::stream::StreamName;

#[test]
fn the_streams_that_were_noted_last_are_known_and_no_more() {
    const MANY: usize = 5 * Revisions::KEPT / 2;
    let stream = |number: usize| StreamName::new("order", &number.to_string()).unwrap();
    let mut revisions = Revisions::default();
    for number in 0..MANY {
        revisions.note(&stream(number), Revision::new(number as u64));
        for kept in [number.saturating_sub(Revisions::KEPT - 1), number] {
            let last = Some(Revision::new(kept as u64));
            assert_eq!(revisions.last(&stream(kept)), last, "behind {number}");
        }
    }
    let known = (0..MANY).filter(|number| revisions.last(&stream(*number)).is_some());
    let known = known.count();
    assert!(
        (Revisions::KEPT..=2 * Revisions::KEPT).contains(&known),
        "{known}"
    );
}
