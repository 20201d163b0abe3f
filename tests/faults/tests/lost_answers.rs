//! Answers that do not arrive: whoever asks again gets the first answer, and what was asked is stored once.

use std::collections::HashMap;
use std::convert::Infallible;
use std::time::Duration;

use factum::store::{Append, Appended};
use factum::testing::{Fault, Faulty};
use factum::{
    CommandId, Context, Done, ExecuteError, Pending, Repository, Retry, SettleError, Sqlite, Store,
};
use factum_faults::answer::{Answer, Row, stored};
use factum_faults::player::Player;
use factum_faults::witness::Witness;
use factum_faults::{Add, Counter, figure, proved, seeded, size};

use crate::{PROGRAM, sqlite};

/// How many ask at the same time.
const TASKS: usize = 4;

/// After so many attempts with no answer, the outcome is left open.
const BUDGET: u32 = 4;

/// Below is what the file answers, above is what the repository hears.
type Lossy = Witness<Faulty<Witness<Sqlite>>>;

/// One who asks, and loses answers and requests.
struct Asker {
    store: Lossy,
    below: Witness<Sqlite>,
    faults: Faulty<Witness<Sqlite>>,
    counters: Repository<Counter, Lossy>,
    random: fastrand::Rng,
    writer: u64,
    answers: Vec<(Add, Answer)>,
    left_open: usize,
    unrecorded: usize,
}

impl Asker {
    fn new(store: Sqlite, writer: u64, seed: u64) -> Self {
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
            counters,
            random,
            writer,
            answers,
            left_open,
            unrecorded,
        }
    }

    fn retry(attempts: u32) -> Retry {
        let longest = Duration::from_millis(2);
        Retry::default()
            .attempts(attempts)
            .delays(Duration::ZERO, longest)
    }

    /// Acknowledged by the file, and not heard of.
    fn lost(&self) -> usize {
        self.below.acknowledged().len() - self.store.acknowledged().len()
    }

    fn lose(&mut self, times: u32) {
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

    async fn ask(&mut self, number: u64) {
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
            Err(ExecuteError::Unsettled(pending)) => self.settle(command, *pending).await,
            // Others were first each time that the request arrived at all.
            Err(ExecuteError::RetriesExhausted(_)) if impatient => self.unrecorded += 1,
            Err(error) => panic!("{command:?}: {error}"),
        }
    }

    /// Asks what became of it, and loses an answer or a request on the way.
    async fn settle(&mut self, command: Add, pending: Pending) {
        self.left_open += 1;
        let losses = self.random.u32(0..=2);
        self.lose(losses);
        let counters = self.counters.clone().retry(Self::retry(1000));
        match counters.settle(pending).await {
            Ok(done) => self.answers.push((command, Answer::from(&done))),
            Err(SettleError::NotRecorded(_)) => self.unrecorded += 1,
            Err(error) => panic!("{command:?}: {error}"),
        }
    }

    /// The answer to each request is what the file has answered first.
    fn compare(&self) {
        let acknowledged = self.below.acknowledged();
        let mut first: HashMap<_, &(Append, Appended)> = HashMap::new();
        for append in &acknowledged {
            first.entry(append.0.events()[0].id.get()).or_insert(append);
        }
        for (command, answer) in &self.answers {
            let (append, appended) = first[&answer.rows[0].id];
            assert!(
                !appended.repeated,
                "{command:?} is acknowledged as a repetition of nothing"
            );
            let places = (appended.first.get()..).zip(&appended.positions);
            let places = append.events().iter().zip(places);
            let told = places
                .map(|(event, (revision, position))| (event.id.get(), revision, position.get()));
            let heard = answer
                .rows
                .iter()
                .map(|row| (row.id, row.revision, row.position));
            assert!(
                told.eq(heard),
                "{command:?}: {answer:?} is not the first answer, {appended:?}"
            );
        }
    }
}

