use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::Event;
use crate::schema::lock::Lock;
use crate::testing::contract::SoleEvent;
use crate::testing::contract::meaning::{Change, Meaning, Readings, change, drift, named};
use crate::testing::contract::schema::{Kept, Shapes};
use crate::testing::difference::paint::Paint;

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "order.placed")]
struct Placed {
    by: String,
    #[serde(default)]
    to: u8,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "order.paid", version = 2, alias("paid"))]
struct Paid {
    cents: u64,
    #[event(since = 2, default = 7)]
    tip: u64,
}

const EVENTS: [SoleEvent; 2] = [SoleEvent::of::<Placed>(), SoleEvent::of::<Paid>()];

fn meaning(event: &str, version: u16, payload: Value) -> Meaning {
    let event = event.to_owned();
    Meaning {
        event,
        version,
        payload,
    }
}

fn changed(shape: &Value, before: &[Meaning], now: &[Meaning]) -> Change {
    changed_since(&Lock::default(), shape, before, now)
}

/// What becomes of it where this is recorded of builds from before.
fn changed_since(lock: &Lock, shape: &Value, before: &[Meaning], now: &[Meaning]) -> Change {
    let [placed, paid] = &EVENTS;
    let events: [&dyn Kept; 2] = [placed, paid];
    let shape = serde_json::from_value(shape.clone()).unwrap();
    let readings = Readings::of(|| Ok::<_, ()>(now.to_vec())).ok().unwrap();
    change(
        before,
        &readings,
        &events,
        &[Shapes::new(), Shapes::from([(2, shape)])],
        lock,
    )
}

/// What becomes of the meaning of one event, whose payload is of this shape now.
fn of_payloads(shape: &Value, before: Value, now: Value) -> Change {
    let [before, now] = [before, now].map(|payload| meaning("order.paid", 2, payload));
    changed(shape, &[before], &[now])
}

#[test]
fn a_payload_is_the_same_if_each_item_stands_where_it_stood() {
    let list = json!({"": "list", "[]": {"": "list", "[]": "u8"}});
    let pair = json!({"": "tuple", "[0]": "u8", "[1]": {"": "list", "[]": "u8"}});
    let within = json!({"a": list, "p": pair});
    for (shape, payload) in [
        (&json!("u8"), json!(1)),
        (&list, json!([[1, 2], [3]])),
        (&pair, json!([1, [2, 3]])),
        (&within, json!({"a": [[1, 2]], "p": [1, []]})),
    ] {
        assert_eq!(of_payloads(shape, payload.clone(), payload), Change::None);
    }
    for (shape, before, now) in [
        (&json!("u8"), json!(1), json!(2)),
        (&list, json!([[1]]), json!([[1], [2]])),
        (&list, json!([[1], [2]]), json!([[2], [1]])),
        (&list, json!([[3, 4]]), json!([[4, 3]])),
        (&pair, json!([1, [2, 3]]), json!([1, [3, 2]])),
        (&pair, json!([1, [2]]), json!([1])),
        (&within, json!({"a": [[1]]}), json!({"a": [[2]]})),
        (&within, json!({"a": [[1]]}), json!({})),
        (&within, json!({"p": [1, [2]]}), json!({"p": [[2], 1]})),
    ] {
        let change = of_payloads(shape, before.clone(), now);
        assert_eq!(change, Change::Other, "{before}");
    }
}

/// What becomes of a payload that comes out otherwise every other time.
fn of_sets(before: Value, now: &[Value; 2]) -> Change {
    let [placed, paid] = &EVENTS;
    let events: [&dyn Kept; 2] = [placed, paid];
    let mut now = now.iter().cycle();
    let now = std::cell::RefCell::new(move || now.next().unwrap().clone());
    let read = || Ok::<_, ()>(vec![meaning("order.paid", 2, now.borrow_mut()())]);
    let readings = Readings::of(read).unwrap();
    let before = meaning("order.paid", 2, before);
    change(&[before], &readings, &events, &[], &Lock::default())
}

#[test]
fn a_payload_is_the_same_in_whatever_order_a_set_has() {
    for (before, now) in [
        (json!([1, 2, 3]), [json!([2, 3, 1]), json!([3, 2, 1])]),
        (
            json!([[1, 2], [3]]),
            [json!([[1, 2], [3]]), json!([[2, 1], [3]])],
        ),
        (
            json!({"a": [[3], [2, 1]]}),
            [json!({"a": [[1, 2], [3]]}), json!({"a": [[3], [1, 2]]})],
        ),
    ] {
        assert_eq!(of_sets(before.clone(), &now), Change::None, "{before}");
    }
    for (before, now) in [
        (json!([1, 2, 4]), [json!([2, 3, 1]), json!([3, 2, 1])]),
        // The list of sets is none.
        (
            json!([[3], [1, 2]]),
            [json!([[1, 2], [3]]), json!([[2, 1], [3]])],
        ),
        (
            json!({"a": [1, 2], "b": [2, 1]}),
            [
                json!({"a": [1, 2], "b": [1, 2]}),
                json!({"a": [2, 1], "b": [1, 2]}),
            ],
        ),
    ] {
        assert_eq!(of_sets(before.clone(), &now), Change::Other, "{before}");
    }
}

