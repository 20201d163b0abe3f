//! Pages, places and filters.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::Kit;
use super::fixture::{
    all, batch, event, events, id, ids, named, numbers, put, refused, seen, stream,
};
use crate::place::{Expected, Position, Revision};
use crate::store::{NewEvent, Page, Read, Span, Store};

/// "Reads come forward or backward": a stream, page by page, with every page size.
pub async fn reads_a_stream_forward_and_backward(kit: impl Kit) {
    let store = kit.open().await;
    let account = stream("pages");
    put(&store, &account, events(0..4)).await;
    put(&store, &stream("other"), events(100..104)).await;
    put(&store, &account, events(4..10)).await;
    for limit in [1, 2, 3, 5, 9, 10, 11, 1000] {
        let forward = Read::stream(account.clone(), None).limit(limit);
        assert_eq!(
            ids(&all(&store, forward.clone()).await),
            numbers(0..10),
            "limit {limit}"
        );
        let backward = forward.backward();
        assert_eq!(
            ids(&all(&store, backward).await),
            numbers((0..10).rev()),
            "limit {limit}"
        );
    }
    let none = store
        .read(Read::stream(stream("none"), None))
        .await
        .unwrap();
    assert!(none.is_empty() && none.is_end() && none.span().is_none());
}

/// "Reads come forward or backward": all streams, in the order of positions.
pub async fn reads_all_forward_and_backward(kit: impl Kit) {
    let store = kit.open().await;
    assert!(all(&store, Read::all(None)).await.is_empty());
    assert!(all(&store, Read::all(None).backward()).await.is_empty());
    for (n, id) in (0..5).zip(["even", "odd"].into_iter().cycle()) {
        put(&store, &stream(id), events(n * 2..n * 2 + 2)).await;
    }
    for limit in [1, 3, 10, 11] {
        let forward = Read::all(None).limit(limit);
        assert_eq!(
            ids(&all(&store, forward.clone()).await),
            numbers(0..10),
            "limit {limit}"
        );
        let backward = forward.backward();
        assert_eq!(
            ids(&all(&store, backward).await),
            numbers((0..10).rev()),
            "limit {limit}"
        );
    }
}

/// "From any revision or position."
pub async fn starts_behind_any_place(kit: impl Kit) {
    let store = kit.open().await;
    let account = stream("places");
    put(&store, &account, events(0..6)).await;
    let everything = all(&store, Read::all(None)).await;
    for (index, event) in everything.iter().enumerate() {
        let (before, behind) = (&everything[..index], &everything[index + 1..]);
        let reversed: Vec<_> = before.iter().rev().cloned().collect();
        let in_stream = Read::stream(account.clone(), Some(event.revision)).limit(2);
        assert_eq!(all(&store, in_stream.clone()).await, behind);
        assert_eq!(all(&store, in_stream.backward()).await, reversed);
        let in_all = Read::all(Some(event.position)).limit(2);
        assert_eq!(all(&store, in_all.clone()).await, behind);
        assert_eq!(all(&store, in_all.backward()).await, reversed);
    }
    let far = Read::stream(account, Some(Revision::new(1_000_000)));
    assert!(all(&store, far.clone()).await.is_empty());
    assert_eq!(all(&store, far.backward()).await.len(), 6);
}

