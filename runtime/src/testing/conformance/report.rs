//! Cases that are run, one as a test or all for a table.

use std::fmt::{self, Write};
use std::time::Duration;

use thiserror::Error;

use super::{Case, Kit};
use crate::store::{Durability, Store, Survives};
use crate::testing::caught::caught;

/// The store does not offer what a case is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the store offers no {0}, so there is nothing to show")]
#[non_exhaustive]
pub struct NotOffered(pub &'static str);

/// What came of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The store keeps to the rule.
    Holds,
    /// The store does not have the ability that the rule is about.
    NotOffered(NotOffered),
    /// The store breaks the rule; how, and where the case noticed.
    Broken(String),
}

/// What a case comes to: nothing, or that the store does not offer what it is about.
pub trait Shown {
    /// As an outcome.
    fn outcome(self) -> Outcome;
}

impl Shown for () {
    fn outcome(self) -> Outcome {
        Outcome::Holds
    }
}

impl Shown for Result<(), NotOffered> {
    fn outcome(self) -> Outcome {
        self.map_or_else(Outcome::NotOffered, Shown::outcome)
    }
}

/// How long a case may take: a store that loses an event may keep a reader waiting for ever.
const LIMIT: Duration = Duration::from_secs(300);

/// Runs one case; what the tests that [`conformance!`](crate::conformance) makes call.
pub fn run<F: Future<Output: Shown>>(case: Case, show: impl FnOnce() -> F) {
    match outcome(show) {
        Outcome::Holds => {}
        Outcome::NotOffered(why) => println!("{case}: {why}"),
        Outcome::Broken(how) => {
            panic!("{case}: the store breaks a rule: \"{}\"\n{how}", case.rule)
        }
    }
}

fn outcome<F: Future<Output: Shown>>(show: impl FnOnce() -> F) -> Outcome {
    let shown = caught(|| {
        on_a_runtime(async {
            let shown = tokio::time::timeout(LIMIT, show()).await;
            shown.expect("the case does not end")
        })
    });
    shown.map_or_else(Outcome::Broken, Shown::outcome)
}

fn on_a_runtime<T>(future: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_all().build();
    runtime.unwrap().block_on(future)
}

/// What came of all cases on one store.
///
/// ```
/// use factum::testing::conformance::{CASES, Commits, Kit, Report};
/// use factum::{Memory, StreamName};
///
/// # struct InMemory;
/// # impl Kit for InMemory {
/// #     type Store = Memory;
/// #     async fn open(&self) -> Memory { Memory::new() }
/// #     async fn reopen(&self, _: Memory) -> Option<Memory> { None }
/// #     async fn commits(&self, _: &Memory, _: &StreamName) -> Commits { Commits::OneByOne }
/// # }
/// let report = Report::of(|| InMemory);
/// assert_eq!(report.held(), CASES.len());
/// println!("{}", Report::table(&[("memory", &report)]));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// What the store declares to survive.
    pub durability: Durability,
    /// Each case, in the order of [`CASES`](super::CASES), and what came of it.
    pub outcomes: Vec<(Case, Outcome)>,
}

macro_rules! outcomes {
    ([$kit:ident] $($topic:ident { $($case:ident: $rule:literal,)+ })+) => {
        vec![$($((
            Case::new(stringify!($topic), stringify!($case), $rule),
            outcome(|| super::$topic::$case($kit())),
        ),)+)+]
    };
}

impl Report {
    /// Runs every case on a store, one after the other.
    pub fn of<K: Kit>(kit: impl Fn() -> K) -> Self {
        let durability = on_a_runtime(async { kit().open().await.durability() });
        let outcomes = crate::__conformance_cases! { [outcomes] [kit] };
        Self {
            durability,
            outcomes,
        }
    }

    /// How many cases were carried out and hold.
    pub fn held(&self) -> usize {
        let held = self.outcomes.iter();
        held.filter(|(_, outcome)| *outcome == Outcome::Holds)
            .count()
    }

    /// A table in Markdown: a row for each rule, a column for each store.
    pub fn table(stores: &[(&str, &Self)]) -> String {
        let mut table = String::new();
        let mut row = |topic: &str, rule: &str, said: &dyn Fn(&str, &Self) -> String| {
            let _ = write!(table, "| {topic} | {rule} |");
            for (name, report) in stores {
                let _ = write!(table, " {} |", said(name, report));
            }
            table.push('\n');
        };
        row("topic", "rule", &|name, _| name.to_owned());
        row("---", "---", &|_, _| "---".to_owned());
        let mut before = "";
        for case in super::CASES {
            let topic = if case.topic == before { "" } else { case.topic };
            before = case.topic;
            row(topic, case.rule, &|_, report| report.said_of(*case));
        }
        row(
            "all",
            "Cases that were carried out and hold.",
            &|_, report| report.held().to_string(),
        );
        row("", "What is acknowledged survives", &|_, report| {
            match report.durability.survives {
                Survives::Nothing => "nothing",
                Survives::Process => "the end of the process",
                Survives::Machine => "the end of the process and a power cut",
            }
            .to_owned()
        });
        table
    }

    fn said_of(&self, case: Case) -> String {
        let mut outcomes = self.outcomes.iter();
        let found = outcomes.find(|(of, _)| *of == case);
        found.map_or("not run".to_owned(), |(_, outcome)| outcome.to_string())
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Holds => "holds",
            Self::NotOffered(_) => "not offered",
            Self::Broken(_) => "**broken**",
        })
    }
}
