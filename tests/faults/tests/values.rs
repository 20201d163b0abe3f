//! Values of every kind: each is refused with a typed error, or it is read back bit for bit equal.

use std::collections::BTreeMap;

use factum::store::Read;
use factum::testing::FixedClock;
use factum::{
    Aggregate, Apply, Context, EncodeError, Event, ExecuteError, Repository, Sqlite, Store,
    Timestamp, Unencodable,
};
use factum_faults::{figure, proved, seeded, size};
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;

mod kinds;

use crate::home::Home;
use kinds::{KINDS, Value};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "values.kept")]
pub(crate) struct Kept {
    value: Value,
}

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "values", id = u64, events(Kept))]
pub(crate) struct Values {
    kept: u64,
}

impl Apply<Kept> for Values {
    fn apply(&mut self, _: &Kept) {
        self.kept += 1;
    }
}

const STREAMS: usize = 16;

/// Longer texts are not for metadata.
const LONG: usize = 10_000;

/// A value in a context made of it where that can be.
fn context(value: &Value) -> Context {
    let context = Context::new();
    match value {
        Value::Text(text) if text.len() < LONG => context.actor(text).extra(text, text),
        Value::Time(time) => context.occurred_at(*time),
        _ => context,
    }
}

/// How often values were refused, by the reason that was given; kept are those without one.
type Outcomes = BTreeMap<&'static str, usize>;

fn reason(error: &ExecuteError<String>) -> &'static str {
    let ExecuteError::Encode(Unencodable { reason, .. }) = error else {
        panic!("refused, but not for what it is: {error:?}")
    };
    match reason {
        EncodeError::NotFinite => "not finite",
        EncodeError::IntegerTooLarge => "integers too large",
        EncodeError::NothingInSome => "nothing in `Some`",
        EncodeError::TooDeep => "too deep",
        EncodeError::TooLarge { .. } => "too large",
        EncodeError::NotRoundTrip { .. } => "read back otherwise (`verify_writes`)",
        EncodeError::Serialize { .. } => "not taken by serde",
        other => panic!("{other:?}"),
    }
}

/// Records the values, and reads them back.
async fn keep<S: Store + Clone>(store: S, stream: u64, values: Vec<Value>) -> Outcomes {
    let values_of = |verify| Repository::<Values, _>::new(store.clone()).verify_writes(verify);
    let (checked, fast) = (values_of(true), values_of(false));
    let (mut outcomes, mut ledger) = (Outcomes::new(), Vec::new());
    for value in values {
        // As a release build writes it, wherever that is enough.
        let repository = if value.needs_comparison() {
            &checked
        } else {
            &fast
        };
        let event = Kept {
            value: value.clone(),
        };
        let done = repository.update_with(&stream, context(&value), |_, _| {
            Ok::<_, String>(event.clone())
        });
        let why = match done.await {
            Ok(_) => {
                ledger.push(value);
                "kept"
            }
            Err(error) => reason(&error),
        };
        *outcomes.entry(why).or_default() += 1;
    }
    let history = checked.history(&stream).await.unwrap();
    assert_eq!(
        history.len(),
        ledger.len(),
        "a value is missing, or one that was refused is there"
    );
    for (recorded, sent) in history.iter().zip(&ledger) {
        let ValuesEvent::Kept(Kept { value }) = &recorded.event;
        // The text tells -0.0 from 0.0, and every float from its neighbours.
        assert_eq!(
            format!("{value:?}"),
            format!("{sent:?}"),
            "another value was read back"
        );
        let metadata = recorded.metadata().unwrap();
        match sent {
            Value::Text(text) if text.len() < LONG => {
                assert_eq!(metadata.actor.as_ref(), Some(text));
                assert_eq!(metadata.extra.get(text), Some(text));
            }
            Value::Time(time) => {
                let cut = Timestamp::from_microsecond(time.as_microsecond());
                // The last second that there is has no parts.
                let cut = cut.or_else(|_| Timestamp::from_second(time.as_second()));
                assert_eq!(
                    Ok(metadata.occurred_at),
                    cut.map_err(|error| error.to_string())
                );
            }
            _ => {}
        }
    }
    outcomes
}

async fn keep_all<S: Store + Clone>(store: S, values: &[Vec<Value>]) -> Outcomes {
    let mut streams = JoinSet::new();
    for (values, stream) in values.iter().zip(0..) {
        streams.spawn(keep(store.clone(), stream, values.clone()));
    }
    let mut all = Outcomes::new();
    for (why, times) in streams.join_all().await.into_iter().flatten() {
        *all.entry(why).or_default() += times;
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_is_refused_or_read_back_bit_for_bit() {
    let mut random = seeded("values");
    let each = size(10_000, 100_000).div_ceil(STREAMS);
    let values: Vec<Vec<_>> = (0..STREAMS)
        .map(|_| (0..each).map(|_| Value::random(&mut random)).collect())
        .collect();
    let mut outcomes = Vec::new();
    for home in Home::of_each().await {
        outcomes.push(keep_all(home.open().await, &values).await);
    }
    let here = &outcomes[0];
    assert!(
        outcomes.iter().all(|there| here == there),
        "stores refuse different values: {outcomes:?}"
    );
    // Kept, and each reason there is.
    assert_eq!(here.len(), 8, "{here:?}");
    assert_eq!(here.values().sum::<usize>(), each * STREAMS);
    let kept = here["kept"];
    let refused = here.iter().filter(|(why, _)| **why != "kept");
    let refused: Vec<_> = refused
        .map(|(why, times)| format!("{} {why}", figure(*times)))
        .collect();
    assert_eq!(
        recorded_at_the_end_of_time().await,
        Timestamp::MAX.as_second()
    );
    proved(
        "Values: random ones of all kinds that serde has, memory, SQLite and PostgreSQL",
        &format!("{} values of {KINDS} kinds", figure(each * STREAMS)),
        &format!(
            "0 changed; {} kept; refused: {}",
            figure(kept),
            refused.join(", ")
        ),
    );
}

/// The second at which an event was recorded by a clock that stands at the last nanosecond there is.
async fn recorded_at_the_end_of_time() -> i64 {
    let folder = tempfile::tempdir().unwrap();
    let sqlite =
        Sqlite::builder(folder.path().join("store.db")).clock(FixedClock::new(Timestamp::MAX));
    let store = sqlite.open().await.unwrap();
    let outcomes = keep(store.clone(), 1, vec![Value::Time(Timestamp::MAX)]).await;
    assert_eq!(outcomes, Outcomes::from([("kept", 1)]));
    let page = store.read(Read::all(None)).await.unwrap();
    page.get(0).unwrap().recorded_at.as_second()
}