/// "Filtered by stream, category or event name", before the page is cut.
pub async fn filters_by_category_and_name(kit: impl Kit) {
    let store = kit.open().await;
    let name_of = |n: u128| ["a.one", "a.two", "b.one", "a.two"][n as usize % 4];
    for n in 0..24_u128 {
        let category = ["alpha", "alph", "beta"][n as usize % 3];
        let new = NewEvent {
            name: name_of(n).into(),
            ..event(n)
        };
        put(&store, &named(category, "1"), vec![new]).await;
    }
    let check = async |read: Read, lets: &dyn Fn(u128) -> bool| {
        for limit in [1, 4, 100] {
            let read = read.clone().limit(limit);
            let expected = numbers((0..24).filter(|n| lets(*n)));
            assert_eq!(ids(&all(&store, read.clone()).await), expected, "{read:?}");
            let reversed: Vec<_> = expected.into_iter().rev().collect();
            assert_eq!(
                ids(&all(&store, read.clone().backward()).await),
                reversed,
                "{read:?}"
            );
        }
    };
    check(Read::all(None).category("alph"), &|n| n % 3 == 1).await;
    check(Read::all(None).category("alpha").category("beta"), &|n| {
        n % 3 != 1
    })
    .await;
    check(Read::all(None).event("a.two"), &|n| name_of(n) == "a.two").await;
    check(Read::all(None).event("a.one").event("b.one"), &|n| {
        name_of(n) != "a.two"
    })
    .await;
    let both = Read::all(None).category("beta").event("a.one");
    check(both, &|n| n % 3 == 2 && name_of(n) == "a.one").await;
    let own = Read::stream(named("alpha", "1"), None).event("a.one");
    check(own, &|n| n % 3 == 0 && name_of(n) == "a.one").await;
    check(Read::all(None).category("gamma"), &|_| false).await;
}

/// "A filtered reader's cursor still advances."
pub async fn advances_the_cursor_of_a_filtered_reader(kit: impl Kit) {
    let store = kit.open().await;
    let account = stream("cursor");
    put(&store, &account, events(0..50)).await;
    let head = store.head().await.unwrap();
    let read = Read::all(None).event("never.recorded");
    let page = store.read(read).await.unwrap();
    assert!(page.is_empty() && page.is_end());
    assert_eq!(page.position(), head);
    let read = Read::stream(account, None).event("never.recorded");
    let page = store.read(read).await.unwrap();
    assert_eq!(page.revision(), Some(Revision::new(49)));
    let again = store.read(Read::all(head)).await.unwrap();
    assert!(again.is_empty() && again.is_end());
    assert_eq!(again.position(), head, "the cursor stays where it was");
}

/// "Pages of bounded memory."
pub async fn bounds_the_bytes_of_a_page(kit: impl Kit) {
    const SIZE: usize = 1 << 20;
    let store = kit.open().await;
    let account = stream("bytes");
    let large = |n| NewEvent {
        payload: vec![b'x'; SIZE].into(),
        ..event(n)
    };
    for n in 0..6 {
        put(&store, &account, vec![large(n * 2), large(n * 2 + 1)]).await;
    }
    let mut next = Some(Read::all(None));
    let mut total = 0;
    while let Some(read) = next {
        let page = store.read(read.clone()).await.unwrap();
        let bytes: usize = page.iter().map(|event| event.payload.len()).sum();
        assert!(bytes <= Read::PAGE_BYTES + SIZE, "a page of {bytes} bytes");
        total += page.len();
        next = page.next();
    }
    assert_eq!(total, 12);
}

/// "An event of the stream whose revision is asked for along the way", and the span of the stream.
pub async fn finds_an_event_along_the_way(kit: impl Kit) {
    let store = kit.open().await;
    let account = stream("find");
    put(&store, &account, events(0..5)).await;
    put(&store, &stream("other"), events([9])).await;
    let span = Some(Span {
        first: Revision::FIRST,
        last: Revision::new(4),
    });
    for after in [
        None,
        Some(Revision::new(1)),
        Some(Revision::new(4)),
        Some(Revision::new(9)),
    ] {
        let read = Read::stream(account.clone(), after).limit(1);
        let page = store.read(read.clone().find(Some(id(3)))).await.unwrap();
        assert_eq!(page.found(), Some(Revision::new(3)), "after {after:?}");
        assert_eq!(page.span(), span);
        for unknown in [7, 9] {
            let page = store
                .read(read.clone().find(Some(id(unknown))))
                .await
                .unwrap();
            assert_eq!(page.found(), None, "event {unknown} is not in the stream");
        }
        assert_eq!(
            store.read(read).await.unwrap().found(),
            None,
            "nothing was asked for"
        );
    }
}

