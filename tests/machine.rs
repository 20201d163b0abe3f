//! State machines, as an application would use them.

use factum::{Aggregate, Event, Illegal, On, WrongState};
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "order.placed")]
struct OrderPlaced;

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "order.line-added")]
struct LineAdded {
    cents: u64,
}

mod money {
    use super::{Deserialize, Event, Serialize};

    #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(name = "order.paid")]
    pub(crate) struct OrderPaid {
        pub(crate) cents: u64,
    }
}
use money::OrderPaid;

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "order.shipped")]
struct OrderShipped;

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "order.cancelled")]
struct OrderCancelled;

#[derive(Aggregate, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[aggregate(
    name = "order",
    id = String,
    events(OrderPlaced, LineAdded, money::OrderPaid, OrderShipped, OrderCancelled)
)]
enum Order {
    #[state(OrderPlaced => Open)]
    New(New),
    #[state(LineAdded => Open, money::OrderPaid => Paid, OrderCancelled => Closed)]
    Open(Open),
    #[state(OrderShipped => Closed)]
    #[state(OrderCancelled => Closed)]
    Paid(Paid),
    Closed(Closed),
}

#[derive(Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
struct New;

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
struct Open {
    cents: u64,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
struct Paid;

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
struct Closed {
    shipped: bool,
}

impl On<OrderPlaced> for New {
    type Next = Open;

    fn on(self, _: &OrderPlaced) -> Open {
        Open { cents: 0 }
    }
}

impl On<LineAdded> for Open {
    type Next = Self;

    fn on(self, event: &LineAdded) -> Self {
        Self {
            cents: self.cents + event.cents,
        }
    }
}

impl On<OrderPaid> for Open {
    type Next = Paid;

    fn on(self, _: &OrderPaid) -> Paid {
        Paid
    }
}

impl On<OrderCancelled> for Open {
    type Next = Closed;

    fn on(self, _: &OrderCancelled) -> Closed {
        Closed { shipped: false }
    }
}

impl On<OrderShipped> for Paid {
    type Next = Closed;

    fn on(self, _: &OrderShipped) -> Closed {
        Closed { shipped: true }
    }
}

impl On<OrderCancelled> for Paid {
    type Next = Closed;

    fn on(self, _: &OrderCancelled) -> Closed {
        Closed { shipped: false }
    }
}

#[derive(Clone, Debug, PartialEq)]
enum OrderError {
    NotTheTotal { cents: u64 },
    WrongState(WrongState),
}

impl From<WrongState> for OrderError {
    fn from(error: WrongState) -> Self {
        Self::WrongState(error)
    }
}

impl Open {
    fn pay(&self, cents: u64) -> Result<OrderPaid, OrderError> {
        if cents != self.cents {
            return Err(OrderError::NotTheTotal { cents: self.cents });
        }
        Ok(OrderPaid { cents })
    }
}

impl Paid {
    #[expect(clippy::unnecessary_wraps, reason = "decisions answer so")]
    fn ship(&self) -> Result<OrderShipped, OrderError> {
        let Self = self;
        Ok(OrderShipped)
    }
}

#[test]
fn a_decision_on_a_state_is_made_there() {
    Order::given((OrderPlaced, LineAdded { cents: 30 }))
        .when(|order| order.within(|open: &Open| open.pay(30)))
        .then(OrderPaid { cents: 30 })
        .then_state_is(Order::Paid(Paid));
}

#[test]
fn a_decision_on_a_state_is_refused_in_another() {
    Order::given(OrderPlaced)
        .when(|order| order.within(Paid::ship))
        .then_error(OrderError::WrongState(WrongState {
            needed: "Paid",
            actual: "Open",
        }));
}

/// What a decision answers, in this state, with nobody to refuse it.
#[expect(clippy::unnecessary_wraps, reason = "decisions answer so")]
fn answer<T>(answer: T) -> Result<T, WrongState> {
    Ok(answer)
}

#[test]
fn a_decision_may_walk_along_the_arrows() {
    let line = |cents| LineAdded { cents };
    let open = || Order::given(OrderPlaced);
    Order::given_nothing()
        .when(|order| {
            order.within(|_: &New| {
                answer((
                    OrderPlaced,
                    line(1),
                    [line(2), line(3)],
                    vec![line(4)],
                    (),
                    OrderPaid { cents: 10 },
                    OrderShipped,
                ))
            })
        })
        .then_state_is(Order::Closed(Closed { shipped: true }));
    open()
        .when(|order| order.within(|_: &Open| answer(Some(OrderCancelled))))
        .then(OrderCancelled);
    open()
        .when(|order| order.within(|_: &Open| answer((Some(line(5)), Some(OrderCancelled)))))
        .then((line(5), OrderCancelled));
    open()
        .when(|order| {
            order.within(|_: &Open| answer(((line(5), line(6)), Some((line(7), OrderCancelled)))))
        })
        .then((line(5), line(6), line(7), OrderCancelled));
    open()
        .when(|order| order.within(|_: &Open| answer(())))
        .then_nothing();
    open()
        .when(|order| order.within(|_: &Open| answer(None::<OrderPaid>)))
        .then_nothing();
}

#[test]
fn it_starts_in_its_first_state() {
    assert_eq!(Order::default(), Order::New(New));
    assert_eq!(Order::default().state_name(), "New");
}

#[test]
fn an_event_without_an_arrow_is_an_error_and_changes_nothing() {
    let mut order = Order::Open(Open { cents: 5 });
    let illegal = Illegal {
        state: "Open",
        event: "order.shipped",
    };
    assert_eq!(order.fold(&OrderShipped.into()), Err(illegal));
    assert_eq!(order, Order::Open(Open { cents: 5 }));
}

#[test]
fn its_diagram_shows_each_arrow() {
    assert_eq!(
        Order::DIAGRAM,
        "\
stateDiagram-v2
    [*] --> New
    New --> Open: OrderPlaced
    Open --> Open: LineAdded
    Open --> Paid: OrderPaid
    Open --> Closed: OrderCancelled
    Paid --> Closed: OrderShipped
    Paid --> Closed: OrderCancelled
    Closed --> [*]"
    );
}

/// The arrows go against the order of the states, and variants are named otherwise than what they hold.
mod backwards {
    use super::{Aggregate, Deserialize, Event, On, Serialize, WrongState};

    #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(name = "step.back")]
    struct Back;

    #[derive(Aggregate, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[aggregate(name = "step", id = String, events(Back))]
    enum Steps {
        #[state(Back => Third)]
        First(Step<1>),
        Second(Step<2>),
        #[state(Back => Second)]
        Third(Step<3>),
    }

    #[derive(Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    struct Step<const N: u8>;

    impl On<Back> for Step<1> {
        type Next = Step<3>;

        fn on(self, _: &Back) -> Step<3> {
            Step
        }
    }

    impl On<Back> for Step<3> {
        type Next = Step<2>;

        fn on(self, _: &Back) -> Step<2> {
            Step
        }
    }

    #[test]
    fn states_go_by_the_names_of_their_variants() {
        Steps::given((Back, Back))
            .when(|steps| steps.within(|_: &Step<1>| Ok((Back, Back))))
            .then_error(WrongState {
                needed: "First",
                actual: "Second",
            });
    }
}
