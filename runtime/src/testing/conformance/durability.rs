//! What outlives the store that wrote it.

use super::Kit;
use super::fixture::{all, events, put, reopened, stream, try_put};
use crate::place::{Expected, Revision};
use crate::store::{Read, Store, Survives};

/// "What is acknowledged survives what `durability` declares."
pub async fn keeps_what_it_acknowledged_as_declared(kit: impl Kit) {
    let store = kit.open().await;
    let account = stream("kept");
    for n in 0..20 {
        put(&store, &account, events(n * 3..n * 3 + 3)).await;
    }
    let before = all(&store, Read::all(None)).await;
    let declared = store.durability();
    match kit.reopen(store).await {
        None => assert_eq!(
            declared.survives,
            Survives::Nothing,
            "{declared} but nothing is left"
        ),
        Some(store) => {
            assert!(
                declared.survives >= Survives::Process,
                "{declared} but it was reopened"
            );
            assert_eq!(all(&store, Read::all(None)).await, before);
            assert_eq!(store.durability(), declared);
        }
    }
}

/// "Revisions are contiguous" and "positions are never used again", across the store's end too.
pub async fn goes_on_behind_what_was_there(kit: impl Kit) {
    let store = kit.open().await;
    let account = stream("behind");
    let first = put(&store, &account, events(1..=2)).await;
    let store = reopened(&kit, store).await;
    let again = try_put(&store, &account, Expected::NoStream, 1..=2)
        .await
        .unwrap();
    assert!(again.repeated, "ids are remembered");
    assert_eq!(again.positions, first.positions);
    let expected = Expected::Revision(Revision::new(1));
    let second = try_put(&store, &account, expected, [3]).await.unwrap();
    assert_eq!(second.first, Revision::new(2));
    assert!(second.positions[0] > first.positions[1]);
}
