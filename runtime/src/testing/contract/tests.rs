//! Histories that come about: for review, the same in every run and on every machine.

use std::fmt::Write;

use serde::{Deserialize, Serialize};

use super::CommandContract;
use super::EventContract;
use super::history::{Received, Row, Taken};
use super::test::as_test;
use super::walk::{Plan, Walker};
use crate::probe::chance::Chance;
use crate::testing::scenario::scene::NOW;
use crate::{Aggregate, Apply, Command, Context, Event, Handle, IntoEvents, Timestamp};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "loan.granted")]
struct Granted {
    cents: u32,
    until: Timestamp,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "loan.repaid")]
struct Repaid {
    cents: u32,
}

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "loan", id = String, events(Granted, Repaid))]
struct Loan {
    owed: u32,
    until: Option<Timestamp>,
}

impl Apply<Granted> for Loan {
    fn apply(&mut self, event: &Granted) {
        self.owed = event.cents;
        self.until = Some(event.until);
    }
}

impl Apply<Repaid> for Loan {
    fn apply(&mut self, event: &Repaid) {
        self.owed = self.owed.saturating_sub(event.cents);
    }
}

#[derive(Command, Serialize, Deserialize, Clone, Debug)]
#[command(aggregate = Loan, id = loan)]
struct Grant {
    loan: String,
    cents: u32,
}

impl Handle<Grant> for Loan {
    type Error = &'static str;

    fn handle(
        &self,
        command: &Grant,
        context: &Context,
    ) -> Result<impl IntoEvents<LoanEvent>, &'static str> {
        if self.owed > 0 {
            return Err("one at a time");
        }
        let (cents, until) = (command.cents, context.now());
        Ok((cents > 0).then_some(Granted { cents, until }))
    }
}

#[derive(Command, Serialize, Deserialize, Clone, Debug)]
#[command(aggregate = Loan, id = loan)]
struct Repay {
    loan: String,
    cents: u32,
}

impl Handle<Repay> for Loan {
    type Error = &'static str;

    fn handle(
        &self,
        command: &Repay,
        _: &Context,
    ) -> Result<impl IntoEvents<LoanEvent>, &'static str> {
        if self.owed == 0 || self.owed != command.cents {
            return Err("all of it, and at once");
        }
        Ok(Repaid {
            cents: command.cents,
        })
    }
}

/// The steps of some histories, a line each.
fn walked(commands: &[CommandContract<Loan>], histories: u64) -> String {
    let events = [
        EventContract::of::<Granted>(),
        EventContract::of::<Repaid>(),
    ];
    let walker = Walker::new(&events, commands);
    let mut out = String::new();
    for number in 1..=histories {
        let chance = Chance::new(number);
        let walk = walker.walk(Plan::Random { steps: 6, chance }).unwrap();
        let _ = writeln!(out, "{number}:");
        for step in walk.taken {
            if let Some(Received { name, json, at }) = step.command {
                let _ = writeln!(out, "  {at} {name} {json}");
            }
            for Row { name, json, .. } in step.rows {
                let _ = writeln!(out, "    {name} {json}");
            }
        }
    }
    out
}

