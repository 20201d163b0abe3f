//! Another process of a test.

use std::ffi::OsStr;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child as Process, ChildStdin, ChildStdout, Command};

/// Whoever waits longer than this waits for ever.
const SILENCE: Duration = Duration::from_secs(30);

/// A process that tells what it does line by line, and that is killed when the test lets go of it.
#[derive(Debug)]
pub struct Child {
    process: Process,
    input: Option<ChildStdin>,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Child {
    /// Starts a program in a role.
    pub fn start(program: &str, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        Self::spawn(Command::new(program).args(arguments))
    }

    /// Starts a program.
    pub fn spawn(command: &mut Command) -> Self {
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.kill_on_drop(true).spawn().unwrap();
        let output = process.stdout.take().unwrap();
        Self {
            input: process.stdin.take(),
            lines: BufReader::new(output).lines(),
            process,
        }
    }

    /// What it says next, until it has ended. It never takes long.
    pub async fn line(&mut self) -> Option<String> {
        let line = tokio::time::timeout(SILENCE, self.lines.next_line()).await;
        line.unwrap_or_else(|_| {
            panic!(
                "process {:?} has said nothing for {SILENCE:?}",
                self.process.id()
            )
        })
        .unwrap()
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
    pub async fn end(mut self) -> (Vec<String>, bool) {
        let mut rest = Vec::new();
        while let Some(line) = self.line().await {
            rest.push(line);
        }
        (rest, self.process.wait().await.unwrap().success())
    }
}
