//! Rows that no order could have written: an error that says where and why, never a panic.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test may panic")]

use factum::store::{Append, NewEvent};
use factum::{
    AsOf, DecodeError, EventId, ExecuteError, Expected, Illegal, Memory, ReadError, Repository,
    Revision, Sqlite, Store, StreamName, Undecodable, Uuid,
};
use orders::domain::{Order, OrderError, OrderId, OrderShipped, Pending};

const ORDER: OrderId = OrderId(1001);

/// Created, then shipped at once, by somebody who wrote into the store with their own hands.
async fn corrupt<S: Store + Clone>(store: S) -> Repository<Order, S> {
    let rows = [
        ("order.created", r#"{"customer":"Ada"}"#),
        ("order.shipped", r#"{"parcel":"JD0002"}"#),
    ];
    let event =
        |(i, (name, payload))| NewEvent::json(EventId::new(Uuid::from_u128(i)), name, payload);
    let events = (1..).zip(rows).map(event).collect();
    let stream = StreamName::new("order", "1001").unwrap();
    let append = Append::new(stream, Expected::NoStream, events).unwrap();
    store.append(append).await.unwrap();
    Repository::new(store)
}

fn is_explained(undecodable: &Undecodable) {
    assert_eq!(undecodable.revision, Revision::new(1));
    let illegal = Illegal {
        state: "Pending",
        event: "order.shipped",
    };
    assert!(matches!(&undecodable.reason, DecodeError::Illegal(reason) if *reason == illegal));
}

async fn is_an_error<S: Store + Clone>(store: S) {
    let orders = corrupt(store).await;
    // Twice, as the second might find what the first has left behind.
    for _ in 0..2 {
        match orders.load(&ORDER).await.unwrap_err() {
            ReadError::Undecodable(undecodable) => is_explained(&undecodable),
            other => panic!("{other}"),
        }
        match orders.update(&ORDER, Order::cancel).await.unwrap_err() {
            ExecuteError::Read(ReadError::Undecodable(undecodable)) => is_explained(&undecodable),
            other => panic!("{other}"),
        }
    }
    let before = AsOf::Revision(Revision::new(0));
    let before = orders.load_at(&ORDER, before).await.unwrap();
    assert_eq!(before.state.state_name(), "Pending");
    assert_eq!(orders.history(&ORDER).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_corrupt_history_in_memory_is_an_error() {
    is_an_error(Memory::new()).await;
}

#[tokio::test]
async fn a_corrupt_history_in_a_file_is_an_error() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("orders.db");
    is_an_error(Sqlite::open(file).await.unwrap()).await;
}

#[tokio::test]
async fn what_the_state_cannot_take_is_not_written() {
    let orders = Repository::<Order, _>::new(Memory::new());
    let create =
        |order: &Order| order.within(|new: &orders::domain::New| new.create("Ada", vec![]));
    orders.update(&ORDER, create).await.unwrap();
    // A decision that goes around `within` is checked before anything is written.
    let ship = |_: &Order| {
        Ok::<_, OrderError>(OrderShipped {
            parcel: "JD0002".into(),
        })
    };
    let error = orders.update(&ORDER, ship).await.unwrap_err();
    assert!(matches!(
        error,
        ExecuteError::Illegal(Illegal {
            state: "Pending",
            ..
        })
    ));
    let order = orders.load(&ORDER).await.unwrap();
    assert!(matches!(&*order.state, Order::Pending(Pending { .. })));
    assert_eq!(order.revision, Some(Revision::new(0)));
}
