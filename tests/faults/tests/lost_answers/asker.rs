//! One who asks, and loses answers and requests.

use std::collections::HashMap;
use std::convert::Infallible;
use std::time::Duration;

use factum::store::{Append, Appended};
use factum::testing::{Fault, Faulty};
use factum::{
    CommandId, Context, Done, ExecuteError, Pending, Postgres, Repository, Retry, SettleError,
    Store,
};
use factum_faults::wire::{Cut, Wire};
use factum_faults::{Add, Answer, AnyStore, Counter, Row, Verdict, Witness};

use super::{ERRORS, OTHER};

/// After so many attempts with no answer, the outcome is left open.
const BUDGET: u32 = 4;

/// After which the store gives up a connection that says nothing. No other answer takes so long.
const SILENCE: Duration = Duration::from_millis(1500);

/// Below is what the store answers, above is what the repository hears.
type Lossy = Witness<Faulty<Witness<AnyStore>>>;

/// One who asks, and loses answers and requests.
pub(super) struct Asker {
    pub(super) store: Lossy,
    pub(super) below: Witness<AnyStore>,
    faults: Faulty<Witness<AnyStore>>,
    /// Where answers and requests are lost instead, if it is not above the store.
    wire: Option<Wire>,
    /// What the wire is to do yet, and does once it has been planned.
    cuts: Vec<Cut>,
    counters: Repository<Counter, Lossy>,
    random: fastrand::Rng,
    writer: u64,
    pub(super) answers: Vec<(Add, Answer)>,
    pub(super) left_open: usize,
    pub(super) unrecorded: usize,
    errors: Vec<String>,
}

impl Asker {
    /// One who loses what a wire to a server loses: each of these, in any order.
    pub(super) async fn behind(wire: Wire, cuts: Vec<Cut>, writer: u64, seed: u64) -> Self {
        let store = Postgres::builder(wire.url()).timeout(SILENCE).open().await;
        let mut asker = Self::new(AnyStore::Postgres(store.unwrap()), writer, seed);
        (asker.wire, asker.cuts) = (Some(wire), cuts);
        asker.random.shuffle(&mut asker.cuts);
        asker
    }

    pub(super) fn new(store: AnyStore, writer: u64, seed: u64) -> Self {
        let below = Witness::new(store);
        let faults = Faulty::new(below.clone());
        let store = Witness::new(faults.clone());
        let random = fastrand::Rng::with_seed(seed);
        let counters = Repository::new(store.clone());
        let (answers, left_open, unrecorded) = (Vec::new(), 0, 0);
        Self {
            store,
            below,
            faults,
            wire: None,
            cuts: Vec::new(),
            counters,
            random,
            writer,
            answers,
            left_open,
            unrecorded,
            errors: Vec::new(),
        }
    }

    fn retry(attempts: u32) -> Retry {
        let longest = Duration::from_millis(2);
        Retry::default()
            .attempts(attempts)
            .delays(Duration::ZERO, longest)
    }

    /// Acknowledged by the store, and not heard of.
    pub(super) fn lost(&self) -> usize {
        match &self.wire {
            None => self.below.acknowledged().len() - self.store.acknowledged().len(),
            Some(_) => self.made(Cut::Answer) + self.made(Cut::SilentAnswer),
        }
    }

    /// Sent, and not heard of by the store.
    pub(super) fn requests_lost(&self) -> usize {
        match &self.wire {
            None => self.store.sent() - self.below.sent(),
            Some(_) => self.made(Cut::Request) + self.made(Cut::SilentRequest),
        }
    }

    /// How often the wire has done this.
    pub(super) fn made(&self, cut: Cut) -> usize {
        let made = self.wire.as_ref().map(Wire::made).unwrap_or_default();
        made.into_iter().filter(|made| *made == cut).count()
    }

    /// Whether there is more to lose: so many answers, or whatever the wire is to do yet.
    pub(super) fn goes_on(&mut self, enough: usize) -> bool {
        match &self.wire {
            None => self.lost() < enough,
            Some(wire) => {
                self.cuts.extend(wire.plan([]));
                !self.cuts.is_empty()
            }
        }
    }

