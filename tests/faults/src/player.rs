//! Another process of a test, and the lines that the two exchange: one JSON value each.

use std::io::Write;
use std::process::{Output, Stdio};

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{ChildStdin, ChildStdout, Command};

/// A process that plays a role; it is killed when this is dropped.
pub struct Player {
    process: tokio::process::Child,
    to: ChildStdin,
    from: Lines<BufReader<ChildStdout>>,
    role: String,
}

impl Player {
    /// Starts the program of this package, which is at `env!("CARGO_BIN_EXE_factum-faults")`, with a role and what
    /// belongs to it.
    pub fn play(program: &str, role: &str, order: &impl Serialize) -> Self {
        let mut process = Command::new(program)
            .arg(role)
            .arg(serde_json::to_string(order).unwrap())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let to = process.stdin.take().unwrap();
        let from = BufReader::new(process.stdout.take().unwrap()).lines();
        Self {
            process,
            to,
            from,
            role: role.to_owned(),
        }
    }

    /// Sends a line to the process.
    pub async fn say(&mut self, value: &impl Serialize) {
        let line = serde_json::to_string(value).unwrap() + "\n";
        self.to.write_all(line.as_bytes()).await.unwrap();
    }

    /// The next line of the process, which must not have ended.
    pub async fn hear<T: DeserializeOwned>(&mut self) -> T {
        match self.from.next_line().await.unwrap() {
            Some(line) => serde_json::from_str(&line).unwrap(),
            None => panic!("the process with the role `{}` has ended early", self.role),
        }
    }

    /// Kills the process, which gets no chance to do anything about it, and waits until it is gone.
    pub async fn kill(mut self) {
        self.process.kill().await.unwrap();
    }

    /// Waits until the process has ended well.
    pub async fn end(self) {
        drop(self.to);
        let Output { status, .. } = self.process.wait_with_output().await.unwrap();
        assert!(status.success(), "`{}` has ended with {status}", self.role);
    }
}

/// What belongs to the role, as the test has said it.
pub fn order<T: DeserializeOwned>(arguments: &[String]) -> T {
    let [order] = arguments else {
        panic!("a role takes one argument, not {arguments:?}")
    };
    serde_json::from_str(order).unwrap()
}

/// Sends a line to the test that this process was started by.
pub fn say(value: &impl Serialize) {
    let line = serde_json::to_string(value).unwrap();
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").unwrap();
    out.flush().unwrap();
}

/// The next line from the test, or `None` when it has no more to say. It blocks.
pub fn hear<T: DeserializeOwned>() -> Option<T> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
    (!line.is_empty()).then(|| serde_json::from_str(&line).unwrap())
}
