//! Following the store: the one loop above `read` and `wait`.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::{Instant, timeout};

use super::Kit;
use super::fixture::{events, put, stream};
use crate::aggregate::{Decoded, EventSet};
use crate::codec::Codec;
use crate::error::{DecodeError, EncodeError, ReadError};
use crate::event::EventInfo;
use crate::place::Position;
use crate::store::Store;
use crate::subscription::Subscription;

/// The suite's own event, as a subscriber reads it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Counted {
    number: u64,
}

impl EventSet for Counted {
    const READS: &'static [EventInfo] = &[EventInfo::new("conformance.counted", 1, "Counted")];

    fn info(&self) -> &'static EventInfo {
        &Self::READS[0]
    }

    fn encode<C: Codec>(&self, codec: &C, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        codec.encode(self, out)
    }

    fn decode<C: Codec>(
        codec: &C,
        name: &str,
        _: u16,
        payload: &[u8],
    ) -> Result<Decoded<Self>, DecodeError> {
        match codec.decode(payload) {
            Ok(event) => Ok(Decoded::One(event)),
            Err(reason) => {
                let event = Self::READS[0].name;
                debug_assert_eq!(name, event);
                Err(DecodeError::Payload {
                    event,
                    version: 1,
                    reason,
                })
            }
        }
    }
}

/// "Returns when there may be something after `after`, or when the time is up."
pub async fn wakes_a_waiter_for_news_and_lets_it_go_in_time(kit: impl Kit) {
    const LONG: Duration = Duration::from_secs(60);
    let store = kit.open().await;
    let account = stream("wait");
    store.wait(None, Duration::from_millis(20)).await.unwrap();
    put(&store, &account, events([1])).await;
    let waiting = timeout(LONG / 2, store.wait(None, LONG)).await;
    waiting.expect("something is there already").unwrap();
    let head = store.head().await.unwrap();
    let started = Instant::now();
    store.wait(head, Duration::from_millis(50)).await.unwrap();
    assert!(started.elapsed() < LONG / 2, "the time was up long ago");
    let waiter = tokio::spawn({
        let store = store.clone();
        async move { store.wait(head, LONG).await }
    });
    tokio::time::sleep(Duration::from_millis(20)).await;
    put(&store, &account, events([2])).await;
    let woken = timeout(LONG / 2, waiter).await;
    woken.expect("news wake a waiter").unwrap().unwrap();
}

/// Events come in order, none lost and none twice, while writers write. Some are there before, so that there are full pages
/// however fast the subscriber is.
pub async fn delivers_everything_once_while_writers_write(kit: impl Kit) {
    const WRITERS: u64 = 4;
    const EACH: u64 = 50;
    const BEFORE: u64 = 10;
    let store = kit.open().await;
    let write = async |n| {
        let writes = (0..WRITERS).map(|writer| {
            let store = store.clone();
            tokio::spawn(async move {
                let number = u128::from(writer * EACH + n);
                put(&store, &stream(&writer.to_string()), events([number])).await;
            })
        });
        for write in writes.collect::<Vec<_>>() {
            write.await.unwrap();
        }
    };
    for n in 0..BEFORE {
        write(n).await;
    }
    let subscriber = tokio::spawn({
        let mut events = Subscription::<Counted, _>::new(store.clone()).batch(16);
        async move {
            let mut delivered = Vec::new();
            while (delivered.len() as u64) < WRITERS * EACH {
                let batch = events.next().await.unwrap();
                let batch = batch.iter().map(Result::unwrap);
                delivered.extend(batch.map(|event| (event.stream, event.event.number)));
            }
            delivered
        }
    });
    for n in BEFORE..EACH {
        write(n).await;
    }
    let delivered = timeout(Duration::from_secs(60), subscriber)
        .await
        .expect("the subscriber saw less than was written")
        .unwrap();
    for writer in 0..WRITERS {
        let name = stream(&writer.to_string());
        let own = delivered.iter().filter(|(of, _)| *of == name);
        assert!(
            own.is_sorted(),
            "writer {writer}'s events came out of order"
        );
    }
    let mut numbers: Vec<_> = delivered.iter().map(|(_, number)| *number).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (0..WRITERS * EACH).collect::<Vec<_>>());
}

/// "A checkpoint is a position": what is behind it comes, and nothing else.
pub async fn resumes_behind_a_checkpoint(kit: impl Kit) {
    let store = kit.open().await;
    let account = stream("resume");
    put(&store, &account, events(0..25)).await;
    let (mut checkpoint, mut numbers) = (None, Vec::new());
    loop {
        let mut events = Subscription::<Counted, _>::new(store.clone())
            .batch(4)
            .after(checkpoint);
        let Some(batch) = events.catch_up().await.unwrap() else {
            break;
        };
        numbers.extend(batch.iter().map(|event| event.unwrap().event.number));
        assert!(batch.checkpoint() > checkpoint);
        checkpoint = batch.checkpoint();
    }
    assert_eq!(numbers, (0..25).collect::<Vec<_>>());
    assert_eq!(checkpoint, store.head().await.unwrap());
}

/// A checkpoint past the end is an error, since the events that come to stand there would be skipped.
pub async fn refuses_a_checkpoint_past_its_end(kit: impl Kit) {
    let store = kit.open().await;
    let past = |position| {
        let events = Subscription::<Counted, _>::new(store.clone()).after(Some(position));
        async move {
            let mut events = events;
            match events.catch_up().await {
                Err(ReadError::CheckpointAheadOfStore(error)) => error,
                other => panic!("expected a refusal, got {other:?}"),
            }
        }
    };
    assert_eq!(past(Position::new(1)).await.head, None);
    put(&store, &stream("past"), events(0..3)).await;
    let head = store.head().await.unwrap();
    let error = past(Position::new(head.unwrap().get() + 1)).await;
    assert_eq!(error.head, head);
    let mut at_head = Subscription::<Counted, _>::new(store.clone()).after(head);
    assert!(at_head.catch_up().await.unwrap().is_none());
}
