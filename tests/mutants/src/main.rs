//! Tries every change that cargo-mutants lists, in one build in which each is behind a switch.
//!
//! `cargo mutants` compiles the runtime for each of its thousands of changes. Here all of them are compiled at once,
//! and of the tests only those run that come by the changed place, the shortest first.
//!
//! `cargo run -p factum-mutants` writes what comes of each to `target/mutants/outcomes`, a line each, and leaves out what
//! has a line there: it goes on if it was stopped, and whoever wrote a test takes out the lines of what that should
//! catch. Words after `--` choose those with one of them in their names.

mod build;
mod built;
mod list;
mod site;
mod switch;
mod trial;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use anyhow::{Result, anyhow};

use built::Built;
use list::Mutant;
use trial::Trials;

/// How many tests run at once: most wait rather than compute.
const AT_ONCE: usize = 3;

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let root = root.canonicalize()?;
    let folder = root.join("target/mutants");
    fs::create_dir_all(folder.join("passed"))?;
    let outcomes = Outcomes::open(&folder.join("outcomes"))?;
    let mutants = list::ask(&root)?;
    let Built {
        refused,
        unplaced,
        binaries,
        tests,
        ..
    } = Built::of(&root, &folder, &mutants)?;
    let trials = Trials::new(&binaries, &folder.join("passed"))?;
    let asked: Vec<_> = (1..)
        .zip(&mutants)
        .filter(|(_, mutant)| {
            words.is_empty() || words.iter().any(|word| mutant.name.contains(word))
        })
        .filter(|(_, mutant)| !outcomes.known.contains(&mutant.name))
        .collect();
    each(&asked, |(number, mutant)| {
        if refused.contains(number) {
            return outcomes.add("does not compile", mutant, "");
        }
        if unplaced.contains(number) {
            return outcomes.add("has no switch", mutant, "");
        }
        let mut coming_by: Vec<_> = tests
            .iter()
            .filter(|test| test.passes.contains(number))
            .collect();
        coming_by.sort_by_key(|test| test.takes);
        for test in &coming_by {
            if !trials.passes(test, *number)? {
                return outcomes.add("caught", mutant, &test.name);
            }
        }
        outcomes.add("survived", mutant, &format!("{} tests", coming_by.len()))
    })?;
    sum(&folder.join("outcomes"))
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

/// A file with a line for each change that was tried.
struct Outcomes {
    file: Mutex<File>,
    known: BTreeSet<String>,
}

impl Outcomes {
    fn open(path: &Path) -> Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        let known = fs::read_to_string(path)?;
        let known = known.lines().filter_map(|line| line.split('\t').nth(1));
        Ok(Self {
            known: known.map(str::to_owned).collect(),
            file: Mutex::new(file),
        })
    }

    fn add(&self, outcome: &str, mutant: &Mutant, by: &str) -> Result<()> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(writeln!(file, "{outcome}\t{}\t{by}", mutant.name)?)
    }
}

/// Prints those that survived, and how many there are of each outcome.
fn sum(path: &Path) -> Result<()> {
    let text = fs::read_to_string(path)?;
    let mut counts = BTreeMap::<_, usize>::new();
    for line in text.lines() {
        *counts.entry(line.split('\t').next()).or_default() += 1;
        if line.starts_with("survived") {
            println!("{line}");
        }
    }
    for (outcome, count) in counts {
        println!("{}: {count}", outcome.unwrap_or_default());
    }
    Ok(())
}
