//! A deposit of nothing cannot be applied, and nobody says so before it is recorded.

use crate::planted::{aggregate, command, event};

event!(Deposited "account.deposited" { tens: u8 });
event!(Named "account.named" { name: String });
aggregate!(Account { most: u8, name: String }
    Deposited => |state, event| state.most = event.tens - 1;
    Named => |state, event| event.name.clone_into(&mut state.name);
);
command!(
    Account,
    AccountEvent,
    Deposit { tens: u8 },
    |state, command| {
        if state.name.is_empty() {
            Err("nobody's")
        } else {
            Ok(Deposited { tens: command.tens })
        }
    }
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

#[should_panic(expected = "attempt to subtract with overflow")]
#[test]
fn account_counterexample() {
    let _ = Account::given_stored([("account.named", 1, r#"{"name":"name"}"#)])
        .when_received::<Deposit>(r#"{"account":"account","tens":0}"#);
}