#[test]
fn a_meaning_grows_where_all_that_was_there_is_there() {
    let struct_ = json!({"a": "u8", "b": "u8, may be missing", "n": "u8 or null, may be missing", "z": "u8 or null"});
    let renamed = json!({"b": "u8", "a": "alias of b"});
    let list = json!({"": "list", "[]": renamed});
    let pair = json!({"": "tuple", "[0]": "u8", "[1]": renamed});
    let number = json!("number");
    for (shape, before, now) in [
        (&struct_, json!({"a": 1}), json!({"a": 1, "b": 2})),
        (&struct_, json!({"a": 1, "n": null}), json!({"a": 1})),
        (&renamed, json!({"a": 1}), json!({"b": 1})),
        (
            &list,
            json!([{"a": 1}, {"b": 2}]),
            json!([{"b": 1}, {"b": 2}]),
        ),
        (&pair, json!([1, {"a": 2}]), json!([1, {"b": 2}])),
        (&number, json!(1), json!(1.0)),
        (&number, json!(1.0), json!(1)),
    ] {
        assert_eq!(
            of_payloads(shape, before.clone(), now),
            Change::Grown,
            "{before}"
        );
    }
    for (shape, before, now) in [
        (&struct_, json!({"a": 1}), json!({"a": 2, "b": 2})),
        (&struct_, json!({"a": 1, "n": 1}), json!({"a": 1})),
        (&struct_, json!({"a": 1, "z": null}), json!({"a": 1})),
        (&struct_, json!({"a": 1, "gone": null}), json!({"a": 1})),
        (&renamed, json!({"a": 1}), json!({"b": 2})),
        (&renamed, json!({"a": 1}), json!({"c": 1})),
        (
            &list,
            json!([{"a": 1}, {"a": 2}]),
            json!([{"b": 1}, {"b": 1}]),
        ),
        (&list, json!([{"a": 1}]), json!([{"b": 1}, {"b": 1}])),
        (&pair, json!([1, {"a": 2}]), json!([2, {"b": 2}])),
        (&number, json!(1), json!(2.0)),
        // Near to each other, and not the same.
        (
            &number,
            json!(9_007_199_254_740_992_u64),
            json!(9_007_199_254_740_993_u64),
        ),
        (&number, json!(0.5), json!(0.75)),
    ] {
        assert_eq!(
            of_payloads(shape, before.clone(), now),
            Change::Other,
            "{before}"
        );
    }
}

#[test]
fn what_came_is_growth_where_the_event_could_not_have_it_before() {
    let shape = json!({
        "cents": "u64",
        "tip": "u64",
        "new": "u8",
        "note": "text or null, may be missing",
        "labels": {"": "map", "[]": "text"},
        "by": {"name": "text", "at": "text or null, may be missing"},
        "means": {"": "list", "[]": {"": "struct told by kind", "{Card}": {"number": "text"}, "{Cash}": "nothing"}},
        "rest": "opaque",
        "tree": {"value": "u8", "left": "tree again or null"},
    });
    let mut recorded = shape.clone();
    recorded.as_object_mut().unwrap().remove("new");
    let lock = json!({
        "format": 1,
        "category": "order",
        "events": {
            "order.paid": {"versions": {"2": recorded}},
            "order.placed": {"versions": {"1": {"by": "text", "to": "u8, may be missing"}}},
        },
    });
    let lock: Lock = serde_json::from_value(lock).unwrap();
    let paid = |more: &Value| {
        let mut payload = json!({"cents": 1, "tip": 7});
        payload
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        [meaning("order.paid", 2, payload)]
    };
    let of = |before: &Value, now: &Value| changed_since(&lock, &shape, &paid(before), &paid(now));
    for (before, now) in [
        (json!({}), json!({"new": 1})),
        (json!({}), json!({"note": null})),
        (
            json!({"by": {"name": "Ada"}}),
            json!({"by": {"name": "Ada", "at": null}}),
        ),
        (
            json!({"by": {"name": "Ada"}}),
            json!({"by": {"name": "Ada", "age": 36}}),
        ),
        (
            json!({"means": [{"kind": "Card", "number": "1"}]}),
            json!({"means": [{"kind": "Card", "number": "1", "of": "Ada"}]}),
        ),
        // Whose fields are further up, and not looked for.
        (
            json!({"tree": {"value": 1, "left": {"value": 2}}}),
            json!({"tree": {"value": 1, "left": {"value": 2, "left": {}}}}),
        ),
    ] {
        assert_eq!(of(&before, &now), Change::Grown, "{now}");
    }
    for (before, now) in [
        (json!({}), json!({"note": "x"})),
        (
            json!({"labels": {}}),
            json!({"labels": {"source": "import"}}),
        ),
        (
            json!({"by": {"name": "Ada"}}),
            json!({"by": {"name": "Ada", "at": "home"}}),
        ),
        (json!({"rest": {}}), json!({"rest": {"more": 1}})),
        (
            json!({"rest": {"of": {}}}),
            json!({"rest": {"of": {"more": 1}}}),
        ),
        (
            json!({"rest": [{"a": 1}]}),
            json!({"rest": [{"a": 1, "b": 2}]}),
        ),
        (
            json!({"means": [{"kind": "Card"}]}),
            json!({"means": [{"kind": "Card", "number": "1"}]}),
        ),
        (json!({}), json!({"new": 1, "note": "x"})),
    ] {
        assert_eq!(of(&before, &now), Change::Other, "{now}");
    }
    // What was left out, since it is what is read where nothing stands, is written by now.
    let placed = |payload| [meaning("order.placed", 1, payload)];
    let left_out = placed(json!({"by": "Ada"}));
    for (to, change) in [(0, Change::Grown), (1, Change::Other)] {
        let written = placed(json!({"by": "Ada", "to": to}));
        assert_eq!(changed_since(&lock, &shape, &left_out, &written), change);
    }
}

