//! One order, in given-when-then.

use factum::{WrongState, assert_events_snapshot};
use orders::domain::{
    AddItem, Cancel, Cancelled, Confirm, Confirmed, Create, ItemAdded, Order, OrderCancelled,
    OrderConfirmed, OrderCreated, OrderError, OrderId, OrderPaid, OrderShipped, Paid, Pay, Pending,
    Ship,
};

const ORDER: OrderId = OrderId(1001);

fn created() -> OrderCreated {
    OrderCreated {
        customer: "Ada".into(),
    }
}

fn item(sku: &str, pieces: u32, cents: u64) -> ItemAdded {
    ItemAdded {
        sku: sku.into(),
        pieces,
        cents,
    }
}

fn tea() -> ItemAdded {
    item("tea", 2, 450)
}

fn paid() -> OrderPaid {
    OrderPaid { cents: 900 }
}

fn shipped() -> OrderShipped {
    OrderShipped {
        parcel: "JD0002".into(),
    }
}

fn add(item: ItemAdded) -> AddItem {
    AddItem { order: ORDER, item }
}

fn wrong_state(needed: &'static str, actual: &'static str) -> OrderError {
    WrongState { needed, actual }.into()
}

#[test]
fn an_order_is_created_with_its_first_items() {
    let create = Create {
        order: ORDER,
        customer: "Ada".into(),
        items: vec![tea(), item("mug", 1, 1_200)],
    };
    Order::given_nothing().when_command(create.clone()).then((
        created(),
        tea(),
        item("mug", 1, 1_200),
    ));
    Order::given(created())
        .when_command(create)
        .then_error(wrong_state("New", "Pending"));
}

#[test]
fn items_are_added_until_it_is_confirmed() {
    Order::given(created()).when_command(add(tea())).then(tea());
    Order::given((created(), tea(), OrderConfirmed))
        .when_command(add(tea()))
        .then_error(wrong_state("Pending", "Confirmed"));
}

#[test]
fn an_item_has_pieces_and_a_price_that_can_be_counted() {
    Order::given(created())
        .when_command(add(item("tea", 0, 450)))
        .then_error(OrderError::NoPieces);
    Order::given(created())
        .when_command(add(item("gold", 2, u64::MAX)))
        .then_error(OrderError::TooMuch);
    Order::given((created(), item("gold", 1, u64::MAX)))
        .when_command(add(item("tea", 1, 1)))
        .then_error(OrderError::TooMuch);
}

#[test]
fn only_a_pending_order_with_a_total_is_confirmed() {
    let confirm = Confirm { order: ORDER };
    Order::given((created(), tea()))
        .when_command(confirm.clone())
        .then(OrderConfirmed);
    Order::given(created())
        .when_command(confirm.clone())
        .then_error(OrderError::NothingToPay);
    Order::given((created(), tea(), OrderConfirmed))
        .when_command(confirm)
        .then_error(wrong_state("Pending", "Confirmed"));
}

#[test]
fn it_is_paid_once_and_in_full() {
    let pay = |cents| Pay {
        order: ORDER,
        cents,
    };
    Order::given((created(), tea(), OrderConfirmed))
        .when_command(pay(900))
        .then(paid())
        .and_when_command(pay(900))
        .then_error(wrong_state("Confirmed", "Paid"));
    for cents in [0, 899, 901] {
        Order::given((created(), tea(), OrderConfirmed))
            .when_command(pay(cents))
            .then_error(OrderError::NotTheTotal { total: 900, cents });
    }
}

#[test]
fn it_is_shipped_when_it_is_paid() {
    let ship = Ship {
        order: ORDER,
        parcel: "JD0002".into(),
    };
    Order::given((created(), tea(), OrderConfirmed, paid()))
        .when_command(ship.clone())
        .then(shipped())
        .then_state(|order| assert_eq!(order.state_name(), "Shipped"));
    Order::given((created(), tea(), OrderConfirmed))
        .when_command(ship)
        .then_error(wrong_state("Paid", "Confirmed"));
}

#[test]
fn it_is_cancelled_until_it_is_shipped_and_what_was_paid_is_paid_back() {
    let cancel = Cancel { order: ORDER };
    Order::given((created(), tea(), OrderConfirmed, paid()))
        .when_command(cancel.clone())
        .then(OrderCancelled)
        .then_state_is(Order::Cancelled(Cancelled { refund: 900 }))
        .and_when_command(cancel.clone())
        .then_nothing();
    Order::given((created(), tea(), OrderConfirmed))
        .when_command(cancel.clone())
        .then_state_is(Order::Cancelled(Cancelled { refund: 0 }));
    Order::given((created(), tea(), OrderConfirmed, paid(), shipped()))
        .when_command(cancel.clone())
        .then_error(OrderError::NotToBeCancelled { state: "Shipped" });
    Order::given_nothing()
        .when_command(cancel)
        .then_error(OrderError::NotToBeCancelled { state: "New" });
}

#[test]
fn one_decision_may_take_several_arrows() {
    // Each is checked in the state that the one before leads to; in another order this does not compile.
    Order::given((created(), tea()))
        .when(|order| {
            order.within(|pending: &Pending| Ok::<_, OrderError>((pending.confirm()?, paid())))
        })
        .then_state(|order| assert_eq!(order.state_name(), "Paid"));
}

#[test]
fn a_decision_is_made_in_its_own_state_alone() {
    Order::given(created())
        .when(|order| order.within(|confirmed: &Confirmed| confirmed.pay(0)))
        .then_error(wrong_state("Confirmed", "Pending"));
    Order::given_nothing()
        .when(|order| order.within(|paid: &Paid| paid.ship("JD0002")))
        .then_error(wrong_state("Paid", "New"));
}

#[test]
fn its_events_are_written_like_this() {
    let outcome = Order::given_nothing()
        .when(|order| order.within(|new: &orders::domain::New| new.create("Ada", vec![tea()])));
    assert_events_snapshot!(outcome);
}

#[test]
fn its_diagram_is_this() {
    insta::assert_snapshot!(Order::DIAGRAM);
}
