//! Answers that do not arrive: whoever asks again gets the first answer, and what was asked is stored once.

mod asker;

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use factum::{CommandId, ExecuteError, Repository};
use factum_faults::process::Child;
use factum_faults::wire::{Cut, Wire};
use factum_faults::{
    Add, Answer, AnyStore, Counter, Row, Verdict, figure, proved, seeded, size, stored,
};

use crate::PROGRAM;
use crate::home::{Home, on_every_store, on_shared_stores};
use asker::{Asker, update};

on_every_store!(what_was_asked_is_stored_once);
on_shared_stores!(a_process_killed_before_its_answer_is_answered_by_the_next_one);

const ERRORS: &str = "errors";
const TWICE: &str = "stored twice";
const LOST: &str = "lost";
const OTHER: &str = "answered otherwise than at first";
const AGAIN: &str = "answered otherwise when asked again";

/// How many ask at the same time.
const TASKS: usize = 4;

/// The same behind wires: each waits for what a wire does in silence, so that more wait at once.
const BEHIND_WIRES: usize = 20;

/// How many answers are lost to all of them.
fn enough() -> usize {
    size(200, 1000)
}

/// What is stored is what was answered, and no more of it.
async fn compare_stored(store: &AnyStore, answers: &[&(Add, Answer)], verdict: &mut Verdict) {
    let told = answers.iter().flat_map(|(_, answer)| &answer.rows);
    let told: HashSet<&Row> = told.collect();
    let stored = stored(store).await;
    let (asked, rows) = (by_request(told.iter().copied()), by_request(&stored));
    for (request, rows) in rows {
        let asked = asked.get(&request).map_or(0, Vec::len);
        if rows.len() > asked {
            let (writer, number) = request;
            verdict.found(
                TWICE,
                format_args!("request {number} of {writer} was answered with {asked} events, and stored are {rows:?}"),
            );
        }
    }
    let stored: HashSet<&Row> = stored.iter().collect();
    for row in told.difference(&stored) {
        verdict.found(
            LOST,
            format_args!("{row:?} was answered, and is not stored"),
        );
    }
}

fn by_request<'a>(rows: impl IntoIterator<Item = &'a Row>) -> HashMap<(u64, u64), Vec<&'a Row>> {
    let mut requests: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        let added = row.added();
        let request = (added.writer, added.number);
        requests.entry(request).or_default().push(row);
    }
    requests
}

