//! A command with no parts is divided by.

use crate::planted::{aggregate, command, event};

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

#[should_panic(expected = "attempt to divide by zero")]
#[test]
fn account_counterexample() {
    let _ = Account::given_nothing().when_received::<SplitUp>(r#"{"account":"account","parts":0}"#);
}
