//! Bugs that show in histories.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::planted::{aggregate, command, event, fails};
use crate::says;

mod state {
    use super::*;

    event!(Deposited "account.deposited" { cents: u32 });
    aggregate!(Account { cents: u32, #[serde(skip)] times: u32 } Deposited => |state, event| {
        state.cents += event.cents;
        state.times += 1;
    });

    #[test]
    fn a_state_field_that_serde_skips_is_named() {
        let found = fails!(state Account: Deposited);
        says(&found, &["a snapshot taken after", "loses state", "times:"]);
        let found = fails!(histories Account: Deposited;);
        says(
            &found,
            &[
                "a snapshot taken after 1 of 1 event loses state",
                "times:  - folded    1",
                "+ restored  0",
                "FACTUM_SEED=",
                "Account::given_stored([(\"account.deposited\", 1, r#\"{\"cents\":0}\"#)])",
            ],
        );
    }
}

mod impure {
    use super::*;

    static CLOCK: AtomicU32 = AtomicU32::new(0);

    event!(Deposited "account.deposited" { cents: u32 });
    event!(Named "account.named" { name: String });
    aggregate!(Account { cents: u32, at: u32, name: String }
        Deposited => |state, event| {
            state.cents += event.cents;
            state.at = CLOCK.fetch_add(1, Ordering::Relaxed);
        };
        Named => |state, event| event.name.clone_into(&mut state.name);
    );

    #[test]
    fn an_apply_that_reads_a_clock_is_named_with_its_event() {
        says(
            &fails!(histories Account: Deposited, Named;),
            &[
                "folding the same 1 event twice gives two states: `apply` of `account.deposited`",
                "is not pure",
                "at:",
                "([(\"account.deposited\", 1, r#\"{\"cents\":0}\"#)])",
            ],
        );
    }
}

mod overflow {
    use super::*;

    event!(Deposited "account.deposited" { cents: u32 });
    aggregate!(Account { cents: u32 } Deposited => |state, event| state.cents += event.cents);
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

    #[test]
    fn an_accepted_command_that_can_never_be_applied_is_named_with_its_event() {
        says(
            &fails!(histories Account: Deposited; Deposit),
            &[
                "`Account` panics when it applies `account.deposited`, which `Deposit` recorded: \
                 attempt to add with overflow (tests/contract/histories.rs:",
                "Deposited { cents: ",
                "help: what is recorded stays",
                ".when_received::<Deposit>(r#\"{\"account\":\"account\",\"cents\":",
            ],
        );
    }

    #[test]
    fn events_in_any_order_do_not_overflow_what_a_few_fit_in() {
        use factum::__private::contract::{EventContract, histories};
        histories::<Account>(&[EventContract::of::<Deposited>()], &[]);
    }
}

mod never {
    use super::*;

    event!(Opened "account.opened" { owner: String });
    event!(Deposited "account.deposited" { cents: u32 });
    aggregate!(Account { cents: u32 }
        Opened => |_state, event| assert!(event.owner.is_ascii());
        Deposited => |state, event| {
            assert!(event.cents == u32::MAX);
            state.cents = event.cents;
        };
    );

    #[test]
    fn an_event_that_no_state_takes_is_named() {
        says(
            &fails!(histories Account: Opened, Deposited;),
            &[
                "`Account` panics whenever it applies `account.deposited`",
                "help: where other events have to come first",
            ],
        );
    }
}

mod panicking {
    use super::*;

    event!(Split "account.split" { each: u32 });
    aggregate!(Account { each: u32 } Split => |state, event| state.each = event.each);
    command!(
        Account,
        AccountEvent,
        SplitUp { parts: u32 },
        |_state, command| {
            Ok(Split {
                each: 100 / command.parts,
            })
        }
    );

    #[test]
    fn a_handle_that_panics_is_named_with_the_command() {
        says(
            &fails!(histories Account: Split; SplitUp),
            &[
                "`Account` panics when it handles `SplitUp`: attempt to divide by zero (tests/contract/histories.rs:",
                "help: reject what cannot be decided",
                "let _ = Account::given_nothing().when_received::<SplitUp>(r#\"{\"account\":\"account\",\"parts\":0}\"#);",
            ],
        );
    }
}

mod lost {
    use super::*;

    event!(Deposited "account.deposited" { cents: u32, #[serde(skip)] slip: u32 });
    aggregate!(Account { cents: u32 } Deposited => |state, event| {
        state.cents = event.cents ^ event.slip;
    });
    command!(
        Account,
        AccountEvent,
        Deposit {
            cents: u32,
            slip: u32
        },
        |_state, command| {
            Ok(Deposited {
                cents: command.cents,
                slip: command.slip,
            })
        }
    );

    #[test]
    fn a_field_that_only_decisions_fill_is_named() {
        says(
            &fails!(histories Account: Deposited; Deposit),
            &[
                "`account.deposited` does not survive the codec `json` (recorded, event 1 of 1)",
                "slip:  - written  1",
                "r#\"{\"account\":\"account\",\"cents\":0,\"slip\":1}\"#",
            ],
        );
    }
}

mod unordered {
    use std::collections::HashMap;

    use super::*;

    event!(Named "account.named" { names: HashMap<String, u32> });
    aggregate!(Account { first: Option<String> } Named => |state, event| {
        state.first = event.names.keys().next().cloned();
    });

    #[test]
    fn a_state_that_hangs_on_the_order_of_a_hash_map_is_named() {
        says(
            &fails!(histories Account: Named;),
            &[
                "`account.named`",
                "first",
                "(\"account.named\", 1, r#\"{\"names\":{",
            ],
        );
    }
}

mod rejected {
    use super::*;

    event!(Opened "account.opened" { owner: String });
    aggregate!(Account { open: bool } Opened => |state, _event| state.open = true);
    command!(
        Account,
        AccountEvent,
        Open { owner: String },
        |state, command| {
            if state.open {
                Ok(Opened {
                    owner: command.owner.clone(),
                })
            } else {
                Err("closed")
            }
        }
    );

    #[test]
    fn commands_that_are_never_accepted_prove_nothing() {
        says(
            &fails!(histories Account: Opened; Open),
            &["`Account` recorded nothing on any of its commands in 100 histories"],
        );
    }
}

mod uninvented {
    use serde::{Deserialize, Deserializer, Serialize};

    use super::*;

    #[derive(Serialize, Clone, Debug)]
    pub(crate) struct Secret;

    impl<'de> Deserialize<'de> for Secret {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let text = String::deserialize(deserializer)?;
            assert!(text == "sesame", "not the word");
            Ok(Self)
        }
    }

    event!(Opened "account.opened" { owner: String });
    aggregate!(Account { open: bool } Opened => |state, _event| state.open = true);
    command!(
        Account,
        AccountEvent,
        Open { word: Secret },
        |_state, _command| {
            Ok(Opened {
                owner: "Ada".into(),
            })
        }
    );

    #[test]
    fn a_command_that_cannot_be_invented_is_named_with_the_way_out() {
        says(
            &fails!(histories Account: Opened; Open),
            &[
                "cannot invent the command `Open`: its field `word` takes none: not the word",
                "note: histories can be made without it",
            ],
        );
    }
}
