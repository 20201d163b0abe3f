//! Bugs that show late: behind a chain of commands, each in its turn, and others that end it early.

use crate::planted::{aggregate, command, event, fails};
use crate::says;

event!(Advanced "loan.advanced" { to: u32 });
event!(Priced "loan.priced" { cents: u64 });
event!(Ended "loan.ended" { at: u32 });
aggregate!(Loan { stage: u32, cents: u64 }
    Advanced => |state, event| state.stage = event.to;
    Priced => |state, event| { state.stage = 3; state.cents = event.cents };
    Ended => |state, event| state.stage = 100 / (8 - event.at);
);

/// A command that is accepted at one stage alone.
macro_rules! at {
    ($stage:literal, $ident:ident { $($field:ident: $ty:ty),* }, |$state:ident, $of:ident| $decide:expr) => {
        command!(Loan, LoanEvent, $ident { $($field: $ty),* }, |$state, $of| {
            if $state.stage != $stage {
                return Err("not now");
            }
            $decide
        });
    };
}

at!(0, Apply {}, |_state, _of| Ok(Advanced { to: 1 }));
at!(1, Check {}, |_state, _of| Ok(Advanced { to: 2 }));
at!(2, Price { cents: u64 }, |_state, of| Ok(Priced {
    cents: of.cents
}));
at!(3, Accept { cents: u64 }, |state, of| {
    if of.cents == state.cents {
        Ok(Advanced { to: 4 })
    } else {
        Err("another price")
    }
});
at!(4, Sign {}, |_state, _of| Ok(Advanced { to: 5 }));
at!(5, PayOut {}, |_state, _of| Ok(Advanced { to: 8 }));
command!(Loan, LoanEvent, Withdraw {}, |state, _of| {
    if state.stage > 8 {
        return Err("ended");
    }
    Ok(Ended { at: state.stage })
});

#[test]
fn a_bug_at_the_end_of_a_chain_is_reached_and_shrunk_to_the_chain() {
    let report = fails!(
        histories Loan: Advanced, Priced, Ended; Apply, Check, Price, Accept, Sign, PayOut, Withdraw
    );
    says(
        &report,
        &[
            "`Loan` panics when it applies `loan.ended`, which `Withdraw` recorded: attempt to divide by zero",
            "Loan::given_stored([",
            "(\"loan.priced\", 1, r#\"{\"cents\":0}\"#),",
            "(\"loan.advanced\", 1, r#\"{\"to\":8}\"#),",
            ".when_received::<Withdraw>(",
        ],
    );
    assert_eq!(report.matches("(\"loan.").count(), 6, "{report}");
}

mod turns {
    use factum::__private::contract::{EventContract, histories, state};
    use factum::{Aggregate, Event, On};
    use serde::{Deserialize, Serialize};

    use crate::{failure, says};

    /// A machine that is a line: in each state one event leads on, and all others lead nowhere.
    macro_rules! line {
        ($($event:ident $name:literal $state:ident => $next:ident),+) => {
            #[derive(Aggregate, Serialize, Deserialize, Clone, Debug, PartialEq)]
            #[aggregate(name = "line", id = String, events($($event),+))]
            enum Line {
                $(#[state($event => $next)] $state($state),)+
                End(End),
            }

            #[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
            struct End {
                #[serde(skip)]
                ended: u8,
            }

            $(
                #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
                #[event(name = $name)]
                struct $event;

                #[derive(Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
                struct $state;

                impl On<$event> for $state {
                    type Next = $next;

                    fn on(self, _: &$event) -> $next {
                        $next::default()
                    }
                }
            )+

            impl Default for End {
                fn default() -> Self {
                    Self { ended: 1 }
                }
            }

            fn events() -> Vec<EventContract<LineEvent>> {
                vec![$(EventContract::of::<$event>()),+]
            }
        };
    }

    line!(
        E1 "line.1" S1 => S2, E2 "line.2" S2 => S3, E3 "line.3" S3 => S4, E4 "line.4" S4 => S5,
        E5 "line.5" S5 => S6, E6 "line.6" S6 => S7, E7 "line.7" S7 => S8, E8 "line.8" S8 => S9,
        E9 "line.9" S9 => S10, E10 "line.10" S10 => End
    );

    #[test]
    fn the_last_state_of_a_long_machine_is_reached() {
        let found = failure(|| histories::<Line>(&events(), &[]));
        says(&found, &["a snapshot taken after 10 of 10 events", "ended"]);
        let found = failure(|| state::<Line>(&events(), &[]));
        says(&found, &["loses state", "ended"]);
    }
}
