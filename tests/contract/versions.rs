//! Bugs of old versions.

use serde::Deserialize;

use crate::planted::{aggregate, event, fails};
use crate::says;

mod step {
    use super::*;

    #[derive(Deserialize)]
    pub(crate) struct OpenedV1 {
        owner: String,
    }

    #[derive(Deserialize)]
    pub(crate) struct OpenedV2 {
        owner: String,
    }

    impl From<OpenedV1> for OpenedV2 {
        fn from(old: OpenedV1) -> Self {
            Self { owner: old.owner }
        }
    }

    impl TryFrom<OpenedV2> for Opened {
        type Error = String;

        fn try_from(old: OpenedV2) -> Result<Self, String> {
            Err(format!("no currency for `{}`", old.owner))
        }
    }

    event!(#[event(version = 3, upcast(1 = OpenedV1, 2 = OpenedV2))] Opened "account.opened" {
        owner: String,
        currency: String
    });
    aggregate!(Account { open: bool } Opened => |state, _event| state.open = true);

    #[test]
    fn a_step_that_always_fails_is_named_with_its_version() {
        says(
            &fails!(event Account, Opened),
            &[
                "cannot invent a payload of version 1 of `account.opened`: \
                 the step from version 2 takes none: no currency for `owner`",
                "help: give one in the attribute of the event: `stored(1 = r#\"{\"owner\":\"owner\"}\"#)`",
            ],
        );
    }
}

mod borrowed {
    use super::*;

    #[derive(Deserialize)]
    pub(crate) struct OpenedV1<'a> {
        owner: &'a str,
    }

    impl From<OpenedV1<'_>> for Opened {
        fn from(old: OpenedV1<'_>) -> Self {
            Self {
                owner: old.owner.into(),
            }
        }
    }

    event!(#[event(version = 2, upcast(1 = OpenedV1<'_>))] Opened "account.opened" { owner: String });
    aggregate!(Account { open: bool } Opened => |state, _event| state.open = true);

    #[test]
    fn an_old_shape_that_cannot_read_every_text_is_named_with_one() {
        says(
            &fails!(event Account, Opened),
            &[
                "version 1 of `account.opened` is not read as what was stored",
                "expected a borrowed string",
                r#"stored: {"owner":"\"#,
                "`Cow` with `#[serde(borrow)]`",
            ],
        );
    }
}

mod remembered {
    use super::*;

    #[derive(Deserialize)]
    pub(crate) struct OpenedV1 {
        token: String,
    }

    impl TryFrom<OpenedV1> for Opened {
        type Error = String;

        fn try_from(old: OpenedV1) -> Result<Self, String> {
            match old.token.strip_prefix("token-") {
                Some(owner) => Ok(Self {
                    owner: owner.into(),
                }),
                None => Err("not a token".into()),
            }
        }
    }

    event!(#[event(version = 2, upcast(1 = OpenedV1), stored(1 = r#"{"token":"ada"}"#))] Opened "account.opened" {
        owner: String
    });
    aggregate!(Account { open: bool } Opened => |state, _event| state.open = true);

    #[test]
    fn a_stored_payload_that_is_not_read_is_shown() {
        says(
            &fails!(event Account, Opened),
            &[
                "`account.opened` cannot be taken from version 1 to the next: not a token",
                r#"{"token":"ada"}"#,
            ],
        );
    }

    mod in_full {
        use super::*;

        #[derive(Deserialize)]
        pub(crate) struct OpenedV1(super::OpenedV1);

        impl TryFrom<OpenedV1> for Opened {
            type Error = String;

            fn try_from(old: OpenedV1) -> Result<Self, String> {
                super::Opened::try_from(old.0).map(|opened| Self {
                    owner: opened.owner,
                })
            }
        }

        event!(#[event(version = 2, upcast(1 = OpenedV1), stored(1 = r#"{"token":"token-ada"}"#))] Opened "account.opened" {
            owner: String
        });
        aggregate!(Account { open: bool } Opened => |state, _event| state.open = true);

        #[test]
        fn one_that_is_read_passes() {
            use factum::__private::contract::{event, passes};
            passes(event::<Account, Opened>);
        }
    }
}

mod in_order {
    use std::borrow::Cow;
    use std::num::ParseIntError;

    use super::*;

