//! Transactions that append, step by step, in every order that their steps can have.

use std::sync::Arc;

use factum::postgres::tokio_postgres::Client;
use factum::store::{Append, NewEvent, Read};
use factum::{Expected, Position, Store, Uuid};
use factum_faults::{Added, AnyStore, encoded, figure, proved, size};
use factum_server::WAITING;
use tokio::task::{JoinHandle, yield_now};

use crate::home::{Home, session};

/// Each batch has so many events, and is there as a whole or not at all.
const BATCH: u64 = 2;

/// A transaction of another program that appends, in two steps: the append, and its end.
struct Other {
    client: Arc<Client>,
    sent: Option<JoinHandle<()>>,
    steps: usize,
}

impl Other {
    async fn new(home: &Home) -> Self {
        let client = session(home.place.url().unwrap()).await;
        Self {
            client: Arc::new(client),
            sent: None,
            steps: 0,
        }
    }

    /// Sends the next step, which waits for the one before.
    fn step(&mut self, batch: u64, commits: bool) {
        let sql = match self.steps % 2 {
            0 => format!("BEGIN; {}", append_in_sql(batch)),
            _ if commits => "COMMIT".to_owned(),
            _ => "ROLLBACK".to_owned(),
        };
        self.steps += 1;
        let (client, before) = (Arc::clone(&self.client), self.sent.take());
        self.sent = Some(tokio::spawn(async move {
            if let Some(before) = before {
                before.await.unwrap();
            }
            client.batch_execute(&sql).await.unwrap();
        }));
    }

    fn is_busy(&self) -> bool {
        self.sent.as_ref().is_some_and(|sent| !sent.is_finished())
    }
}

/// What the store itself sends, in SQL: a batch whose events say which it is.
pub(super) fn append_in_sql(batch: u64) -> String {
    let each = |value: String| vec![value; usize::try_from(BATCH).unwrap()].join(", ");
    let append = append(batch);
    let of_events = |value: fn(&NewEvent) -> String| {
        let values = append
            .events()
            .iter()
            .map(|event| format!("'{}'", value(event)));
        values.collect::<Vec<_>>().join(", ")
    };
    format!(
        "SELECT * FROM factum.append(now(), 0, ARRAY['counter-{batch}'], ARRAY['counter'], ARRAY[-1]::bigint[],
            ARRAY[{BATCH}]::bigint[], ARRAY[0], ARRAY[{one}]::bigint[], ARRAY[{ids}]::uuid[],
            ARRAY[{zero}]::bigint[], ARRAY[{one}], ARRAY[{name}], ARRAY[{json}], ARRAY[{null}]::text[],
            ARRAY[{payloads}]::bytea[], ARRAY[{empty}]::bytea[])",
        one = each("1".to_owned()),
        zero = each("0".to_owned()),
        name = each("'counter.added'".to_owned()),
        json = each("'json'".to_owned()),
        null = each("NULL".to_owned()),
        empty = each("'{}'".to_owned()),
        ids = of_events(|event| event.id.get().to_string()),
        payloads = of_events(|event| str::from_utf8(&event.payload).unwrap().to_owned()),
    )
}

fn id(batch: u64, index: u64) -> Uuid {
    Uuid::from_u64_pair(batch, index)
}

/// The same for the store.
pub(super) fn append(batch: u64) -> Append {
    let event = |index| {
        let added = Added {
            writer: batch,
            number: 0,
            amount: index,
        };
        encoded(id(batch, index), &added)
    };
    let stream = format!("counter-{batch}").parse().unwrap();
    Append::new(stream, Expected::NoStream, (0..BATCH).map(event).collect()).unwrap()
}

/// One who reads on after each step, and notes which batch each event is of.
struct Follower {
    store: AnyStore,
    after: Option<Position>,
    seen: Vec<(Position, u64)>,
}

