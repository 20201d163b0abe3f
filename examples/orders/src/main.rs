//! The story of two orders: `cargo run -p orders -- orders.db`, or without a file for one that is gone afterwards.

use std::env;
use std::error::Error;
use std::path::PathBuf;

use factum::{Done, ExecuteError, Repository, Sqlite};
use orders::domain::{
    AddItem, Cancel, Confirm, Create, ItemAdded, Order, OrderError, OrderId, Pay, Ship,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    let path = env::args_os().nth(1).map(PathBuf::from);
    let store = Sqlite::open(path.unwrap_or_else(|| directory.path().join("orders.db"))).await?;
    let orders = Repository::<Order, _>::new(store);

    let order = OrderId(1001);
    told(
        "Ada orders tea",
        orders.execute(create(&order, "Ada")).await,
    )?;
    told("she adds a mug", orders.execute(add_mug(&order)).await)?;
    told("she confirms", orders.execute(confirm(&order)).await)?;
    told("one more mug", orders.execute(add_mug(&order)).await)?;
    told("she pays 2000", orders.execute(pay(&order, 2_000)).await)?;
    told("she pays 2100", orders.execute(pay(&order, 2_100)).await)?;
    told("the parcel goes", orders.execute(ship(&order)).await)?;
    told("she cancels", orders.execute(cancel(&order)).await)?;
    for event in orders.history(&order).await? {
        println!("  {} {:?}", event.revision, event.event);
    }

    let order = OrderId(1002);
    told(
        "Ben orders tea",
        orders.execute(create(&order, "Ben")).await,
    )?;
    told("he confirms", orders.execute(confirm(&order)).await)?;
    told("he pays 900", orders.execute(pay(&order, 900)).await)?;
    told("he cancels", orders.execute(cancel(&order)).await)?;
    if let Order::Cancelled(cancelled) = &*orders.load(&order).await?.state {
        println!("he gets back {}", cancelled.refund);
    }

    println!("\n{}", Order::DIAGRAM);
    Ok(())
}

/// What came of a request; a rejection is an answer too.
fn told(
    request: &str,
    answer: Result<Done<Order>, ExecuteError<OrderError>>,
) -> Result<(), ExecuteError<OrderError>> {
    match answer {
        Ok(done) => println!("{request}: {}", done.state.state_name()),
        Err(ExecuteError::Rejected(error)) => println!("{request}: no, {error}"),
        Err(error) => return Err(error),
    }
    Ok(())
}

fn item(sku: &str, pieces: u32, cents: u64) -> ItemAdded {
    ItemAdded {
        sku: sku.to_owned(),
        pieces,
        cents,
    }
}

fn create(order: &OrderId, customer: &str) -> Create {
    Create {
        order: order.clone(),
        customer: customer.to_owned(),
        items: vec![item("tea", 2, 450)],
    }
}

fn add_mug(order: &OrderId) -> AddItem {
    AddItem {
        order: order.clone(),
        item: item("mug", 1, 1_200),
    }
}

fn confirm(order: &OrderId) -> Confirm {
    Confirm {
        order: order.clone(),
    }
}

fn pay(order: &OrderId, cents: u64) -> Pay {
    Pay {
        order: order.clone(),
        cents,
    }
}

fn ship(order: &OrderId) -> Ship {
    Ship {
        order: order.clone(),
        parcel: "JD0002".to_owned(),
    }
}

fn cancel(order: &OrderId) -> Cancel {
    Cancel {
        order: order.clone(),
    }
}