/// "Asks only for what folding takes": the rest may be missing, and nothing else.
pub async fn reads_bare_what_folding_takes(kit: impl Kit) {
    let store = kit.open().await;
    let account = stream("bare");
    for n in 0..4_u16 {
        let new = NewEvent {
            name: format!("name.{n}").into(),
            version: n + 1,
            codec: format!("codec{n}").into(),
            ..event(n.into())
        };
        put(&store, &account, vec![new]).await;
    }
    let read = Read::stream(account, Some(Revision::FIRST)).find(Some(id(1)));
    let whole = store.read(read.clone()).await.unwrap();
    let bare = store.read(read.bare()).await.unwrap();
    let folded = |page: &Page| {
        let parts = page.iter().map(|it| {
            let (stream, name, codec) = (
                it.stream.to_owned(),
                it.name.to_owned(),
                it.codec.to_owned(),
            );
            (
                it.revision,
                stream,
                name,
                it.version,
                codec,
                it.payload.to_vec(),
            )
        });
        parts.collect::<Vec<_>>()
    };
    assert_eq!(whole.len(), 3);
    assert_eq!(folded(&bare), folded(&whole));
    let around = |page: &Page| (page.span(), page.found(), page.revision(), page.is_end());
    assert_eq!(around(&bare), around(&whole));
}

/// The events of a stream's page and what the page says of the stream are of one moment, whoever appends or deletes
/// meanwhile: otherwise a reader would take what is missing for a damage, or not notice one.
pub async fn shows_one_moment_in_a_page(kit: impl Kit) {
    const PAGES: usize = 60;
    let store = kit.open().await;
    let account = stream("moment");
    let is_over = Arc::new(AtomicBool::new(false));
    let writer = tokio::spawn({
        let (store, account, is_over) = (store.clone(), account.clone(), Arc::clone(&is_over));
        async move {
            let mut round = 0;
            while !is_over.load(Ordering::Relaxed) {
                put(&store, &account, events(round * 3..round * 3 + 3)).await;
                round += 1;
                if let Some(deletes) = store.deletes().filter(|_| round % 4 == 0) {
                    deletes
                        .delete(account.clone(), Expected::Any)
                        .await
                        .unwrap();
                }
                tokio::task::yield_now().await;
            }
        }
    });
    for n in 0..PAGES {
        let forward = Read::stream(account.clone(), None).limit(10_000);
        let read = if n % 2 == 0 {
            forward
        } else {
            forward.backward()
        };
        let page = store.read(read).await.unwrap();
        let mut seen: Vec<_> = page.iter().map(|event| event.revision.get()).collect();
        seen.sort_unstable();
        let said = page.span().map(|span| span.first.get()..=span.last.get());
        let said: Vec<_> = said.into_iter().flatten().collect();
        assert_eq!(
            seen, said,
            "a page's events, and what it says that there are"
        );
        tokio::task::yield_now().await;
    }
    is_over.store(true, Ordering::Relaxed);
    writer.await.unwrap();
}

/// "Integers past 2^63" are refused, not wrapped.
pub async fn refuses_places_past_what_it_can_keep(kit: impl Kit) {
    let store = kit.open().await;
    let account = stream("far");
    put(&store, &account, events([1])).await;
    let far = u64::MAX;
    refused(
        store
            .read(Read::stream(account.clone(), Some(Revision::new(far))))
            .await,
    );
    refused(
        store
            .read(Read::all(Some(Position::new(far))).backward())
            .await,
    );
    let expected = Expected::Revision(Revision::new(far));
    crate::store::Append::new(account.clone(), expected, events([2])).unwrap_err();
    let page = store
        .read(Read::all(Some(Position::new(i64::MAX as u64))))
        .await
        .unwrap();
    assert!(seen(&page).is_empty());
    store
        .append(batch(&account, Expected::Exists, events([2])))
        .await
        .unwrap();
}
