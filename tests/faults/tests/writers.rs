//! Many writers and many readers at one store: nothing is lost, doubled, reordered or torn.

use factum::{Position, Store};
use factum_faults::clock::Setting;
use factum_faults::process::Child;
use factum_faults::tasks::readers::{Reader, follow, subscribe};
use factum_faults::tasks::writers::{NAMES, Writers, positions};
use factum_faults::{Seen, Told, View, figure, proved, seeded, size};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::PROGRAM;
use crate::home::{Home, on_every_store, on_shared_stores};

on_every_store!(many_writers_lose_nothing);
on_shared_stores!(many_processes_lose_nothing);

async fn many_writers_lose_nothing(home: Home) {
    let what = format!("Writers: 16 tasks and 4 readers, {}", home.place);
    one_process(&what, home.open().await, appends()).await;
}

/// Lets 16 writers write while others read, and tells what was written.
pub(crate) async fn one_process<S: Store + Clone>(what: &str, store: S, appends: u64) -> Told {
    let (told, seen) = write_and_read(what, store, appends, nobody).await;
    report(what, &told, &seen);
    told
}

/// The same, without a word; what the readers have seen fits to what was written.
pub(crate) async fn judged<S: Store + Clone>(what: &str, store: &S, appends: u64) -> Told {
    judged_beside(what, store, appends, nobody).await
}

/// The same, while others append too: once the writers are done, these end, and tell what is there of theirs.
pub(crate) async fn judged_beside<S: Store + Clone>(
    what: &str,
    store: &S,
    appends: u64,
    others: impl AsyncFnOnce() -> Told,
) -> Told {
    let (told, seen) = write_and_read(what, store.clone(), appends, others).await;
    verdict(&told, &seen);
    told
}

async fn nobody() -> Told {
    Told::default()
}

async fn write_and_read<S: Store + Clone>(
    what: &str,
    store: S,
    appends: u64,
    others: impl AsyncFnOnce() -> Told,
) -> (Told, Vec<Seen>) {
    let mut random = seeded(what);
    let writers = Writers {
        first: 0,
        count: 16,
        appends,
        seed: random.u64(..),
    };
    let (done, until) = watch::channel(None);
    let readers = readers(&mut random, &store, positions(appends * 16), &until);
    let mut told = writers.run(&store).await;
    check(&told, appends);
    told.extend(others().await);
    done.send(told.head()).unwrap();
    let mut seen = Vec::new();
    for reader in readers {
        seen.push(reader.await.unwrap());
    }
    (told, seen)
}

pub(crate) fn appends() -> u64 {
    size(1000, 10_000) as u64
}

/// One reader from the start; others from somewhere, of which one is shown everything, one what many write to and
/// one, which is a subscription, every other event.
fn readers<S: Store + Clone>(
    random: &mut fastrand::Rng,
    store: &S,
    before: u64,
    until: &watch::Receiver<Option<Position>>,
) -> Vec<JoinHandle<Seen>> {
    let shared = View {
        category: Some("shared".to_owned()),
        ..View::all(100)
    };
    let named = View {
        name: Some(NAMES[0].to_owned()),
        ..View::all(500)
    };
    let first = Reader {
        begins_at: 0,
        view: View::all(1000),
    };
    let views = [View::all(random.usize(20..200)), shared];
    let others = views.map(|view| Reader::somewhere(random, before, view));
    let subscriber = Reader::somewhere(random, before, named);
    let mut readers = vec![tokio::spawn(subscribe(
        subscriber,
        store.clone(),
        until.clone(),
    ))];
    for reader in others.into_iter().chain([first]) {
        readers.push(tokio::spawn(follow(reader, store.clone(), until.clone())));
    }
    readers
}

async fn many_processes_lose_nothing(home: Home) {
    let what = "Writers: 16 tasks in 3 processes and 2 readers in 2 more";
    processes(&home, what, appends(), [Setting::Machine; 3]).await;
}

/// Processes that write to one store, each with tasks and a clock of its own; a reader in a process of its own, and
/// one in a process that writes nothing.
pub(crate) async fn processes(home: &Home, what: &str, appends: u64, clocks: [Setting; 3]) {
    let what = format!("{what}, {}", home.place);
    let mut random = seeded(&what);
    let store = home.open().await;
    let mut writing = Vec::new();
    for ((first, count), clock) in [(0, 6), (6, 5), (11, 5)].into_iter().zip(clocks) {
        let writers = Writers {
            first,
            count,
            appends,
            seed: random.u64(..),
        };
        let order = (&home.place, writers, clock);
        writing.push(Child::play(PROGRAM, "append", &order));
    }
    let elsewhere = Reader::somewhere(&mut random, positions(appends * 16), View::all(200));
    let mut reading = Child::play(PROGRAM, "follow", &(&home.place, elsewhere));
    reading.hear::<String>().await;
    let (done, until) = watch::channel(None);
    let here = Reader {
        begins_at: 0,
        view: View::all(100),
    };
    let here = tokio::spawn(follow(here, store, until));
    Child::begin(&mut writing).await;
    let mut told = Told::default();
    for child in writing {
        told.extend(child.last().await);
    }
    check(&told, appends);
    reading.say(&told.head()).await;
    let elsewhere = reading.last().await;
    done.send(told.head()).unwrap();
    report(&what, &told, &[elsewhere, here.await.unwrap()]);
}

/// All appended, and readers began anywhere among it.
fn check(told: &Told, appends: u64) {
    assert_eq!(told.batches.len() as u64, 16 * appends);
    let (somewhere, events) = (positions(16 * appends), told.events() as u64);
    assert!(
        (events * 4 / 5..=events).contains(&somewhere),
        "readers begin at the first {somewhere} of {events} events, and at no later ones"
    );
}

fn verdict(told: &Told, seen: &[Seen]) -> String {
    assert!(told.refused > 0, "nobody was refused");
    told.judge(seen).clean()
}

fn report(what: &str, told: &Told, seen: &[Seen]) {
    let verdict = verdict(told, seen);
    let read: usize = seen.iter().map(|seen| seen.events.len()).sum();
    let appends = figure(told.batches.len());
    let [refused, events, read] = [told.refused, told.events(), read].map(figure);
    proved(
        what,
        &format!("{appends} appends of {events} events, and {refused} refused; {read} events read"),
        &verdict,
    );
}
