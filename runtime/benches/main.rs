//! The workloads, each beside a twin on the bare driver.
#![allow(missing_docs, unreachable_pub)]
#![expect(clippy::unwrap_used, reason = "what is missing here ends the bench")]

mod w4_memory;

use std::time::Duration;

use w4_memory::{WORKS, Work, ours, raw};

/// `w4` prints rates and ratios; `w4 <work> <commands>` runs one work once, `w4 raw <work> <commands>` its twin, for
/// counting instructions.
fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["w4", "raw", name, commands, ..] => once(raw, name, commands),
        ["w4", name, commands, ..] => once(ours, name, commands),
        _ => WORKS.into_iter().for_each(table),
    }
}

fn once(run: fn(Work) -> Duration, name: &str, commands: &str) {
    let work = WORKS.into_iter().find(|work| work.name == name).unwrap();
    let commands = commands.parse().unwrap();
    let took = run(Work { commands, ..work });
    println!("{:.3} M/s", commands as f64 / took.as_secs_f64() / 1e6);
}

fn table(work: Work) {
    let rounds: Vec<[Duration; 2]> = (0..7).map(|_| [ours(work), raw(work)]).collect();
    let best = |which: usize| {
        let best = rounds.iter().map(|round| round[which]).min().unwrap();
        work.commands as f64 / best.as_secs_f64() / 1e6
    };
    let mut ratios: Vec<f64> = rounds
        .iter()
        .map(|[ours, raw]| raw.div_duration_f64(*ours))
        .collect();
    ratios.sort_by(f64::total_cmp);
    println!(
        "{:20} ours {:.2} M/s, raw {:.2} M/s, ratio {:.2}",
        work.name,
        best(0),
        best(1),
        ratios[3]
    );
}
