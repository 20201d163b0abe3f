//! A copy takes as much memory at its end as at its start, however many events and streams go by.

use std::collections::VecDeque;
use std::process::Command;
use std::sync::Mutex;
use std::time::Duration;

use factum::copy::Copied;
use factum::store::{
    Append, Appended, BoxFuture, NewEvent, Page, PageBuilder, Read, Scope, StoredEvent,
};
use factum::{
    Aggregate, Apply, Durability, Event, Position, Revision, Store, StoreError, Timestamp, copy,
};
use serde::{Deserialize, Serialize};

use crate::stores::new_event;

const EVENTS: u64 = 44_000;
/// Each comes again after all others: more than are remembered.
const STREAMS: u64 = 22_000;
const KILOBYTES: usize = 2;

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "note.taken")]
struct Taken {
    text: String,
}

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "note", id = u64, events(Taken))]
struct Note;

impl Apply<Taken> for Note {
    fn apply(&mut self, _: &Taken) {}
}

fn made(number: u64) -> NewEvent {
    let text = "x".repeat(KILOBYTES << 10);
    let payload = format!(r#"{{"text":"{text}"}}"#);
    new_event(number.into(), "note.taken", 1, &payload)
}

/// A page of a log of the first `end` events.
fn page(read: Read, end: u64, event: impl Fn(u64) -> NewEvent) -> Page {
    let mut page = PageBuilder::new(read.clone());
    let push = |page: &mut PageBuilder, number: u64| {
        let event = event(number);
        page.push(&StoredEvent {
            id: event.id,
            stream: &format!("note-{}", number % STREAMS),
            revision: Revision::new(number / STREAMS),
            position: Position::new(number + 1),
            index: 0,
            name: &event.name,
            version: event.version,
            codec: &event.codec,
            tenant: None,
            recorded_at: Timestamp::UNIX_EPOCH,
            payload: &event.payload,
            metadata: &event.metadata,
        });
    };
    match read.scope {
        Scope::All { after } => {
            for number in after.map_or(0, Position::get)..end {
                push(&mut page, number);
                if page.is_full() {
                    return page.full();
                }
            }
            page.end((end > 0).then_some(end))
        }
        // A copy asks for the last one, or for the last one before another.
        Scope::Stream { name, after } => {
            let stream: u64 = name.id().parse().unwrap();
            let revisions = end.saturating_sub(stream).div_ceil(STREAMS);
            let revisions = after.map_or(revisions, Revision::get).min(revisions);
            if let Some(last) = revisions.checked_sub(1) {
                push(&mut page, last * STREAMS + stream);
            }
            page.end(Some(0))
        }
    }
}

/// All events, made as they are read.
struct Made;

impl Store for Made {
    fn append(&self, _: Append) -> BoxFuture<'_, Result<Appended, StoreError>> {
        panic!("a source is not written to");
    }

    fn read(&self, read: Read) -> BoxFuture<'_, Result<Page, StoreError>> {
        Box::pin(async { Ok(page(read, EVENTS, made)) })
    }

    fn head(&self) -> BoxFuture<'_, Result<Option<Position>, StoreError>> {
        Box::pin(async { Ok(Some(Position::new(EVENTS))) })
    }

    fn wait(&self, _: Option<Position>, _: Duration) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async { Ok(()) })
    }

    fn durability(&self) -> Durability {
        factum::Memory::new().durability()
    }
}

/// What was appended, of which it forgets what was read: how much that is, and the rest.
#[derive(Default)]
struct Passing(Mutex<(u64, VecDeque<NewEvent>)>);

impl Store for Passing {
    fn append(&self, append: Append) -> BoxFuture<'_, Result<Appended, StoreError>> {
        let (forgotten, kept) = &mut *self.0.lock().unwrap();
        let first = *forgotten + kept.len() as u64;
        kept.extend(append.events().iter().cloned());
        let appended = Appended {
            first: Revision::new(first / STREAMS),
            positions: vec![Position::new(first + 1)],
            recorded_at: Timestamp::UNIX_EPOCH,
            repeated: false,
        };
        Box::pin(async { Ok(appended) })
    }

    fn read(&self, read: Read) -> BoxFuture<'_, Result<Page, StoreError>> {
        let (forgotten, kept) = &mut *self.0.lock().unwrap();
        if let Scope::All { after: Some(after) } = read.scope {
            while *forgotten < after.get() && kept.pop_front().is_some() {
                *forgotten += 1;
            }
        }
        let end = *forgotten + kept.len() as u64;
        let page = page(read, end, |number| {
            let place = number.checked_sub(*forgotten).map(usize::try_from);
            // Of one that is forgotten, its place alone is asked for.
            place.map_or_else(|| made(number), |place| kept[place.unwrap()].clone())
        });
        Box::pin(async { Ok(page) })
    }

    fn head(&self) -> BoxFuture<'_, Result<Option<Position>, StoreError>> {
        panic!("nobody asks for the target's head");
    }

    fn wait(&self, _: Option<Position>, _: Duration) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async { Ok(()) })
    }

    fn durability(&self) -> Durability {
        factum::Memory::new().durability()
    }
}

/// The most memory that this process ever took, in bytes.
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = peak.unwrap().trim().trim_end_matches(" kB");
    kilobytes.parse::<usize>().unwrap() << 10
}

/// In a process of its own, which takes no more than what is measured.
const ALONE: &str = "FACTUM_TEST_MEMORY";

#[tokio::test]
async fn a_copy_takes_a_bounded_amount_of_memory() {
    if std::env::var_os(ALONE).is_none() {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "memory::a_copy_takes_a_bounded_amount_of_memory"]);
        let output = command.env(ALONE, "1").output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{said}");
        return;
    }
    let (before, mut early, mut pages) = (peak(), 0, 0);
    let to = Passing::default();
    let copying = copy(&Made, &to).aggregate::<Note>();
    let watch = |copied: &Copied| {
        pages += 1;
        if copied.written <= EVENTS / 4 {
            early = peak();
        }
    };
    let copied = copying.progress(watch).run().await.unwrap();
    assert_eq!((copied.written, copied.verified), (EVENTS, EVENTS));
    assert!(pages > 20, "{pages}");
    // With the first quarter come the pages that are under way at once; those of the other three, 64 MiB of text, take
    // each other's place.
    let (first, rest) = (early - before, peak() - early);
    let weight = usize::try_from(EVENTS).unwrap() * (KILOBYTES << 10);
    assert!(first < weight / 2, "{} MiB", first >> 20);
    assert!(rest < weight / 16, "{} MiB more", rest >> 20);
}
