//! A copy whose process is killed; the process is this test program, run again for one role.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use factum::store::{self, Append, NewEvent};
use factum::{Expected, Store};

use crate::stores::{File, all, both, in_memory, new_event, run};

/// Where the child's stores are; it is one if this is given.
const FROM: &str = "FACTUM_TEST_FROM";
const TO: &str = "FACTUM_TEST_TO";

fn child(from: &str, to: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([
        "--exact",
        "processes::copies_where_it_is_told_to",
        "--nocapture",
    ]);
    command.env(FROM, from).env(TO, to).stdout(Stdio::piped());
    command
}

/// As a test of its own, it checks that nothing is done where nothing is told.
#[tokio::test]
async fn copies_where_it_is_told_to() {
    let (Ok(from), Ok(to)) = (std::env::var(FROM), std::env::var(TO)) else {
        return;
    };
    let (from, to) = (
        store::open(&from).await.unwrap(),
        store::open(&to).await.unwrap(),
    );
    let mut out = std::io::stdout();
    writeln!(out, "\ncopying").unwrap();
    let copying = both(&*from, &*to).progress(|copied| {
        writeln!(std::io::stdout(), "\nverified {}", copied.verified).unwrap();
    });
    let copied = copying.run().await.unwrap();
    writeln!(out, "\ncopied {}", copied.verified).unwrap();
}

/// Where a file is, for another process.
fn address(file: &File) -> String {
    format!("sqlite:{}", file.path().display())
}

#[tokio::test]
async fn a_copy_to_a_file_that_was_killed_goes_on() {
    let other = File::new();
    goes_on(&address(&other)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_to_a_server_that_was_killed_goes_on() {
    goes_on(&factum_server::database().await).await;
}

async fn goes_on(to: &str) {
    const EVENTS: u128 = 6000;
    let one = File::new();
    let from = one.open().await;
    let batch = |stream: String, events: Vec<NewEvent>| {
        from.append(Append::new(stream.parse().unwrap(), Expected::Any, events).unwrap())
    };
    for first in (0..EVENTS).step_by(3) {
        let event = |number| {
            new_event(
                number,
                "account.deposited",
                1,
                &format!(r#"{{"cents":{number}}}"#),
            )
        };
        let stream = format!("account-{}", first % 50);
        batch(stream, (first..first + 3).map(event).collect())
            .await
            .unwrap();
    }
    let whole = in_memory(&from).await;

    let mut left = Vec::new();
    for round in 0_u64.. {
        let mut child = child(&address(&one), to).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        lines
            .find(|line| line.as_ref().unwrap() == "copying")
            .unwrap()
            .unwrap();
        // Later each time: within the first page, between pages, and at last behind the end.
        let until = std::time::Duration::from_millis(20 + 60 * round);
        let died = tokio::time::timeout(until, async {
            while child.try_wait().unwrap().is_none() {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        });
        let finished = died.await.is_ok();
        if !finished {
            child.kill().unwrap();
        }
        child.wait().unwrap();
        let there = all(&*store::open(to).await.unwrap()).await;
        assert_eq!(there, whole[..there.len()], "in round {round}");
        left.push(whole.len() - there.len());
        if finished {
            break;
        }
    }
    assert_eq!(left.last(), Some(&0));
    assert!(left.iter().any(|left| *left > 0), "{left:?}");
    let copied = run(&from, &*store::open(to).await.unwrap()).await.unwrap();
    assert_eq!(u128::from(copied.verified), EVENTS);
    assert_eq!(copied.written, 0);
}
