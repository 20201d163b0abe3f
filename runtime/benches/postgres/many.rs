//! W2, W3 and W5 by many tasks at once, in one process and in four.

use super::Server;
use super::raw::Scheme;
use super::read::filled;
use super::work::{ACCOUNTS, FOLLOWED, LOADED, Step, Work};
use crate::ratio::{Bench, Goal, Outcome, Workload};

/// What is compared: the processes, and in each its tasks and the steps of each task.
#[derive(Clone, Copy)]
struct Case {
    name: &'static str,
    step: Step,
    processes: usize,
    tasks: usize,
    steps: usize,
    goal: f64,
}

const fn case(name: &'static str, step: Step, processes: usize, tasks: usize) -> Case {
    let all = processes * tasks;
    Case {
        name,
        step,
        processes,
        tasks,
        steps: match step {
            Step::Follow => 1,
            // Long enough that a connection that is opened meanwhile weighs little.
            Step::Load => 9600 / all,
            _ => 960 / all,
        },
        goal: match step {
            Step::Follow => 0.8,
            _ => 0.9,
        },
    }
}

const CASES: [Case; 9] = [
    case("W2 rehydrate on PostgreSQL, 16 tasks", Step::Load, 1, 16),
    case("W2 rehydrate on PostgreSQL, 64 tasks", Step::Load, 1, 64),
    case(
        "W2 rehydrate on PostgreSQL, 4 processes × 16 tasks",
        Step::Load,
        4,
        16,
    ),
    case(
        "W3 typed subscription on PostgreSQL, 16 tasks",
        Step::Follow,
        1,
        16,
    ),
    case(
        "W3 typed subscription on PostgreSQL, 64 tasks",
        Step::Follow,
        1,
        64,
    ),
    case(
        "W3 typed subscription on PostgreSQL, 4 processes × 16 tasks",
        Step::Follow,
        4,
        16,
    ),
    case(
        "W5 append of batches of 100 on PostgreSQL, 16 tasks",
        Step::Append,
        1,
        16,
    ),
    case(
        "W5 append of batches of 100 on PostgreSQL, 64 tasks",
        Step::Append,
        1,
        64,
    ),
    case(
        "W5 append of batches of 100 on PostgreSQL, 4 processes × 16 tasks",
        Step::Append,
        4,
        16,
    ),
];

pub(super) fn names() -> impl Iterator<Item = &'static str> {
    CASES.iter().map(|case| case.name)
}

pub(super) fn run(bench: &mut Bench, server: &Server) -> Outcome<()> {
    for case in CASES {
        if !bench.wants(case.name) {
            continue;
        }
        let workload = Workload {
            name: case.name,
            unit: "events",
            rounds: 7,
            goal: Goal::Ratio(case.goal),
        };
        let there = match case.step {
            Step::Load => Some(filled(server, ACCOUNTS as u64, LOADED)?),
            Step::Follow => Some(filled(server, ACCOUNTS as u64, FOLLOWED)?),
            _ => None,
        };
        let round = |raw| {
            let url = match &there {
                Some(url) => url.clone(),
                None => server.database()?,
            };
            let work = Work {
                first: 0,
                tasks: case.tasks,
                steps: case.steps,
                step: case.step,
                raw,
            };
            work.round(&url, case.processes)
        };
        bench.pair(&workload, || round(None), || round(Some(Scheme::Statement)))?;
    }
    Ok(())
}