async fn update<S: Store>(
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

#[tokio::test(flavor = "multi_thread")]
async fn what_was_asked_is_stored_once() {
    let what = "lost answers, 4 tasks, SQLite";
    let mut random = seeded(what);
    let (_directory, store) = sqlite().await;
    let tasks: Vec<_> = (0..TASKS as u64)
        .map(|writer| {
            let mut asker = Asker::new(store.clone(), writer, random.u64(..));
            tokio::spawn(async move {
                let mut numbers = 0..;
                while asker.lost() < size(200, 1000) / TASKS {
                    asker.ask(numbers.next().unwrap()).await;
                }
                asker
            })
        })
        .collect();
    let mut askers = Vec::new();
    for task in tasks {
        askers.push(task.await.unwrap());
    }

    askers.iter().for_each(Asker::compare);
    let answers: Vec<_> = askers.iter().flat_map(|asker| &asker.answers).collect();
    let mut told: Vec<&Row> = answers
        .iter()
        .flat_map(|(_, answer)| &answer.rows)
        .collect();
    told.sort_by_key(|row| row.position);
    for (command, answer) in &answers {
        let asked = answer
            .rows
            .iter()
            .all(|row| (row.added.writer, row.added.number) == (command.writer, command.number));
        assert!(
            asked && answer.rows.len() as u64 == command.times,
            "{command:?} was answered {answer:?}"
        );
    }
    let rows = stored(&store).await;
    let twice = rows.len().saturating_sub(told.len());
    assert!(
        rows.iter().eq(told),
        "not stored as answered: {} rows, {twice} too many",
        rows.len()
    );
    let repeated = repeat(&store, answers.iter().copied()).await;
    assert_eq!(
        stored(&store).await.len(),
        rows.len(),
        "asking again has stored something"
    );

    let count = |of: fn(&Asker) -> usize| figure(askers.iter().map(of).sum::<usize>());
    let lost = count(Asker::lost);
    let requests = count(|asker| asker.store.sent() - asker.below.sent());
    let (open, unrecorded) = (
        count(|asker| asker.left_open),
        count(|asker| asker.unrecorded),
    );
    proved(
        what,
        &format!("{lost} answers and {requests} requests lost, {open} settled after the budget"),
        &format!(
            "{} stored once, at the places first acknowledged; {unrecorded} said to be not recorded, and so it was; {repeated} asked again, same answers",
            figure(answers.len())
        ),
    );
}

/// Asks again, as another program would that knows nothing: the answers are the first ones.
async fn repeat<'a>(store: &Sqlite, answers: impl Iterator<Item = &'a (Add, Answer)>) -> String {
    let counters = Repository::<Counter, _>::new(store.clone()).cache(0);
    let mut repeated = 0;
    for (command, answer) in answers.filter(|(command, _)| command.request.is_some()) {
        let done = match counters.execute(command.clone()).await {
            // It came as an update, which is another request by that name.
            Err(ExecuteError::Refused(_)) => update(&counters, command).await.unwrap(),
            done => done.unwrap(),
        };
        assert!(done.repeated, "{command:?} was carried out again");
        assert_eq!(Answer::from(&done), *answer, "{command:?}");
        repeated += 1;
    }
    figure(repeated)
}

/// The process is killed when its commit is done and its answer is not there yet.
#[tokio::test(flavor = "multi_thread")]
async fn a_process_killed_before_its_answer_is_answered_by_the_next_one() {
    let kills = size(20, 200);
    let (_directory, store) = sqlite().await;
    let mut asked = 0;
    for number in 0..kills as u64 {
        let command = Add {
            counter: "killed".to_owned(),
            writer: 0,
            number,
            times: 2,
            request: Some(CommandId::named(&format!("kill {number}"))),
        };
        let mut player = Player::play(PROGRAM, "fall_silent", &(store.path(), &command));
        player.hear::<String>().await;
        player.kill().await;
        let left = stored(&store).await.split_off(asked);
        asked += 2;
        assert_eq!(left.len(), 2, "the process said that it has committed");
        let counters = Repository::<Counter, _>::new(store.clone());
        let done = counters.execute(command).await.unwrap();
        assert!(done.repeated);
        assert_eq!(Answer::from(&done).rows, left);
        assert_eq!(stored(&store).await.len(), asked);
    }
    let tried = format!(
        "{} killed between commit and answer, and asked again",
        figure(kills)
    );
    proved(
        "lost answers, 2 processes, SQLite",
        &tried,
        "each stored once, the first one's events answered",
    );
}
