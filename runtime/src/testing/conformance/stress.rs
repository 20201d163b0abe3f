//! Many writers and readers at once, with a count of everything.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::fixture::{all, conflict, deletes, events, followed, id, put, stream, try_put};
use super::{Kit, NotOffered};
use crate::place::{Expected, Position, Revision};
use crate::recorded::EventId;
use crate::store::{Appended, Read, Store};

/// Sixteen writers with a stream each append batches of one to five events, every tenth with an expectation that is not
/// met; four readers, with different pages, follow. What the writers were told is compared with what every reader saw.
pub async fn loses_nothing_that_writers_were_told(kit: impl Kit) {
    const WRITERS: u128 = 16;
    const EACH: u128 = 40;
    let store = kit.open().await;
    let beside = kit.beside(&store).await;
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let store = if writer % 2 == 0 { &store } else { &beside };
            let store = store.clone();
            tokio::spawn(async move { write(&store, writer, EACH).await })
        })
        .collect();
    let is_over = Arc::new(AtomicBool::new(false));
    let readers = [1, 3, 50, 1000]
        .map(|limit| tokio::spawn(followed(beside.clone(), limit, Arc::clone(&is_over))));
    let mut told = HashMap::new();
    let mut refused = 0;
    for writer in writers {
        let (stored, conflicts) = writer.await.unwrap();
        told.extend(stored);
        refused += conflicts;
    }
    is_over.store(true, Ordering::SeqCst);
    assert_eq!(refused, WRITERS * EACH / 10, "as many as were planned");
    for reader in readers {
        let everything = reader.await.unwrap();
        assert!(
            everything.is_sorted_by(|a, b| a.position < b.position),
            "positions go back"
        );
        let shown: HashMap<_, _> = everything
            .iter()
            .map(|event| {
                (
                    event.id,
                    (event.stream.clone(), event.revision, event.position),
                )
            })
            .collect();
        assert_eq!(shown.len(), everything.len(), "something was shown twice");
        assert!(
            shown == told,
            "{} of {} that writers were told",
            shown.len(),
            told.len()
        );
    }
}

type Place = (String, Revision, Position);

/// What one writer was told of its events, and how many conflicts.
async fn write(store: &impl Store, writer: u128, batches: u128) -> (HashMap<EventId, Place>, u128) {
    let account = stream(&format!("writer{writer}"));
    let (mut told, mut conflicts, mut next) = (HashMap::new(), 0, 0);
    for n in 0..batches {
        let start = (writer * batches + n) * 5;
        let numbers = start..start + 1 + n % 5;
        if n % 10 == 9 {
            let wrong = Expected::Revision(Revision::new(next + 7));
            conflict(try_put(store, &account, wrong, numbers).await);
            conflicts += 1;
            continue;
        }
        let expected = next.checked_sub(1).map(Revision::new);
        let appended = try_put(store, &account, expected.into(), numbers.clone()).await;
        let appended = appended.unwrap();
        assert_eq!(appended.first, Revision::new(next));
        for (number, position) in numbers.zip(appended.positions) {
            told.insert(
                id(number),
                (account.to_string(), Revision::new(next), position),
            );
            next += 1;
        }
    }
    (told, conflicts)
}

/// Eight writers want every revision of one stream. Who loses expects what the conflict says next.
pub async fn lets_a_hot_stream_grow_by_one_winner_each(kit: impl Kit) {
    const WRITERS: u128 = 8;
    const LENGTH: u64 = 120;
    let store = kit.open().await;
    let beside = kit.beside(&store).await;
    let account = stream("hot");
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let store = if writer % 2 == 0 { &store } else { &beside };
            let (store, account) = (store.clone(), account.clone());
            tokio::spawn(async move {
                let (mut won, mut last) = (Vec::new(), None);
                for n in (0_u128..).map(|n| n * WRITERS + writer) {
                    match try_put(&store, &account, last.into(), [n]).await {
                        Ok(appended) => {
                            let next = last.map_or(Revision::FIRST, Revision::next);
                            assert_eq!(appended.first, next, "it is not what was expected");
                            won.push((appended.first, id(n)));
                            last = Some(appended.first);
                        }
                        error => last = conflict(error).actual,
                    }
                    if last >= Some(Revision::new(LENGTH - 1)) {
                        break;
                    }
                }
                won
            })
        })
        .collect();
    let mut won = Vec::new();
    for writer in writers {
        won.extend(writer.await.unwrap());
    }
    won.sort_unstable();
    let stored = all(&store, Read::stream(account, None)).await;
    let stored: Vec<_> = stored
        .iter()
        .map(|event| (event.revision, event.id))
        .collect();
    assert!(won.len() as u64 >= LENGTH);
    assert_eq!(won, stored, "who won, and what is there");
}

/// Writers append to one stream, and one deletes it again and again: all that was stored was deleted, or is there.
pub async fn counts_what_is_deleted_while_writers_write(kit: impl Kit) -> Result<(), NotOffered> {
    const WRITERS: u128 = 6;
    const EACH: u128 = 40;
    let store = kit.open().await;
    deletes(&store)?;
    let account = stream("emptied");
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (store, account) = (store.clone(), account.clone());
            tokio::spawn(async move {
                let mut told = Vec::new();
                for n in 0..EACH {
                    let start = (writer * EACH + n) * 2;
                    let Appended {
                        first, positions, ..
                    } = put(&store, &account, events([start, start + 1])).await;
                    told.extend([first, first.next()].into_iter().zip(positions));
                }
                told
            })
        })
        .collect();
    let mut deleted = 0;
    while !writers.iter().all(tokio::task::JoinHandle::is_finished) {
        deleted += deletes(&store)?
            .delete(account.clone(), Expected::Any)
            .await
            .unwrap();
        tokio::task::yield_now().await;
    }
    let mut told = Vec::new();
    for writer in writers {
        told.extend(writer.await.unwrap());
    }
    told.sort_unstable();
    let total = u64::try_from(WRITERS * EACH * 2).unwrap();
    let revisions: Vec<_> = told.iter().map(|(revision, _)| revision.get()).collect();
    assert_eq!(
        revisions,
        (0..total).collect::<Vec<_>>(),
        "each revision once"
    );
    assert!(
        told.is_sorted_by(|a, b| a.1 < b.1),
        "positions grow with revisions"
    );
    let rest = deletes(&store)?.delete(account.clone(), Expected::Any);
    deleted += rest.await.unwrap();
    assert_eq!(deleted, total, "what was deleted, by and by");
    let left = all(&store, Read::all(None)).await;
    assert!(left.is_empty(), "{left:?} was deleted");
    Ok(())
}
