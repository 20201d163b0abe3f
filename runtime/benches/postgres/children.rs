//! A round in several processes: each connects and says so, then all begin at once.

use std::env;
use std::io::{BufRead, BufReader, Read, Write, stdin};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use tokio::runtime::Runtime;

use super::raw::Scheme;
use super::work::{Ready, Step, Work};
use crate::ratio::{Outcome, Round};

/// Names the address and the work of a child.
const WORK: &str = "FACTUM_BENCH_WORK";

/// What a child is told that is not to work by hand.
const OURS: &str = "ours";

struct Running {
    child: Child,
    go: ChildStdin,
    said: BufReader<ChildStdout>,
}

pub(super) fn round(url: &str, processes: usize, work: Work) -> Outcome<Round> {
    let mut running = Vec::new();
    for number in 0..processes {
        let Work {
            tasks,
            steps,
            step,
            raw,
            ..
        } = work;
        let first = number * tasks;
        let step = Step::ALL.iter().position(|one| *one == step);
        let step = step.ok_or("no such step")?;
        let by = match raw {
            None => OURS,
            Some(Scheme::Statement) => "statement",
            Some(Scheme::Pipeline) => "pipeline",
        };
        let mut child = Command::new(env::current_exe()?)
            .env(WORK, format!("{first} {tasks} {steps} {step} {by} {url}"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let go = child.stdin.take().ok_or("no standard input")?;
        let said = BufReader::new(child.stdout.take().ok_or("no standard output")?);
        running.push(Running { child, go, said });
    }
    for child in &mut running {
        child.said.read_line(&mut String::new())?;
    }
    let (round, ()) = Round::timed(processes * work.operations(), || {
        for child in &mut running {
            child.go.write_all(b"go\n")?;
        }
        for child in &mut running {
            child.said.read_line(&mut String::new())?;
        }
        Ok(())
    })?;
    for mut child in running {
        drop(child.go);
        let mut rest = String::new();
        child.said.read_to_string(&mut rest)?;
        if !child.child.wait()?.success() {
            return Err(format!("a process of the round failed: {rest}").into());
        }
    }
    Ok(round)
}

/// Does a child's work if this is one, and says whether it is.
pub(crate) fn is_child() -> Outcome<bool> {
    let Ok(work) = env::var(WORK) else {
        return Ok(false);
    };
    let parts: Vec<&str> = work.splitn(6, ' ').collect();
    let [first, tasks, steps, step, by, url] = parts.as_slice() else {
        return Err(format!("`{WORK}` is `{work}`").into());
    };
    let work = Work {
        first: first.parse()?,
        tasks: tasks.parse()?,
        steps: steps.parse()?,
        step: *Step::ALL
            .get(step.parse::<usize>()?)
            .ok_or("no such step")?,
        raw: match *by {
            OURS => None,
            "pipeline" => Some(Scheme::Pipeline),
            _ => Some(Scheme::Statement),
        },
    };
    let runtime = Runtime::new()?;
    let ready = runtime.block_on(Ready::new(url, work))?;
    println!("ready");
    stdin().lock().read_line(&mut String::new())?;
    runtime.block_on(ready.go())?;
    println!("done");
    Ok(true)
}
