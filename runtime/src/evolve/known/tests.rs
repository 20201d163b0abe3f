use super::KnownEvents;
use crate::event::EventInfo;

const OPENED: EventInfo = EventInfo::new("opened", 1, "Opened").aliases(&["created", "made"]);
const SPLIT: EventInfo = EventInfo::new("split", 2, "Split").aliases(&["cut"]);

#[test]
fn each_name_is_told_apart_in_the_order_of_the_attribute() {
    let known = KnownEvents {
        reads: &[OPENED, SPLIT],
        retires: &["split"],
        ignores: &["noted"],
    };
    let said = "`opened`, `created` (alias), `made` (alias), `split` (retired), `cut` (retired), `noted` (ignored)";
    assert_eq!(known.beside("zebra"), said);
    let names = ["opened", "created", "made", "split", "cut", "noted"];
    assert!(known.names().eq(names));
    assert_eq!(format!("{known:?}"), format!("{names:?}"));
}

#[test]
fn who_knows_nothing_says_so() {
    let known = KnownEvents {
        reads: &[],
        retires: &[],
        ignores: &[],
    };
    assert_eq!(known.beside("opened"), "no events");
}

/// Of `n` events of five kinds, each kind from 0 on.
fn many(n: usize) -> KnownEvents {
    let kinds = ["account", "bank", "card", "loan", "order"];
    let event = |at: usize| {
        let name = format!("{}.event-{}", kinds[at % 5], at / 5);
        EventInfo::new(name.leak(), 1, "Event")
    };
    KnownEvents {
        reads: (0..n).map(event).collect::<Vec<_>>().leak(),
        retires: &[],
        ignores: &["loan.noted"],
    }
}

#[test]
fn of_many_those_are_shown_that_begin_most_alike() {
    let said = many(49).beside("loan.notice");
    let loans: Vec<_> = (0..10).map(|at| format!("`loan.event-{at}`, ")).collect();
    let expected = format!(
        "`loan.noted` (ignored), {}`account.event-0`, and 38 more",
        loans.concat()
    );
    assert_eq!(said, expected);
    // As many as are shown keep their order.
    let said = many(11).beside("order.event-1");
    assert!(
        said.starts_with("`account.event-0`, `bank.event-0`, "),
        "{said}"
    );
    assert!(
        said.ends_with("`account.event-2`, `loan.noted` (ignored)"),
        "{said}"
    );
}
