//! A state machine: histories are walked along its arrows.

use factum::__private::contract::{CommandContract, EventContract, histories, state};
use factum::{Aggregate, EventSet, Illegal};
use serde::{Deserialize, Serialize};

use crate::planted::{aggregate, command, event, fails};
use crate::says;

event!(Placed "order.placed" { lines: Vec<u32> });
event!(Paid "order.paid" { cents: u32 });
event!(Shipped "order.shipped" { parcel: Option<String> });

// For its set of events.
aggregate!(Account { times: u32 }
    Placed => |state, _event| state.times += 1;
    Paid => |state, _event| state.times += 1;
    Shipped => |state, _event| state.times += 1;
);

/// Placed, paid, shipped, in this order; what is paid is never lost from sight.
#[derive(Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
pub(crate) enum Order {
    #[default]
    New,
    Open(u64),
    Paid(u32),
    Done,
}

impl Aggregate for Order {
    const NAME: &'static str = "order";
    type Id = String;
    type Event = AccountEvent;

    fn shape() -> u64 {
        1
    }

    fn fold(&mut self, event: &AccountEvent) -> Result<(), Illegal> {
        *self = match (&*self, event) {
            (Self::New, AccountEvent::Placed(event)) => {
                Self::Open(event.lines.iter().copied().map(u64::from).sum())
            }
            (Self::Open(_), AccountEvent::Paid(event)) => Self::Paid(event.cents),
            (Self::Paid(_), AccountEvent::Shipped(event)) => {
                assert!(event.parcel.as_deref() != Some("never"));
                Self::Done
            }
            (state, event) => {
                let state = match state {
                    Self::New => "New",
                    Self::Open(_) => "Open",
                    Self::Paid(_) => "Paid",
                    Self::Done => "Done",
                };
                let event = event.info().name;
                return Err(Illegal { state, event });
            }
        };
        Ok(())
    }
}

command!(
    Order,
    AccountEvent,
    Place { lines: u8 },
    |state, command| match state {
        Order::New => Ok(Placed {
            lines: vec![command.lines.into()]
        }),
        _ => Err("it is placed"),
    }
);

// It should be the open ones.
command!(
    Order,
    AccountEvent,
    Pay { cents: u32 },
    |state, command| match state {
        Order::New => Err("there is nothing to pay"),
        _ => Ok(Paid {
            cents: command.cents
        }),
    }
);

// What it has to be, only the state knows.
command!(
    Order,
    AccountEvent,
    PayTotal { cents: u64 },
    |state, command| match state {
        Order::Open(total) if *total > 100 && command.cents == *total => Ok(Paid { cents: 7 }),
        _ => Err("another amount"),
    }
);

command!(
    Order,
    AccountEvent,
    Ship { parcel: bool },
    |state, _command| match state {
        Order::Paid(_) => Ok(Shipped {
            parcel: Some("never".into())
        }),
        _ => Err("it is not paid"),
    }
);

fn events() -> [EventContract<AccountEvent>; 3] {
    [
        EventContract::of::<Placed>(),
        EventContract::of::<Paid>(),
        EventContract::of::<Shipped>(),
    ]
}

#[test]
fn a_machine_without_commands_is_walked_along_its_arrows() {
    state::<Order>(&events(), &[]);
    histories::<Order>(&events(), &[]);
    histories::<Order>(&events(), &[CommandContract::of::<Place>("Place")]);
}

#[test]
fn an_event_that_the_state_cannot_take_is_named_with_both() {
    says(
        &fails!(histories Order: Placed, Paid, Shipped; Place, Pay),
        &[
            "`Pay` recorded `order.paid`, which the state `Paid` cannot take",
            "help: reject the command in this state",
            "fn order_counterexample() {",
            r##"("order.placed", 1, r#"{"lines":[0]}"#),"##,
            r##"("order.paid", 1, r#"{"cents":0}"#),"##,
            r##".when_received::<Pay>(r#"{"account":"account","cents":0}"#);"##,
        ],
    );
}

#[test]
fn a_number_that_stands_in_the_state_is_tried() {
    says(
        &fails!(histories Order: Placed, Paid, Shipped; Place, PayTotal, Ship),
        &["`Order` panics when it applies `order.shipped`, which `Ship` recorded"],
    );
}

mod panicking {
    use super::*;
    use factum::On;

    event!(Opened "door.opened" { by: String });
    event!(Slammed "door.slammed" { times: u32 });

    #[derive(Aggregate, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[aggregate(name = "door", id = String, events(Opened, Slammed))]
    enum Door {
        #[state(Opened => Open)]
        Shut(Shut),
        #[state(Slammed => Shut)]
        Open(Open),
    }

    #[derive(Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    struct Shut;

    #[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
    struct Open;

    impl On<Opened> for Shut {
        type Next = Open;
        fn on(self, _: &Opened) -> Open {
            Open
        }
    }

    impl On<Slammed> for Open {
        type Next = Shut;
        fn on(self, event: &Slammed) -> Shut {
            assert!(event.times < 3, "off its hinges");
            Shut
        }
    }

    #[test]
    fn an_arrow_that_panics_is_named_with_its_event() {
        says(
            &fails!(histories Door: Opened, Slammed;),
            &[
                "`Door` panics when it takes `door.slammed`, for which it has an arrow: off its hinges",
                "Door::given_stored([",
                "(\"door.slammed\", 1, r#\"{\"times\":3}\"#)",
            ],
        );
    }
}
