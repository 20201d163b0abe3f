//! The same command from many: it is carried out once, and everybody gets the same answer.

use factum::{Memory, Store};
use factum_faults::answer::stored;
use factum_faults::clock::Setting;
use factum_faults::player::Player;
use factum_faults::twins::{Answers, Twins, judge};
use factum_faults::{figure, proved, size};

use crate::{PROGRAM, sqlite};

fn commands() -> u64 {
    size(50, 500) as u64
}

#[tokio::test(flavor = "multi_thread")]
async fn equal_commands_are_carried_out_once_in_memory() {
    one_process("32 equal commands at once, memory", Memory::new()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn equal_commands_are_carried_out_once() {
    let (_directory, store) = sqlite().await;
    one_process("32 equal commands at once, SQLite, one process", store).await;
}

async fn one_process(what: &str, store: impl Store + Clone) {
    let twins = Twins::new(32, store.clone(), &Setting::Machine.clock());
    let mut all = Vec::new();
    for number in 0..commands() {
        all.push(twins.send(number).await);
    }
    report(what, &all, &store).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn equal_commands_are_carried_out_once_across_processes() {
    let what = "16 equal commands at once in each of 2 processes, SQLite";
    processes(what, commands(), [Setting::Machine; 2]).await;
}

/// Processes that send the same commands, each with tasks and a clock of its own.
pub(crate) async fn processes(what: &str, commands: u64, clocks: [Setting; 2]) {
    let (_directory, store) = sqlite().await;
    let mut players =
        clocks.map(|clock| Player::play(PROGRAM, "twins", &(store.path(), 16, clock)));
    for player in &mut players {
        player.hear::<String>().await;
    }
    let mut all = Vec::new();
    for number in 0..commands {
        for player in &mut players {
            player.say(&number).await;
        }
        let mut answers = Answers::default();
        for player in &mut players {
            answers.extend(player.hear().await);
        }
        all.push(answers);
    }
    for player in players {
        player.end().await;
    }
    report(what, &all, &store).await;
}

async fn report(what: &str, all: &[Answers], store: &impl Store) {
    let rows = stored(store).await;
    let verdict = judge(all, &rows).clean();
    let count = |of: fn(&Answers) -> usize| figure(all.iter().map(of).sum::<usize>());
    let identical = count(|all| all.answers.iter().filter(|(_, repeated)| *repeated).count());
    let (effects, refused) = (figure(rows.len() / 2), count(|all| all.refused));
    let sent = count(|all| all.answers.len() + all.errors.len());
    proved(
        what,
        &format!(
            "{} ids, sent {sent} times, and {refused} times with another command",
            figure(all.len())
        ),
        &format!("{effects} effects, {identical} identical answers, {refused} refused; {verdict}"),
    );
}