#[test]
fn one_of_several_events_that_grew_is_enough_and_one_that_differs_is_too() {
    let shape = json!({"cents": "u8", "tip": "u8, may be missing"});
    let paid = |payload| meaning("order.paid", 2, payload);
    let before = [paid(json!({"cents": 1})), paid(json!({"cents": 2}))];
    let grown = [
        paid(json!({"cents": 1})),
        paid(json!({"cents": 2, "tip": 3})),
    ];
    assert_eq!(changed(&shape, &before, &grown), Change::Grown);
    let other = [
        paid(json!({"cents": 1, "tip": 3})),
        paid(json!({"cents": 3})),
    ];
    assert_eq!(changed(&shape, &before, &other), Change::Other);
    let by_alias = [meaning("paid", 2, json!({"cents": 1}))];
    assert_eq!(changed(&shape, &by_alias, &before[..1]), Change::None);
}

#[test]
fn a_meaning_moves_where_its_steps_lead_to_what_is_read_now() {
    let shape = json!({"cents": "u8", "tip": "u8"});
    let first = || meaning("order.paid", 1, json!({"cents": 1}));
    let second = |tip| meaning("order.paid", 2, json!({"cents": 1, "tip": tip}));
    let gone = || meaning("gone", 1, json!({}));
    let moved = |before: &[Meaning], now: &[Meaning]| changed(&shape, before, now);
    assert_eq!(moved(&[first()], &[second(7)]), Change::Moved);
    assert_eq!(moved(&[first()], &[second(8)]), Change::Other);
    assert_eq!(moved(&[first(), first()], &[second(7)]), Change::Other);
    let placed = meaning("order.placed", 1, json!({"cents": 1, "tip": 7}));
    assert_eq!(moved(&[first()], &[placed]), Change::Other);
    // What is ignored by now comes to nothing.
    assert_eq!(moved(&[gone(), first()], &[second(7)]), Change::Moved);
    assert_eq!(moved(&[gone()], &[]), Change::Moved);
    assert_eq!(moved(&[gone()], &[second(7)]), Change::Other);
    // What was never stored may be read as anything; what happens is stored.
    let unread = |version| meaning("order.paid", version, json!({"euros": 1}));
    assert_eq!(moved(&[unread(1)], &[second(7)]), Change::Moved);
    assert_eq!(moved(&[unread(2)], &[second(7), second(7)]), Change::Other);
}

#[test]
fn an_event_is_found_under_each_of_its_names() {
    let [placed, paid] = &EVENTS;
    let events: [&dyn Kept; 2] = [placed, paid];
    let name = |name| named(&events, name).map(|event| event.info().name);
    assert_eq!(name("paid"), Some("order.paid"));
    assert_eq!(name("order.placed"), Some("order.placed"));
    assert_eq!(name("placed"), None);
}

#[test]
fn what_differs_is_shown_by_its_place() {
    let placed = |payload| meaning("order.placed", 1, payload);
    let shown = |before: &[Meaning], now: &[Meaning]| drift(before, now, Paint::OFF);
    let before = json!({"same": 1, "by": {"name": "Ada", "set": [1, 2]}, "gone": 1});
    let now = json!({"same": 1, "by": {"name": "Zoë", "set": [2, 1]}, "new": null});
    insta::assert_snapshot!(shown(&[placed(before.clone())], &[placed(now.clone())]), @r#"
    by.name:  - before  "Ada"
              + now     "Zoë"
    by.set:   - before  [1,2]
              + now     [2,1]
    gone:     - before  1
    new:      + now     null
    "#);
    insta::assert_snapshot!(
        shown(
            &[placed(json!(1)), placed(before), placed(json!(2)), placed(json!({}))],
            &[placed(json!(2)), placed(now), meaning("order.placed", 2, json!(2))],
        ),
        @r#"
        order.placed v1:          - before  1
                                  + now     2
        order.placed v1.by.name:  - before  "Ada"
                                  + now     "Zoë"
        order.placed v1.by.set:   - before  [1,2]
                                  + now     [2,1]
        order.placed v1.gone:     - before  1
        order.placed v1.new:      + now     null
                                  - before  order.placed v1 2
                                  + now     order.placed v2 2
                                  - before  order.placed v1 {}
        "#
    );
}