    #[derive(Deserialize)]
    pub(crate) struct DepositedV1<'a> {
        amount: &'a str,
        #[serde(borrow)]
        by: Cow<'a, str>,
    }

    #[derive(Deserialize)]
    pub(crate) struct DepositedV2 {
        cents: u32,
        by: Option<String>,
    }

    impl TryFrom<DepositedV1<'_>> for DepositedV2 {
        type Error = ParseIntError;

        fn try_from(old: DepositedV1<'_>) -> Result<Self, ParseIntError> {
            let (cents, by) = (old.amount.parse()?, Some(old.by.into_owned()));
            Ok(Self { cents, by })
        }
    }

    impl From<DepositedV2> for Deposited {
        fn from(old: DepositedV2) -> Self {
            let by = old.by.unwrap_or_default();
            Self {
                cents: u64::from(old.cents),
                by,
            }
        }
    }

    event!(#[event(version = 3, upcast(1 = DepositedV1<'_>, 2 = DepositedV2))] Deposited "account.deposited" {
        cents: u64,
        by: String
    });
    aggregate!(Account { cents: u64 } Deposited => |state, event| state.cents += event.cents);

    #[test]
    fn shapes_that_borrow_and_steps_that_parse_are_invented() {
        use factum::__private::contract::{EventContract, event, histories, passes, state};
        let contracts = [EventContract::of::<Deposited>()];
        passes(event::<Account, Deposited>);
        state::<Account>(&contracts, &[]);
        histories::<Account>(&contracts, &[]);
    }
}

mod panicking {
    use super::*;

    #[derive(Deserialize)]
    pub(crate) struct OpenedV1 {
        since: u32,
    }

    impl From<OpenedV1> for Opened {
        fn from(old: OpenedV1) -> Self {
            Self {
                year: old.since.min(5) - 2000,
            }
        }
    }

    event!(#[event(version = 2, upcast(1 = OpenedV1))] Opened "account.opened" { year: u32 });
    aggregate!(Account { open: bool } Opened => |state, _event| state.open = true);

    #[test]
    fn a_step_that_always_panics_is_named_with_its_version() {
        says(
            &fails!(event Account, Opened),
            &[
                "cannot invent a payload of version 1 of `account.opened`",
                "attempt to subtract with overflow (tests/contract/versions.rs:",
                "stored(1 = r#\"{\"since\":",
            ],
        );
    }
}

mod retired {
    use super::*;
    use factum::{Aggregate, Apply, IntoEvents, Retired};

    event!(Opened "account.opened" { owner: String, #[serde(skip)] vip: bool });
    event!(Began "account.began" { owner: String });
    event!(#[event(sample = Moved { distance: 77 })] Moved "account.moved" { distance: u8 });

    #[derive(Aggregate, serde::Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    #[aggregate(name = "account", id = String, events(Opened), retired(Began, Moved))]
    pub(crate) struct Account;

    impl Apply<Opened> for Account {
        fn apply(&mut self, _: &Opened) {}
    }

    impl Retired<AccountEvent> for Began {
        fn replace(self) -> impl IntoEvents<AccountEvent> {
            let owner = self.owner;
            Opened { owner, vip: true }
        }
    }

    impl Retired<AccountEvent> for Moved {
        fn replace(self) -> impl IntoEvents<AccountEvent> {
            (self.distance == 77).then(|| {
                let owner = String::new();
                Opened { owner, vip: true }
            })
        }
    }

    #[test]
    fn what_replaces_it_has_to_survive_its_codec() {
        says(
            &fails!(retired Account, Began),
            &[
                "`account.opened` does not survive the codec",
                "(version 1 of `account.began`, stored as {\"owner\":\"owner\"})",
            ],
        );
    }

    #[test]
    fn its_own_sample_is_taken() {
        says(
            &fails!(retired Account, Moved),
            &[
                "`account.opened` does not survive the codec",
                "read of its sample",
            ],
        );
    }
}

mod retired_after_a_step {
    use super::*;
    use factum::{Aggregate, Apply, IntoEvents, Retired};

    event!(Opened "account.opened" { owner: String });
    event!(#[event(version = 2, upcast(1 = BeganV1))] Began "account.began" { owner: String });

    #[derive(Deserialize)]
    pub(crate) struct BeganV1 {
        owner: String,
    }

    impl TryFrom<BeganV1> for Began {
        type Error = String;

        fn try_from(old: BeganV1) -> Result<Self, String> {
            Err(format!("nobody knows `{}`", old.owner))
        }
    }

    #[derive(Aggregate, serde::Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    #[aggregate(name = "account", id = String, events(Opened), retired(Began))]
    pub(crate) struct Account;

    impl Apply<Opened> for Account {
        fn apply(&mut self, _: &Opened) {}
    }

    impl Retired<AccountEvent> for Began {
        fn replace(self) -> impl IntoEvents<AccountEvent> {
            Opened { owner: self.owner }
        }
    }

    #[test]
    fn its_old_versions_are_read() {
        says(
            &fails!(retired Account, Began),
            &[
                "cannot invent a payload of version 1 of `account.began`",
                "nobody knows `owner`",
            ],
        );
    }
}
