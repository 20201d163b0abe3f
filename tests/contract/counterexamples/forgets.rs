//! A snapshot does not hold how often something was deposited.

use crate::planted::{aggregate, event};

event!(Deposited "account.deposited" { cents: u32 });
aggregate!(Account { cents: u32, #[serde(skip)] times: u32 } Deposited => |state, event| {
    state.cents += event.cents;
    state.times += 1;
});

#[should_panic(expected = "a snapshot taken after 1 of 1 event loses state")]
#[test]
fn account_counterexample() {
    Account::given_stored([("account.deposited", 1, r#"{"cents":0}"#)])
        .when(|_| Ok::<_, std::convert::Infallible>(()))
        .then_nothing();
}
