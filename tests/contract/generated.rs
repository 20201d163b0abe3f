//! The generated functions themselves, run as `cargo test` runs them, with bugs that appear on request.

use std::env;
use std::process::Command;

use serde::Serializer;

use crate::planted::{command, event};
use crate::says;

/// Which bug to have.
const PLANTED: &str = "FACTUM_TESTS_PLANTED";

fn planted(bug: &str) -> bool {
    env::var(PLANTED).is_ok_and(|planted| planted == bug)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn rounded<S: Serializer>(cents: &u8, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u8(if planted("rounding") { 0 } else { *cents })
}

event!(Deposited "account.deposited" {
    #[serde(serialize_with = "rounded")]
    cents: u8
});

#[derive(
    factum::Aggregate, serde::Serialize, serde::Deserialize, Default, Clone, Debug, PartialEq,
)]
#[aggregate(name = "account", id = String, events(Deposited), commands(super::generated::Deposit), tests)]
pub(crate) struct Account {
    cents: u8,
}

impl factum::Apply<Deposited> for Account {
    fn apply(&mut self, event: &Deposited) {
        self.cents += event.cents;
    }
}

command!(
    Account,
    AccountEvent,
    Deposit { cents: u8 },
    |state, command| {
        match state.cents.checked_add(command.cents) {
            None if !planted("overflow") => Err("too much"),
            _ => Ok(Deposited {
                cents: command.cents,
            }),
        }
    }
);

/// Whether one of the generated tests passes, and what it prints.
#[expect(clippy::unwrap_used, reason = "only tests call it")]
fn run(test: &str, variables: &[(&str, &str)]) -> (bool, String) {
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", "--nocapture", &format!("generated::{test}")])
        .env_remove("FACTUM_SEED")
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stderr).unwrap();
    (output.status.success(), printed)
}

#[test]
fn they_pass_until_there_is_a_bug() {
    for (test, bug, found) in [
        (
            "account_contract_deposited",
            "rounding",
            "`account.deposited` does not survive the codec",
        ),
        (
            "account_histories_contract",
            "overflow",
            "attempt to add with overflow",
        ),
    ] {
        assert!(run(test, &[]).0);
        let (passed, printed) = run(test, &[(PLANTED, bug)]);
        assert!(!passed);
        says(&printed, &[found]);
    }
}

#[test]
fn a_command_is_printed_by_the_path_that_the_attribute_has() {
    let (_, printed) = run("account_histories_contract", &[(PLANTED, "overflow")]);
    let received = ".when_received::<super::generated::Deposit>(r#";
    says(&printed, &["`super::generated::Deposit`", received]);
}

#[test]
fn a_seed_repeats_the_same_histories() {
    let seeded = |seed| {
        run(
            "account_histories_contract",
            &[(PLANTED, "overflow"), ("FACTUM_SEED", seed)],
        )
        .1
    };
    let report = |printed: String| {
        printed
            .split_once("`Account`")
            .map(|(_, report)| report.to_owned())
    };
    let first = report(seeded("7"));
    says(
        first.as_ref().unwrap(),
        &["history 5 of 100 with FACTUM_SEED=7"],
    );
    assert_eq!(first, report(seeded("7")));
    assert_ne!(first, report(seeded("8")));
    says(&seeded("seven"), &["`FACTUM_SEED=seven` is not a number"]);
}
