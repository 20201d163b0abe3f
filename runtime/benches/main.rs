//! The workloads, each beside a twin on the bare driver; `README.md` says how to run them.

mod account;
mod decode;
mod files;
mod postgres;
mod ratio;
mod raw;
mod w1_command;
mod w2_rehydrate;
mod w3_catch_up;
mod w4_memory;
mod w5_append;

use ratio::{Bench, Outcome};

/// In the order of the table.
const WORKLOADS: [fn(&mut Bench) -> Outcome<()>; 7] = [
    w1_command::run,
    w2_rehydrate::run,
    w3_catch_up::run,
    w4_memory::run,
    w5_append::run,
    decode::run,
    postgres::run,
];

fn main() -> Outcome<()> {
    if postgres::is_child()? {
        return Ok(());
    }
    let mut bench = Bench::from_args(std::env::args().skip(1))?;
    bench.start()?;
    WORKLOADS
        .iter()
        .try_for_each(|workload| workload(&mut bench))?;
    bench.finish()
}