async fn what_was_asked_is_stored_once(home: Home) {
    let what = format!("Lost answers: 4 tasks, {}", home.place);
    let mut random = seeded(&what);
    let store = home.open().await;
    let askers = (0..TASKS as u64).map(|writer| Asker::new(store.clone(), writer, random.u64(..)));
    lose(&what, &store, askers.collect()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_wire_loses_is_stored_once() {
    let what = "Lost answers: 20 tasks behind wires that are cut or fall silent, PostgreSQL";
    let mut random = seeded(what);
    let home = Home::postgres().await;
    let store = home.open().await;
    // A tenth of the answers is lost in silence, and as many requests of each kind as answers.
    let silent = enough() / 10;
    let cuts = [
        (Cut::Request, enough() - silent),
        (Cut::Answer, enough() - silent),
        (Cut::SilentRequest, silent),
        (Cut::SilentAnswer, silent),
    ];
    let mut askers = Vec::new();
    for writer in 0..BEHIND_WIRES as u64 {
        let wire = Wire::to(home.place.url().unwrap(), Duration::ZERO).await;
        let own = cuts.map(|(cut, times)| vec![cut; times / BEHIND_WIRES]);
        askers.push(Asker::behind(wire, own.concat(), writer, random.u64(..)).await);
    }
    let askers = lose(what, &store, askers).await;
    for (cut, times) in cuts {
        let made: usize = askers.iter().map(|asker| asker.made(cut)).sum();
        assert_eq!(made, times, "{cut:?}");
    }
}

/// Has them ask and lose until they have lost enough, and judges what came of it.
async fn lose(what: &str, store: &AnyStore, askers: Vec<Asker>) -> Vec<Asker> {
    let each = enough() / askers.len();
    let tasks: Vec<_> = askers
        .into_iter()
        .map(|mut asker| {
            tokio::spawn(async move {
                let mut numbers = 0..;
                while asker.goes_on(each) {
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

    let mut verdict = Verdict::on([ERRORS, TWICE, LOST, OTHER, AGAIN]);
    let answers: Vec<_> = askers.iter().flat_map(|asker| &asker.answers).collect();
    for asker in &askers {
        asker.compare(&mut verdict);
    }
    compare_stored(store, &answers, &mut verdict).await;
    let repeated = ask_again(store, &answers, &mut verdict).await;
    compare_stored(store, &answers, &mut verdict).await;
    let verdict = verdict.clean();

    let count = |of: fn(&Asker) -> usize| figure(askers.iter().map(of).sum::<usize>());
    let lost = count(Asker::lost);
    let requests = count(Asker::requests_lost);
    let (open, unrecorded) = (
        count(|asker| asker.left_open),
        count(|asker| asker.unrecorded),
    );
    let recorded = figure(answers.len());
    let silently = |cut| {
        let silent: usize = askers.iter().map(|asker| asker.made(cut)).sum();
        match silent {
            0 => String::new(),
            _ => format!(" ({} of them silently)", figure(silent)),
        }
    };
    let [of_answers, of_requests] = [Cut::SilentAnswer, Cut::SilentRequest].map(silently);
    proved(
        what,
        &format!(
            "{lost} answers{of_answers} and {requests} requests{of_requests} lost, {open} given up and settled later"
        ),
        &format!("{recorded} recorded, {unrecorded} not, {repeated} asked again; {verdict}"),
    );
    askers
}

/// Asks again, as another program would that knows nothing.
async fn ask_again(store: &AnyStore, answers: &[&(Add, Answer)], verdict: &mut Verdict) -> String {
    let counters = Repository::<Counter, _>::new(store.clone()).cache(0);
    let mut repeated = 0;
    for (command, answer) in answers
        .iter()
        .filter(|(command, _)| command.request.is_some())
    {
        let done = match counters.execute(command.clone()).await {
            // It came as an update, which is another request by that name.
            Err(ExecuteError::Refused(_)) => update(&counters, command).await,
            done => done,
        };
        match done {
            Ok(done) if done.repeated && Answer::from(&done) == *answer => {}
            now => verdict.found(
                AGAIN,
                format_args!("{command:?} was answered {answer:?}, and now {now:?}"),
            ),
        }
        repeated += 1;
    }
    assert!(repeated > 0, "nobody asked again");
    figure(repeated)
}

/// The process is killed when its commit is done and its answer is not there yet.
async fn a_process_killed_before_its_answer_is_answered_by_the_next_one(home: Home) {
    let kills = size(20, 200);
    let store = home.open().await;
    let (mut verdict, mut rows) = (Verdict::on([TWICE, LOST, AGAIN]), 0);
    for number in 0..kills as u64 {
        let command = Add {
            counter: "killed".to_owned(),
            writer: 0,
            number,
            times: 2,
            request: Some(CommandId::named(&format!("kill {number}"))),
        };
        let mut child = Child::play(PROGRAM, "fall_silent", &(&home.place, &command));
        child.hear::<String>().await;
        child.kill();
        child.end::<String>().await;
        let left = stored(&store).await.split_off(rows);
        rows += 2;
        if left.len() != 2 {
            verdict.found(LOST, format_args!("of {command:?} there is {left:?}"));
        }
        let done = Repository::<Counter, _>::new(store.clone())
            .execute(command)
            .await
            .unwrap();
        if !done.repeated || Answer::from(&done).rows != left {
            verdict.found(
                AGAIN,
                format_args!("{left:?} was stored, and {done:?} was answered"),
            );
        }
        let now = stored(&store).await.len();
        if now != rows {
            verdict.found(
                TWICE,
                format_args!("of {rows} rows there are {now}, after {number}"),
            );
        }
    }
    let tried = format!(
        "{} kills, each asked again by another process",
        figure(rows / 2)
    );
    proved(
        &format!(
            "Lost answers: a process killed between its commit and its answer, {}",
            home.place
        ),
        &tried,
        &verdict.clean(),
    );
}
