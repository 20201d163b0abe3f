//! Tries every change that cargo-mutants lists, in one build in which each is behind a switch.
//!
//! `cargo mutants` compiles the runtime for each of its thousands of changes. Here all of them are compiled at once,
//! and of the tests only those run that come by the changed place, the shortest first.
//!
//! `cargo run -p factum-mutants` writes what comes of each to `target/mutants/outcomes`, a line each, and leaves out what
//! has a line there: it goes on if it was stopped, and whoever wrote a test takes out the lines of what that should
//! catch. A file of which none survived is noted in `tests/mutants/tried.tsv` with what git calls its content, and is
//! left out as long as it stands as it did. Words after `--` choose those with one of them in their names.

mod build;
mod built;
mod list;
mod order;
mod outcomes;
mod site;
mod switch;
mod trial;
mod tried;

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Result, anyhow};

use built::Built;
use order::Order;
use outcomes::{Kind, Outcomes};
use trial::Trials;
use tried::Tried;

/// What tests may take in the first round, without a change: what they do not catch by then is asked of all, at last.
const SOON: Duration = Duration::from_secs(30);

/// How many tests run at once: most wait rather than compute.
const AT_ONCE: usize = 4;

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let root = root.canonicalize()?;
    let folder = root.join("target/mutants");
    fs::create_dir_all(folder.join("passed"))?;
    let outcomes = Outcomes::open(&folder.join("outcomes"))?;
    let mutants = list::ask(&root)?;
    let mut tried = Tried::read(&root)?;
    tried.note(&mutants, &outcomes)?;
    let Built {
        refused,
        unplaced,
        binaries,
        tests,
        ..
    } = Built::of(&root, &folder, &mutants)?;
    let trials = Trials::new(&binaries, &folder.join("passed"))?;
    let order = Order::default();
    for at_most in [SOON, Duration::MAX] {
        let known = outcomes.known()?;
        let asked: Vec<_> = (1..)
            .zip(&mutants)
            .filter(|(_, mutant)| {
                words.is_empty() || words.iter().any(|word| mutant.name.contains(word))
            })
            .filter(|(_, mutant)| {
                let is_known = known.contains_key(&(mutant.of.clone(), mutant.name.clone()));
                !is_known && !tried.has(mutant)
            })
            .collect();
        each(&asked, |(number, mutant)| {
            if refused.contains(number) {
                return outcomes.add(Kind::DoesNotCompile, mutant, "");
            }
            if unplaced.contains(number) {
                return outcomes.add(Kind::HasNoSwitch, mutant, "");
            }
            let coming_by = tests.iter().filter(|test| test.passes.contains(number));
            let mut coming_by: Vec<_> = coming_by.collect();
            order.sort(&mutant.file, &mut coming_by);
            let mut took = Duration::ZERO;
            for test in &coming_by {
                if took > at_most {
                    return Ok(());
                }
                took += test.takes;
                let caught = !trials.passes(test, *number)?;
                order.learn(&mutant.file, test, caught);
                if caught {
                    return outcomes.add(Kind::Caught, mutant, &test.name);
                }
            }
            let count = format!("{} tests", coming_by.len());
            outcomes.add(Kind::Survived, mutant, &count)
        })?;
    }
    tried.note(&mutants, &outcomes)?;
    outcomes.sum()
}

/// Does it for each item, some at once.
fn each<T: Sync>(items: &[T], what: impl Fn(&T) -> Result<()> + Sync) -> Result<()> {
    let next = AtomicUsize::new(0);
    let work = || -> Result<()> {
        while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
            what(item)?;
        }
        Ok(())
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| {
            let ended = worker.join();
            ended.unwrap_or_else(|_| Err(anyhow!("a worker panicked")))
        })
    })
}