    fn lose(&mut self, times: u32) {
        if let Some(wire) = &self.wire {
            self.cuts.extend(wire.plan([]));
            let left = self.cuts.len().saturating_sub(times as usize);
            wire.plan(self.cuts.drain(left..));
            return;
        }
        let faults: Vec<_> = (0..times)
            .map(|_| {
                if self.random.bool() {
                    Fault::LostAnswer
                } else {
                    Fault::LostRequest
                }
            })
            .collect();
        self.faults.plan(faults);
    }

    pub(super) async fn ask(&mut self, number: u64) {
        let impatient = self.random.u8(0..4) == 0;
        let request = format!("{} {number}", self.writer);
        let command = Add {
            counter: self.random.u8(0..3).to_string(),
            writer: self.writer,
            number,
            times: self.random.u64(1..=3),
            request: self.random.bool().then(|| CommandId::named(&request)),
        };
        let (losses, attempts) = if impatient {
            (BUDGET, BUDGET)
        } else {
            (self.random.u32(1..=3), 1000)
        };
        self.lose(losses);
        let counters = self.counters.clone().retry(Self::retry(attempts));
        let answered = if self.random.bool() {
            update(&counters, &command).await
        } else {
            counters.execute(command.clone()).await
        };
        match answered {
            Ok(done) => self.answers.push((command, Answer::from(&done))),
            Err(ExecuteError::Unsettled(pending)) => self.settle(command, &pending).await,
            // Others were first each time that the request arrived at all.
            Err(ExecuteError::RetriesExhausted(_)) if impatient => self.unrecorded += 1,
            Err(error) => self.errors.push(format!("{command:?}: {error}")),
        }
    }

    /// Asks what became of it, and loses an answer or a request on the way.
    async fn settle(&mut self, command: Add, pending: &Pending) {
        self.left_open += 1;
        let losses = self.random.u32(0..=2);
        self.lose(losses);
        let counters = self.counters.clone().retry(Self::retry(1000));
        match counters.settle(pending).await {
            Ok(done) => self.answers.push((command, Answer::from(&done))),
            Err(SettleError::NotRecorded(_)) => self.unrecorded += 1,
            Err(error) => self.errors.push(format!("{command:?}: {error}")),
        }
    }

    /// The answer to each request is what the store has answered first.
    pub(super) fn compare(&self, verdict: &mut Verdict) {
        for error in &self.errors {
            verdict.found(ERRORS, error);
        }
        let acknowledged = self.below.acknowledged();
        let mut first: HashMap<_, &(Append, Appended)> = HashMap::new();
        for append in &acknowledged {
            first.entry(append.0.events()[0].id.get()).or_insert(append);
        }
        for (command, answer) in &self.answers {
            let told = answer.rows.first().and_then(|row| first.get(&row.id));
            // What a wire has lost, the store has answered before.
            let may_repeat = self.wire.is_some();
            if !told.is_some_and(|told| is_told(answer, told, may_repeat)) {
                verdict.found(
                    OTHER,
                    format_args!("{command:?} was answered {answer:?}, and first {told:?}"),
                );
            }
            let asked = (command.writer, command.number);
            let done = answer.rows.iter().map(Row::added);
            let done = done.filter(|added| (added.writer, added.number) == asked);
            if done.count() as u64 != command.times {
                verdict.found(OTHER, format_args!("{command:?} was answered {answer:?}"));
            }
        }
    }
}

/// Whether the answer is what the store has said, which had not stored it before.
fn is_told(answer: &Answer, (append, appended): &(Append, Appended), may_repeat: bool) -> bool {
    (may_repeat || !appended.repeated) && Row::told(append, appended) == answer.rows
}

pub(super) async fn update<S: Store>(
    counters: &Repository<Counter, S>,
    command: &Add,
) -> Result<Done<Counter>, ExecuteError<Infallible>> {
    let mut context = Context::new();
    if let Some(request) = command.request {
        context = context.command_id(request);
    }
    let decide =
        |_: &Counter, context: &Context| Ok(command.decide(|| context.fresh_id().as_u128()));
    counters
        .update_with(&command.counter, context, decide)
        .await
}