impl Follower {
    async fn look(&mut self) {
        let page = self.store.read(Read::all(self.after)).await.unwrap();
        let seen = page.iter().map(|event| {
            let (batch, _) = event.id.get().as_u64_pair();
            (event.position, batch)
        });
        self.seen.extend(seen);
        self.after = page.position();
        let half = self
            .seen
            .chunks(2)
            .find(|two| two.len() < 2 || two[0].1 != two[1].1);
        assert_eq!(half, None, "half a batch was seen");
    }
}

/// All different orders of these steps.
fn orders(steps: &mut Vec<usize>, order: &mut Vec<usize>, all: &mut Vec<Vec<usize>>) {
    if steps.iter().all(|left| *left == 0) {
        return all.push(order.clone());
    }
    for actor in 0..steps.len() {
        if steps[actor] > 0 {
            steps[actor] -= 1;
            order.push(actor);
            orders(steps, order, all);
            order.pop();
            steps[actor] += 1;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_miss_nothing_in_whatever_order_transactions_take_their_steps() {
    let home = Home::postgres().await;
    let store = home.open().await;
    let observer = session(home.place.url().unwrap()).await;
    let mut others = Vec::new();
    for _ in 0..size(2, 3) {
        others.push(Other::new(&home).await);
    }
    // The store's own append is one step, and the last actor.
    let mut steps: Vec<_> = others.iter().map(|_| 2).chain([1]).collect();
    let mut all = Vec::new();
    orders(&mut steps, &mut Vec::new(), &mut all);
    let mut follower = Follower {
        store: store.clone(),
        after: None,
        seen: Vec::new(),
    };
    let (mut batches, mut stored, mut blocked) = (1, Vec::new(), 0);
    for order in &all {
        // Each of the others commits or not.
        for ends in 0..1_u64 << others.len() {
            let first = batches;
            batches += others.len() as u64 + 1;
            let mut own = None;
            for &actor in order {
                let batch = first + actor as u64;
                match others.get_mut(actor) {
                    Some(other) => other.step(batch, ends >> actor & 1 == 1),
                    None => {
                        let store = store.clone();
                        own = Some(tokio::spawn(
                            async move { store.append(append(batch)).await },
                        ));
                    }
                }
                blocked += settled(&observer, || {
                    let others = others.iter().filter(|other| other.is_busy()).count();
                    others + usize::from(own.as_ref().is_some_and(|own| !own.is_finished()))
                })
                .await;
                follower.look().await;
            }
            own.expect("it has one step").await.unwrap().unwrap();
            for (other, batch) in others.iter_mut().zip(first..) {
                other.sent.take().expect("it has two steps").await.unwrap();
                if ends >> (batch - first) & 1 == 1 {
                    stored.push(batch);
                }
            }
            stored.push(batches - 1);
            follower.look().await;
        }
    }
    assert!(blocked > 0, "nobody was in anybody's way");
    let mut seen: Vec<_> = follower.seen.iter().map(|(_, batch)| *batch).collect();
    let places = follower.seen.iter().map(|(position, _)| position.get());
    assert!(
        places.eq(1..=stored.len() as u64 * BATCH),
        "a position is left out, or out of order"
    );
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen, stored, "what was committed, and nothing else");
    proved(
        &format!(
            "Order: {} transactions that append, in every order of their steps, each committed or rolled back, PostgreSQL",
            others.len() + 1
        ),
        &format!(
            "{} orders, {} times a step waited for another transaction's end",
            figure(all.len() << others.len()),
            figure(blocked)
        ),
        "0 lost, 0 reordered, 0 half batches, 0 positions left out",
    );
}

/// Waits until everybody who has something to do waits for a lock, and says how many that are.
async fn settled(observer: &Client, busy: impl Fn() -> usize) -> usize {
    let waiting = format!("SELECT count(*) FROM {WAITING}");
    loop {
        let busy = busy();
        if busy == 0 {
            return 0;
        }
        let row = observer.query_one(&waiting, &[]).await.unwrap();
        if usize::try_from(row.get::<_, i64>(0)).unwrap() == busy {
            return busy;
        }
        yield_now().await;
    }
}
