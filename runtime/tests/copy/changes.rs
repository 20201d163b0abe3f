//! Each kind of change to an event, from the bytes that an old release stored: in a copy they read the same, and are
//! stored as of today. The changes, the bytes and what they are read as are those of the tests of reading.

#[path = "../repository/evolve/fields.rs"]
mod fields;
#[path = "../repository/evolve/meaning.rs"]
mod meaning;
#[path = "../repository/evolve/names.rs"]
mod names;
#[path = "../repository/evolve/past.rs"]
mod past;
#[path = "../repository/evolve/values.rs"]
mod values;

use factum::store::{Read, StoredSnapshot};
use factum::{Aggregate, EventSet, Memory, Repository, Revision, Store, StreamName, copy};

use crate::domain::ada;
use crate::stores::{File, append, id, new_event};

/// Name, version and payload.
type Row = (&'static str, u16, &'static str);

/// Stores rows as they are, as another build may have.
async fn append_rows(store: &impl Store, stream: &str, rows: &[Row]) {
    for ((name, version, payload), number) in rows.iter().zip(1..) {
        append(store, stream, new_event(number, name, *version, payload)).await;
    }
}

/// A copy of the rows into each store comes to the events that each row is read as, and leaves the snapshot behind that
/// the build before the change took.
async fn is_read<Before: Aggregate<Id = String>, A: Aggregate<Id = String>>(
    store: impl Store + Clone,
    rows: &[Row],
    read: &[Vec<A::Event>],
) {
    let stream = StreamName::new(A::NAME, "ada").unwrap();
    append_rows(&store, stream.as_str(), rows).await;
    append(&store, "other-1", new_event(0, "other.happened", 1, "{}")).await;
    let taken = StoredSnapshot {
        stream: stream.clone(),
        first: Revision::FIRST,
        revision: Revision::FIRST,
        shape: Before::shape(),
        codec: "json".to_owned(),
        state: b"{}".to_vec(),
    };
    let snapshots = store.snapshots().unwrap();
    snapshots.save(taken.clone()).await.unwrap();
    let kept = snapshots.load(stream.clone()).await.unwrap();
    assert_eq!(kept, Some(taken));
    is_copied::<A>(&store, Memory::new(), &stream, read).await;
    let file = File::new();
    is_copied::<A>(&store, file.open().await, &stream, read).await;
    let server = crate::each::on_a_server().await;
    is_copied::<A>(&store, server, &stream, read).await;
}

async fn is_copied<A: Aggregate<Id = String>>(
    from: &impl Store,
    to: impl Store + Clone,
    stream: &StreamName,
    read: &[Vec<A::Event>],
) {
    let copying = || copy(from, &to).aggregate::<A>().as_stored(&["other"]);
    let copied = copying().run().await.unwrap();
    let events: Vec<&A::Event> = read.iter().flatten().collect();
    assert_eq!(copied.written, events.len() as u64 + 1);
    let ignored = read.iter().filter(|events| events.is_empty()).count();
    assert_eq!(copied.ignored, ignored as u64);
    assert_eq!(copying().run().await.unwrap().written, 0);
    let kept = to.snapshots().unwrap().load(stream.clone()).await;
    assert_eq!(kept.unwrap(), None);

    let before = Repository::<A, _>::new(to.clone());
    let history = before.history(&ada()).await.unwrap();
    assert_eq!(
        history.iter().map(|it| &it.event).collect::<Vec<_>>(),
        events
    );
    let places = history.iter().map(|it| it.revision);
    assert!(places.eq((0..events.len() as u64).map(Revision::new)));

    // Each as it is written today; the first of those that a row is read as has its id, and all its metadata.
    let old = from.read(Read::stream(stream.clone(), None)).await.unwrap();
    let new = to.read(Read::stream(stream.clone(), None)).await.unwrap();
    let pieces = read.iter().zip(old.iter());
    let pieces = pieces.flat_map(|(events, row)| (0..).zip(events).map(move |it| (it, row)));
    for (((index, event), row), stored) in pieces.zip(new.iter()) {
        let info = event.info();
        assert_eq!((stored.name, stored.version), (info.name, info.version));
        assert_eq!(stored.metadata, row.metadata);
        assert_eq!((stored.id == row.id, stored.index), (index == 0, index));
    }
    let mut ids: Vec<_> = new.iter().map(|stored| stored.id).chain([id(0)]).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), events.len() + 1);
}