#[test]
fn a_history_of_commands_waits_and_pays_what_is_owed() {
    let commands = [
        CommandContract::of::<Grant>("Grant"),
        CommandContract::of::<Repay>("Repay"),
    ];
    insta::assert_snapshot!(walked(&commands, 6), @r#"
    1:
      2026-01-01T01:00:00Z Grant {"loan":"loan","cents":4294967295}
        loan.granted {"cents":4294967295,"until":"2026-01-01T01:00:00Z"}
      2026-01-01T01:00:00Z Repay {"loan":"a","cents":4294967295}
        loan.repaid {"cents":4294967295}
      2026-01-01T02:00:00Z Grant {"loan":"loan","cents":589}
        loan.granted {"cents":589,"until":"2026-01-01T02:00:00Z"}
      2026-01-01T02:00:00Z Repay {"loan":"Zoë","cents":589}
        loan.repaid {"cents":589}
      2026-01-01T02:00:00Z Grant {"loan":"loan 14","cents":4294967295}
        loan.granted {"cents":4294967295,"until":"2026-01-01T02:00:00Z"}
      2026-01-01T02:00:00Z Repay {"loan":"0","cents":4294967295}
        loan.repaid {"cents":4294967295}
    2:
      2026-01-01T00:00:00Z Grant {"loan":"loan","cents":402}
        loan.granted {"cents":402,"until":"2026-01-01T00:00:00Z"}
    3:
      2026-01-02T00:00:00Z Grant {"loan":"loan","cents":4294967295}
        loan.granted {"cents":4294967295,"until":"2026-01-02T00:00:00Z"}
      2026-01-02T00:00:00Z Repay {"loan":"loan","cents":4294967295}
        loan.repaid {"cents":4294967295}
      2026-01-03T00:00:00Z Grant {"loan":"loan","cents":4294967295}
        loan.granted {"cents":4294967295,"until":"2026-01-03T00:00:00Z"}
      2026-01-04T00:00:00Z Repay {"loan":"loan","cents":4294967295}
        loan.repaid {"cents":4294967295}
      2026-01-04T00:00:00Z Grant {"loan":"\\","cents":1}
        loan.granted {"cents":1,"until":"2026-01-04T00:00:00Z"}
      2026-01-04T00:00:00Z Repay {"loan":"a","cents":1}
        loan.repaid {"cents":1}
    4:
      2026-01-01T01:00:00Z Grant {"loan":"loan","cents":4294967295}
        loan.granted {"cents":4294967295,"until":"2026-01-01T01:00:00Z"}
      2026-01-01T01:00:00Z Repay {"loan":"\"","cents":4294967295}
        loan.repaid {"cents":4294967295}
      2026-01-01T01:00:00Z Grant {"loan":"loan","cents":4294967295}
        loan.granted {"cents":4294967295,"until":"2026-01-01T01:00:00Z"}
      2026-01-01T01:00:00Z Repay {"loan":"loan","cents":4294967295}
        loan.repaid {"cents":4294967295}
      2026-01-01T01:00:00Z Grant {"loan":"loan","cents":4294967295}
        loan.granted {"cents":4294967295,"until":"2026-01-01T01:00:00Z"}
      2026-01-01T01:00:00Z Repay {"loan":"a","cents":4294967295}
        loan.repaid {"cents":4294967295}
    5:
      2026-01-01T00:00:00Z Grant {"loan":"0","cents":2147483647}
        loan.granted {"cents":2147483647,"until":"2026-01-01T00:00:00Z"}
      2026-01-01T00:00:00Z Repay {"loan":"loan 13","cents":2147483647}
        loan.repaid {"cents":2147483647}
      2026-01-01T00:00:00Z Grant {"loan":"a","cents":41}
        loan.granted {"cents":41,"until":"2026-01-01T00:00:00Z"}
      2026-01-01T00:00:00Z Repay {"loan":"loan","cents":41}
        loan.repaid {"cents":41}
      2026-01-01T00:00:00Z Grant {"loan":"loan","cents":1}
        loan.granted {"cents":1,"until":"2026-01-01T00:00:00Z"}
      2026-01-01T00:00:00Z Repay {"loan":"loan","cents":1}
        loan.repaid {"cents":1}
    6:
      2026-01-01T00:00:00Z Grant {"loan":"\n","cents":1}
        loan.granted {"cents":1,"until":"2026-01-01T00:00:00Z"}
      2026-01-01T00:00:00Z Repay {"loan":"loan","cents":1}
        loan.repaid {"cents":1}
      2026-01-01T00:00:00Z Grant {"loan":"a b","cents":806}
        loan.granted {"cents":806,"until":"2026-01-01T00:00:00Z"}
    "#);
}

#[test]
fn a_history_of_events_takes_each_about_as_often() {
    insta::assert_snapshot!(walked(&[], 4), @r#"
    1:
        loan.repaid {"cents":3}
        loan.granted {"cents":5,"until":"2026-01-02T03:04:01Z"}
        loan.granted {"cents":3,"until":"2026-01-02T03:04:03Z"}
        loan.granted {"cents":4,"until":"2026-01-02T03:04:04Z"}
        loan.repaid {"cents":2}
        loan.repaid {"cents":274}
    2:
        loan.granted {"cents":370,"until":"2026-01-02T03:04:03Z"}
        loan.repaid {"cents":0}
        loan.repaid {"cents":0}
        loan.granted {"cents":426,"until":"2026-01-02T03:04:12Z"}
        loan.granted {"cents":3,"until":"2026-01-02T03:04:09Z"}
        loan.repaid {"cents":766}
    3:
        loan.repaid {"cents":2}
        loan.granted {"cents":3,"until":"2026-01-02T03:04:09Z"}
        loan.granted {"cents":5,"until":"2026-01-02T03:04:09Z"}
        loan.repaid {"cents":630}
        loan.granted {"cents":1,"until":"2026-01-02T03:04:02Z"}
        loan.repaid {"cents":2}
    4:
        loan.granted {"cents":0,"until":"2026-01-02T03:04:00Z"}
        loan.repaid {"cents":5}
        loan.repaid {"cents":1}
        loan.granted {"cents":4,"until":"2026-01-02T03:04:09Z"}
        loan.repaid {"cents":4}
        loan.granted {"cents":3,"until":"2026-01-02T03:04:00Z"}
    "#);
}

fn received(json: &str, at: Timestamp) -> Taken {
    let (name, json) = ("Repay".to_owned(), json.to_owned());
    let command = Some(Received { name, json, at });
    let rows = Vec::new();
    Taken { command, rows }
}

fn stored(json: &str) -> Taken {
    let (name, version, json) = ("loan.repaid", 1, json.to_owned());
    let rows = vec![Row {
        name,
        version,
        json,
    }];
    Taken {
        command: None,
        rows,
    }
}

#[test]
fn a_printed_test_is_laid_out_as_rustfmt_would() {
    let printed = |taken: &[Taken]| as_test("Loan", "a loan", taken);
    insta::assert_snapshot!(printed(&[received("1", NOW)]), @r##"
    #[test]
    fn a_loan_counterexample() {
        let _ = Loan::given_nothing().when_received::<Repay>(r#"1"#);
    }
    "##);
    let long = format!("{:64}", 1);
    insta::assert_snapshot!(printed(&[received(&long, NOW)]), @r##"
    #[test]
    fn a_loan_counterexample() {
        let _ = Loan::given_nothing()
            .when_received::<Repay>(r#"                                                               1"#);
    }
    "##);
    let later = NOW + jiff::SignedDuration::from_hours(1);
    insta::assert_snapshot!(printed(&[received("1", later)]), @r##"
    #[test]
    fn a_loan_counterexample() {
        let _ = Loan::given_nothing()
            .at("2026-01-01T01:00:00Z")
            .when_received::<Repay>(r#"1"#);
    }
    "##);
    insta::assert_snapshot!(printed(&[stored("{}"), received("1", NOW)]), @r##"
    #[test]
    fn a_loan_counterexample() {
        let _ = Loan::given_stored([("loan.repaid", 1, r#"{}"#)])
            .when_received::<Repay>(r#"1"#);
    }
    "##);
    // As wide as a list on one line may be, and one more.
    let (fits, does_not) = (format!("{:33}", 1), format!("{:34}", 1));
    insta::assert_snapshot!(printed(&[stored(&fits)]), @r##"
    #[test]
    fn a_loan_counterexample() {
        Loan::given_stored([("loan.repaid", 1, r#"                                1"#)])
            .when(|_| Ok::<_, std::convert::Infallible>(()))
            .then_nothing();
    }
    "##);
    insta::assert_snapshot!(printed(&[stored(&does_not)]), @r##"
    #[test]
    fn a_loan_counterexample() {
        Loan::given_stored([
            ("loan.repaid", 1, r#"                                 1"#),
        ])
        .when(|_| Ok::<_, std::convert::Infallible>(()))
        .then_nothing();
    }
    "##);
    insta::assert_snapshot!(printed(&[stored("1"), stored("2")]), @r##"
    #[test]
    fn a_loan_counterexample() {
        Loan::given_stored([
            ("loan.repaid", 1, r#"1"#),
            ("loan.repaid", 1, r#"2"#),
        ])
        .when(|_| Ok::<_, std::convert::Infallible>(()))
        .then_nothing();
    }
    "##);
}
