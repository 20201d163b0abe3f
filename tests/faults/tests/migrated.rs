//! Processes that open a new store at once, each of which would make its tables: one does, and all have the store.

use factum::store::Read;
use factum::{EventId, Position, Store, StreamName, Uuid};
use factum_faults::process::Child;
use factum_faults::{figure, proved, size};

use crate::PROGRAM;
use crate::home::{Home, on_shared_stores};

on_shared_stores!(ten_processes_that_migrate_at_once_have_one_store);

async fn ten_processes_that_migrate_at_once_have_one_store(home: Home) {
    let rounds = size(5, 100);
    let alone = home.open().await;
    let expected = home.schema().await;
    alone.close().await;
    for _ in 0..rounds {
        let home = home.anew().await;
        let orders = (0..10).map(|process| {
            let stream: StreamName = format!("process-{process}").parse().unwrap();
            (&home.place, stream, EventId::new(Uuid::from_u128(process)))
        });
        let orders: Vec<_> = orders.collect();
        let play = |order| Child::play(PROGRAM, "migrate", order);
        let mut processes: Vec<_> = orders.iter().map(play).collect();
        Child::begin(&mut processes).await;
        let mut told = Vec::new();
        for (process, (_, stream, id)) in processes.into_iter().zip(&orders) {
            let [position]: [Position; 1] = process.last().await;
            told.push((position, stream.as_str(), *id));
        }
        told.sort_unstable_by_key(|(position, ..)| *position);
        assert_eq!(home.schema().await, expected);
        let store = home.open().await;
        let page = store.read(Read::all(None)).await.unwrap();
        let there = page.iter();
        let there = there.map(|event| (event.position, event.stream, event.id));
        assert_eq!(there.collect::<Vec<_>>(), told);
        let positions: Vec<_> = told.iter().map(|(position, ..)| position.get()).collect();
        assert_eq!(positions, (1..=10).collect::<Vec<_>>());
        store.close().await;
    }
    proved(
        &format!(
            "Migrations: 10 processes that open a new store at once, {}",
            home.place
        ),
        &format!("{} stores", figure(rounds)),
        "0 processes turned away, 0 tables other than those of one process alone, 0 appends lost",
    );
}
