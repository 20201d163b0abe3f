//! W1: load, decide, append one event, and wait until the server has it.

use super::Server;
use super::raw::Scheme;
use super::work::{Step, Work};
use crate::ratio::{Bench, Goal, Outcome, Workload};

/// What is compared: the processes, and in each its tasks and the commands of each task.
#[derive(Clone, Copy)]
struct Case {
    name: &'static str,
    processes: usize,
    tasks: usize,
    commands: usize,
    cached: bool,
    /// What it is held against, and how it should compare.
    twin: Scheme,
    goal: f64,
}

const fn case(name: &'static str, processes: usize, tasks: usize, cached: bool) -> Case {
    Case {
        name,
        processes,
        tasks,
        commands: match tasks {
            1 => 500,
            16 => 250,
            _ => 150,
        },
        cached,
        twin: Scheme::Statement,
        goal: if tasks == 1 { 0.9 } else { 0.8 },
    }
}

const fn against_a_pipeline(case: Case) -> Case {
    Case {
        twin: Scheme::Pipeline,
        ..case
    }
}

const CASES: [Case; 10] = [
    case("W1 command on PostgreSQL, 1 task, replaying", 1, 1, false),
    case(
        "W1 command on PostgreSQL, 16 tasks, replaying",
        1,
        16,
        false,
    ),
    case(
        "W1 command on PostgreSQL, 64 tasks, replaying",
        1,
        64,
        false,
    ),
    case(
        "W1 command on PostgreSQL, 4 processes × 16 tasks, replaying",
        4,
        16,
        false,
    ),
    case("W1 command on PostgreSQL, 1 task, cached", 1, 1, true),
    case("W1 command on PostgreSQL, 16 tasks, cached", 1, 16, true),
    case("W1 command on PostgreSQL, 64 tasks, cached", 1, 64, true),
    case(
        "W1 command on PostgreSQL, 4 processes × 16 tasks, cached",
        4,
        16,
        true,
    ),
    against_a_pipeline(case(
        "W1 command on PostgreSQL, 16 tasks, cached, against a pipeline",
        1,
        16,
        true,
    )),
    against_a_pipeline(case(
        "W1 command on PostgreSQL, 4 processes × 16 tasks, cached, against a pipeline",
        4,
        16,
        true,
    )),
];

pub(super) fn names() -> impl Iterator<Item = &'static str> {
    CASES.iter().map(|case| case.name)
}

pub(super) fn run(bench: &mut Bench, server: &Server) -> Outcome<()> {
    for case in CASES {
        let workload = Workload {
            name: case.name,
            unit: "commands",
            rounds: 9,
            goal: Goal::Ratio(case.goal),
        };
        let round = |raw| {
            let url = server.database()?;
            let work = Work {
                first: 0,
                tasks: case.tasks,
                steps: case.commands,
                step: if case.cached {
                    Step::CachedCommand
                } else {
                    Step::Command
                },
                raw,
            };
            work.round(&url, case.processes)
        };
        bench.pair(&workload, || round(None), || round(Some(case.twin)))?;
    }
    Ok(())
}
