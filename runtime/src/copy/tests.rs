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
        revisions.note(&stream(0), Revision::new(7));
        let kept = number.saturating_sub(Revisions::KEPT - 2)..=number;
        for number in [*kept.start().max(&1), number]
            .into_iter()
            .filter(|it| *it > 0)
        {
            let last = Some(Revision::new(number as u64));
            assert_eq!(revisions.last(&stream(number)), last, "{number}");
        }
    }
    assert_eq!(revisions.last(&stream(0)), Some(Revision::new(7)));
    let known = (0..MANY).filter(|number| revisions.last(&stream(*number)).is_some());
    let known = known.count();
    assert!(
        (Revisions::KEPT..=2 * Revisions::KEPT).contains(&known),
        "{known}"
    );
}
