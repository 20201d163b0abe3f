//! The same command from many: it is carried out once, and everybody gets the same answer.

use factum::Store;
use factum_faults::clock::Setting;
use factum_faults::process::Child;
use factum_faults::tasks::twins::{Answers, Twins, judge};
use factum_faults::{figure, proved, size, stored};

use crate::PROGRAM;
use crate::home::{Home, on_every_store, on_shared_stores};

on_every_store!(equal_commands_are_carried_out_once);
on_shared_stores!(equal_commands_are_carried_out_once_across_processes);

fn commands() -> u64 {
    size(50, 500) as u64
}

async fn equal_commands_are_carried_out_once(home: Home) {
    let store = home.open().await;
    let twins = Twins::new(32, store.clone(), &Setting::Machine.clock());
    let mut all = Vec::new();
    for number in 0..commands() {
        all.push(twins.send(number).await);
    }
    let what = format!("Equal commands: 32 tasks at once, {}", home.place);
    report(&what, commands(), &all, &store).await;
}

async fn equal_commands_are_carried_out_once_across_processes(home: Home) {
    let what = "Equal commands: 16 tasks at once in each of 2 processes";
    processes(&home, what, commands(), [Setting::Machine; 2]).await;
}

/// Processes that send the same commands, each with tasks and a clock of its own.
pub(crate) async fn processes(home: &Home, what: &str, commands: u64, clocks: [Setting; 2]) {
    let store = home.open().await;
    let mut children = clocks.map(|clock| Child::play(PROGRAM, "twins", &(&home.place, 16, clock)));
    for child in &mut children {
        child.hear::<String>().await;
    }
    let mut all = Vec::new();
    for number in 0..commands {
        for child in &mut children {
            child.say(&number).await;
        }
        let mut answers = Answers::default();
        for child in &mut children {
            answers.extend(child.hear().await);
        }
        all.push(answers);
    }
    report(&format!("{what}, {}", home.place), commands, &all, &store).await;
}

async fn report(what: &str, commands: u64, all: &[Answers], store: &impl Store) {
    let rows = stored(store).await;
    let verdict = judge(all, &rows).clean();
    let count = |of: fn(&Answers) -> usize| all.iter().map(of).sum::<usize>();
    let (answers, refused) = (count(|all| all.answers.len()), count(|all| all.refused));
    let commands = usize::try_from(commands).unwrap();
    assert_eq!((all.len(), answers), (commands, 32 * commands));
    assert_eq!((rows.len(), refused), (2 * commands, 8 * commands));
    let [effects, answers, refused] = [rows.len() / 2, answers, refused].map(figure);
    proved(
        what,
        &format!("{commands} commands, each sent 32 times; {refused} others under the same ids"),
        &format!("{effects} carried out, {answers} answers; {verdict}"),
    );
}
