//! Another process of a test, and the lines that the two exchange: one JSON value each.

use std::process::Stdio;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child as Process, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

use crate::report::size;

/// A process that plays a role, and that is killed when the test lets go of it.
#[derive(Debug)]
pub struct Child {
    role: String,
    process: Process,
    input: Option<ChildStdin>,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Child {
    /// Starts the program of this package, which is at `env!("CARGO_BIN_EXE_factum-faults")`, with a role and what
    /// belongs to it.
    pub fn play(program: &str, role: &str, order: &impl Serialize) -> Self {
        let mut process = Command::new(program)
            .arg(role)
            .arg(serde_json::to_string(order).unwrap())
            // What is measured is what the program holds, not what the allocator keeps for each thread.
            .env("MALLOC_ARENA_MAX", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let output = process.stdout.take().unwrap();
        Self {
            role: role.to_owned(),
            input: process.stdin.take(),
            lines: BufReader::new(output).lines(),
            process,
        }
    }

    /// Waits until all of them are ready, and has them begin.
    pub async fn begin(children: &mut [Self]) {
        for child in &mut *children {
            child.hear::<String>().await;
        }
        for child in children {
            child.say(&"go").await;
        }
    }

    /// Sends it a line.
    pub async fn say(&mut self, value: &impl Serialize) {
        let line = serde_json::to_string(value).unwrap() + "\n";
        let input = self.input.as_mut().unwrap();
        input.write_all(line.as_bytes()).await.unwrap();
    }

    /// What it says next; it must not have ended.
    pub async fn hear<T: DeserializeOwned>(&mut self) -> T {
        let said = self.next().await;
        said.unwrap_or_else(|| panic!("the process with the role `{}` has ended early", self.role))
    }

    /// What it says next, until it has ended. Whoever is silent for longer than any of its work takes hangs.
    pub async fn next<T: DeserializeOwned>(&mut self) -> Option<T> {
        let silence = Duration::from_secs(size(300, 3600) as u64);
        let line = timeout(silence, self.lines.next_line()).await;
        let line = line.unwrap_or_else(|_| {
            panic!(
                "the process with the role `{}` has said nothing for {silence:?}",
                self.role
            )
        });
        Some(serde_json::from_str(&line.unwrap()?).unwrap())
    }

    /// Tells it to come to an end: its input has ended.
    pub fn stop(&mut self) {
        self.input = None;
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        // It may have ended by itself.
        let _ = self.process.start_kill();
    }

    /// The rest of what it said, and whether it ended by itself and well.
    pub async fn end<T: DeserializeOwned>(mut self) -> (Vec<T>, bool) {
        let mut rest = Vec::new();
        while let Some(said) = self.next().await {
            rest.push(said);
        }
        (rest, self.process.wait().await.unwrap().success())
    }

    /// The last thing that it has to say, when it has ended well.
    pub async fn last<T: DeserializeOwned>(mut self) -> T {
        self.stop();
        let role = self.role.clone();
        let (mut rest, well) = self.end().await;
        assert!(
            well,
            "the process with the role `{role}` has not ended well"
        );
        rest.pop()
            .unwrap_or_else(|| panic!("the process with the role `{role}` has said nothing"))
    }
}
