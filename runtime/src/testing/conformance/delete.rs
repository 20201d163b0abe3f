//! Deleting streams, where the store does.

use super::fixture::{
    all, conflict, deletes, events, ids, numbers, put, refused, reopened, stream, try_put,
};
use super::{Kit, NotOffered};
use crate::place::{Expected, Revision};
use crate::store::{Read, Span, Store};

/// "After a delete, `NoStream` is accepted, and revisions go on from where they were."
pub async fn accepts_no_stream_and_goes_on_counting_after_a_delete(
    kit: impl Kit,
) -> Result<(), NotOffered> {
    let store = kit.open().await;
    let deleting = deletes(&store)?;
    let account = stream("again");
    put(&store, &account, events(0..3)).await;
    assert_eq!(
        deleting
            .delete(account.clone(), Expected::Exists)
            .await
            .unwrap(),
        3
    );
    let page = store
        .read(Read::stream(account.clone(), None).find(Some(numbers([1])[0])))
        .await;
    let page = page.unwrap();
    assert!(page.is_empty() && page.span().is_none() && page.found().is_none());
    let appended = try_put(&store, &account, Expected::NoStream, [1, 9])
        .await
        .unwrap();
    assert_eq!(
        (appended.first, appended.repeated),
        (Revision::new(3), false)
    );
    let page = store
        .read(Read::stream(account.clone(), None))
        .await
        .unwrap();
    let span = Span {
        first: Revision::new(3),
        last: Revision::new(4),
    };
    assert_eq!((page.len(), page.span()), (2, Some(span)));
    let expected = Expected::Revision(Revision::new(4));
    assert_eq!(
        try_put(&store, &account, expected, [5])
            .await
            .unwrap()
            .first,
        Revision::new(5)
    );
    assert_eq!(
        deleting
            .delete(account.clone(), Expected::Any)
            .await
            .unwrap(),
        3
    );
    let again = try_put(&store, &account, Expected::NoStream, [6])
        .await
        .unwrap();
    assert_eq!(again.first, Revision::new(6));
    Ok(())
}

/// "Readers of all no longer see the stream's events."
pub async fn hides_deleted_events_from_readers_of_all(kit: impl Kit) -> Result<(), NotOffered> {
    let store = kit.open().await;
    let deleting = deletes(&store)?;
    let (kept, gone) = (stream("kept"), stream("gone"));
    for (stays, goes) in [(0, 1), (2, 3), (4, 5), (6, 7)] {
        put(&store, &kept, events([stays])).await;
        put(&store, &gone, events([goes])).await;
    }
    deleting.delete(gone, Expected::Any).await.unwrap();
    for limit in [1, 3, 100] {
        let read = Read::all(None).limit(limit);
        assert_eq!(ids(&all(&store, read.clone()).await), numbers([0, 2, 4, 6]));
        assert_eq!(
            ids(&all(&store, read.backward()).await),
            numbers([6, 4, 2, 0])
        );
    }
    Ok(())
}

/// A delete happens only "if the stream is what the caller expects".
pub async fn deletes_only_what_is_expected(kit: impl Kit) -> Result<(), NotOffered> {
    let store = kit.open().await;
    let deleting = deletes(&store)?;
    let account = stream("expected");
    let missing = deleting.delete(account.clone(), Expected::Any).await;
    assert_eq!(missing.unwrap(), 0, "there is nothing to delete yet");
    let missing = deleting.delete(account.clone(), Expected::Exists).await;
    assert_eq!(conflict(missing).actual, None);
    put(&store, &account, events(0..2)).await;
    for expected in [Expected::NoStream, Expected::Revision(Revision::FIRST)] {
        let conflict = conflict(deleting.delete(account.clone(), expected).await);
        assert_eq!(
            (conflict.expected, conflict.actual),
            (expected, Some(Revision::new(1)))
        );
    }
    assert_eq!(all(&store, Read::all(None)).await.len(), 2);
    let far = Expected::Revision(Revision::new(u64::MAX));
    refused(deleting.delete(account.clone(), far).await);
    let last = Expected::Revision(Revision::new(1));
    assert_eq!(deleting.delete(account.clone(), last).await.unwrap(), 2);
    assert_eq!(
        deleting.delete(account, Expected::NoStream).await.unwrap(),
        0
    );
    Ok(())
}

/// "Positions are never used again", also when the newest events are deleted, and across the store's end.
pub async fn never_gives_a_position_twice(kit: impl Kit) -> Result<(), NotOffered> {
    let store = kit.open().await;
    let deleting = deletes(&store)?;
    let newest = stream("newest");
    put(&store, &stream("oldest"), events([1])).await;
    let gone = put(&store, &newest, events([2, 3])).await;
    deleting
        .delete(newest.clone(), Expected::Any)
        .await
        .unwrap();
    let head = gone.positions.last().copied();
    assert_eq!(store.head().await.unwrap(), head, "the end moved backwards");
    let page = store.read(Read::all(None)).await.unwrap();
    assert_eq!(page.position(), head, "the cursor is at the end");
    let store = reopened(&kit, store.clone()).await;
    assert_eq!(
        store.head().await.unwrap(),
        head,
        "the end moved backwards on the way"
    );
    let new = put(&store, &newest, events([4])).await;
    assert!(
        new.positions.first().copied() > head,
        "{new:?} is not behind {head:?}"
    );
    Ok(())
}
