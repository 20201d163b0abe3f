//! Random operations on every store, each answered as a simple model answers it.

use factum_faults::{figure, proved, seeded, size};
use proptest::test_runner::{
    Config, FileFailurePersistence, RngAlgorithm, TestCaseError, TestRng, TestRunner,
};
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest};

mod operation;
mod reference;
mod stores;

use operation::KINDS;
use reference::Model;
use stores::{ANSWERS, Stores};

/// Of one history, from an empty store on.
const OPERATIONS: usize = 100;

#[test]
fn every_answer_is_that_of_the_model() {
    let histories = size(50, 1_000);
    let config = Config {
        cases: u32::try_from(histories).unwrap(),
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(
            "tests/model/regressions.txt",
        ))),
        ..Config::default()
    };
    let mut seed = [0; 32];
    seeded("the model").fill(&mut seed);
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let strategy = Model::sequential_strategy(OPERATIONS..=OPERATIONS);
    let mut runner = TestRunner::new_with_rng(config.clone(), random);
    let outcome = runner.run(&strategy, |(model, operations, seen)| {
        Stores::test_sequential(config.clone(), model, operations, seen);
        Ok::<_, TestCaseError>(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    let answers = ANSWERS.lock().unwrap();
    let count = |kind: &str| answers.get(kind).copied().unwrap_or(0);
    let never: Vec<_> = KINDS.into_iter().filter(|kind| count(kind) == 0).collect();
    assert!(never.is_empty(), "no operation led to {never:?}");
    let operations = answers.values().sum::<usize>();
    assert!(operations >= histories * OPERATIONS);
    let counted = KINDS.map(|kind| format!("{} {kind}", figure(count(kind))));
    proved(
        "Model: random operations beside a simple model, memory, SQLite and PostgreSQL",
        &format!(
            "{} operations in {} histories",
            figure(operations),
            figure(operations / OPERATIONS)
        ),
        &format!("0 answers unlike the model's: {}", counted.join(", ")),
    );
}
