//! What is printed is as small as it gets.

use crate::planted::{aggregate, command, event, fails};
use crate::says;

mod together {
    use super::*;

    event!(Lent "account.lent" { cents: u32 });
    event!(Paid "account.paid" { cents: u32 });
    aggregate!(Account { owed: u32 }
        Lent => |state, event| state.owed = event.cents;
        Paid => |state, event| state.owed -= event.cents;
    );
    command!(
        Account,
        AccountEvent,
        Lend { cents: u32 },
        |state, command| {
            match state.owed {
                0 => Ok(Lent {
                    cents: command.cents,
                }),
                _ => Err("one at a time"),
            }
        }
    );
    command!(
        Account,
        AccountEvent,
        Pay { cents: u32 },
        |state, command| {
            assert!(
                state.owed != command.cents || state.owed < 10,
                "paid at once"
            );
            match command.cents {
                0 => Err("nothing"),
                cents if cents > state.owed => Err("too much"),
                cents => Ok(Paid { cents }),
            }
        }
    );

    #[test]
    fn numbers_that_have_to_be_equal_fall_together() {
        says(
            &fails!(histories Account: Lent, Paid; Lend, Pay),
            &[
                "paid at once",
                "Account::given_stored([(\"account.lent\", 1, r#\"{\"cents\":10}\"#)])\n",
                ".when_received::<Pay>(r#\"{\"account\":\"account\",\"cents\":10}\"#);",
            ],
        );
    }
}

mod left_out {
    use super::*;

    event!(Named "account.named" { name: String });
    event!(Deposited "account.deposited" { cents: u32 });
    aggregate!(Account { name: String, times: u32 }
        Named => |state, event| event.name.clone_into(&mut state.name);
        Deposited => |state, _event| state.times += 1;
    );
    command!(
        Account,
        AccountEvent,
        Rename { name: String },
        |_state, command| {
            Ok(Named {
                name: command.name.clone(),
            })
        }
    );
    command!(
        Account,
        AccountEvent,
        Deposit { cents: u32 },
        |state, command| {
            assert!(state.times < 3, "a fourth one");
            Ok(Deposited {
                cents: command.cents,
            })
        }
    );

    #[test]
    fn steps_that_change_nothing_of_it_are_left_out() {
        let found = fails!(histories Account: Named, Deposited; Rename, Deposit);
        let row = "(\"account.deposited\", 1, r#\"{\"cents\":0}\"#),\n        ";
        says(
            &found,
            &[
                "a fourth one",
                &format!(
                    "given_stored([\n        {row}{row}{}\n    ])",
                    row.trim_end()
                ),
                ".when_received::<Deposit>(r#\"{\"account\":\"account\",\"cents\":0}\"#);",
            ],
        );
    }
}

mod again {
    use super::*;

    event!(Deposited "account.deposited" { cents: u32 });
    aggregate!(Account { times: u32 } Deposited => |state, _event| state.times += 1);
    command!(
        Account,
        AccountEvent,
        Deposit { cents: u32 },
        |_state, command| {
            Ok(Deposited {
                cents: command.cents,
            })
        }
    );
    command!(
        Account,
        AccountEvent,
        Count { times: u32 },
        |state, command| {
            assert!(
                command.times < 2 || state.times < command.times,
                "that many"
            );
            match command.times {
                0 => Ok(()),
                _ => Err("not that many"),
            }
        }
    );

    #[test]
    fn a_smaller_number_lets_go_of_steps_that_a_larger_one_needed() {
        let found = fails!(histories Account: Deposited; Count, Deposit);
        let row = "(\"account.deposited\", 1, r#\"{\"cents\":0}\"#),\n        ";
        says(
            &found,
            &[
                "that many",
                &format!("given_stored([\n        {row}{}\n    ])", row.trim_end()),
                ".when_received::<Count>(r#\"{\"account\":\"account\",\"times\":2}\"#);",
            ],
        );
    }
}
