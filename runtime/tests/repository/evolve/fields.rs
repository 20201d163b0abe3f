//! Changes that are said on the fields.

use factum::{Aggregate, Apply, Event, Store};
use serde::{Deserialize, Serialize};

use super::is_read;
use crate::each::on_every_store;

on_every_store! {
    reads_what_the_fields_say_of_old_versions,
    reads_a_typed_step_below_what_the_fields_say,
    reads_what_fields_without_names_say,
    reads_a_field_that_serde_calls_otherwise_since,
}

/// Each of these events is told by its text in the state of a member.
macro_rules! seen {
    ($($event:ty),*) => {$(
        impl Apply<$event> for Member {
            fn apply(&mut self, event: &$event) {
                self.seen.push(format!("{event:?}"));
            }
        }
    )*};
}

/// Its first version had an address and a nickname; a name came, the nickname went, the address became a mail, a kind
/// came and then was called `sort`.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "member.joined", version = 5)]
#[event(removed(#[serde(rename = "nick")] nickname: String, in = 3))]
#[serde(rename_all = "UPPERCASE", deny_unknown_fields)]
struct Joined {
    #[event(since = 4, renamed_from = "address")]
    #[serde(alias = "E-MAIL", rename = "mail")]
    mail: String,
    #[event(since = 2, default = "nobody".to_owned())]
    name: String,
    #[event(since = 3, default = Sort::Plain)]
    #[event(since = 5, renamed_from = "kind")]
    sort: Sort,
    #[serde(default)]
    tags: Vec<String>,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
enum Sort {
    Plain,
    Fancy,
}

/// A typed step leads to a version that follows from the fields.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "member.rated", version = 4, upcast(1 = u8))]
#[event(removed(comment: Option<String>, in = 4))]
#[event(removed(why: String, since = 3, in = 4))]
struct Scored {
    stars: u8,
    #[event(since = 3, default = false)]
    verified: bool,
}

impl From<u8> for ScoredV2 {
    fn from(stars: u8) -> Self {
        Self {
            stars,
            comment: None,
        }
    }
}

/// Fields without names go by their places.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "member.left", version = 3)]
struct Left(
    #[event(since = 3, default = 7)] u8,
    String,
    #[event(since = 2, default = true)] bool,
);

/// Nothing is left of it.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "member.greeted", version = 2, removed(how: String, in = 2))]
struct Greeted;

/// The field is called as it always was, and stored under another key since, and then under yet another one.
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "member.paid", version = 3)]
struct Paid {
    #[event(since = 2, renamed_from = "cents")]
    #[event(since = 3, renamed_from = "amount")]
    #[serde(rename = "sum")]
    cents: u64,
}

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "member", id = String, events(Joined, Scored, Left, Greeted, Paid), snapshot(logic = 1), tests)]
struct Member {
    seen: Vec<String>,
}

/// The first release of all this.
mod before {
    use factum::{Aggregate, Apply, Event};
    use serde::{Deserialize, Serialize};

    #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(name = "member.joined")]
    pub(super) struct Joined {
        address: String,
        nick: String,
    }

    #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(name = "member.rated")]
    pub(super) struct Scored(u8);

    #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(name = "member.left")]
    pub(super) struct Left(String);

    #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(name = "member.greeted")]
    pub(super) struct Greeted {
        how: String,
    }

    #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(name = "member.paid")]
    pub(super) struct Paid {
        cents: u64,
    }

    #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    #[aggregate(name = "member", id = String, events(Joined, Scored, Left, Greeted, Paid), snapshot(logic = 1))]
    pub(super) struct Member {
        seen: Vec<String>,
    }

    seen!(Joined, Scored, Left, Greeted, Paid);
}

seen!(Joined, Scored, Left, Greeted, Paid);

async fn reads_what_the_fields_say_of_old_versions(store: impl Store + Clone) {
    let rows = [
        ("member.joined", 1, r#"{"address":"a@b","nick":"ada"}"#),
        (
            "member.joined",
            2,
            r#"{"address":"a@b","nick":"ada","NAME":"Ada","TAGS":["x"]}"#,
        ),
        (
            "member.joined",
            3,
            r#"{"address":"a@b","NAME":"Ada","kind":"Fancy"}"#,
        ),
        (
            "member.joined",
            4,
            r#"{"E-MAIL":"a@b","NAME":"Ada","kind":"Fancy"}"#,
        ),
        (
            "member.joined",
            5,
            r#"{"mail":"a@b","NAME":"Ada","SORT":"Plain"}"#,
        ),
    ];
    let joined = |name: &str, sort, tags: &[&str]| {
        let tags = tags.iter().map(|&tag| tag.to_owned()).collect();
        let (mail, name) = ("a@b".to_owned(), name.to_owned());
        vec![
            Joined {
                mail,
                name,
                sort,
                tags,
            }
            .into(),
        ]
    };
    let read = [
        joined("nobody", Sort::Plain, &[]),
        joined("Ada", Sort::Plain, &["x"]),
        joined("Ada", Sort::Fancy, &[]),
        joined("Ada", Sort::Fancy, &[]),
        joined("Ada", Sort::Plain, &[]),
    ];
    is_read::<before::Member, Member>(store, &rows, &read).await;
}

async fn reads_a_typed_step_below_what_the_fields_say(store: impl Store + Clone) {
    let rows = [
        ("member.rated", 1, "3"),
        ("member.rated", 2, r#"{"stars":4,"comment":"good"}"#),
        (
            "member.rated",
            3,
            r#"{"stars":5,"comment":null,"why":"","verified":true}"#,
        ),
        ("member.rated", 4, r#"{"stars":1,"verified":true}"#),
    ];
    let scored = |stars, verified| vec![Scored { stars, verified }.into()];
    let read = [
        scored(3, false),
        scored(4, false),
        scored(5, true),
        scored(1, true),
    ];
    is_read::<before::Member, Member>(store, &rows, &read).await;
}

async fn reads_what_fields_without_names_say(store: impl Store + Clone) {
    let rows = [
        ("member.left", 1, r#""why""#),
        ("member.left", 2, r#"["why",false]"#),
        ("member.left", 3, r#"[1,"why",false]"#),
        ("member.greeted", 1, r#"{"how":"warmly"}"#),
        ("member.greeted", 2, "null"),
    ];
    let left = |days, moved| vec![Left(days, "why".to_owned(), moved).into()];
    let greeted = || vec![Greeted.into()];
    let read = [
        left(7, true),
        left(7, false),
        left(1, false),
        greeted(),
        greeted(),
    ];
    is_read::<before::Member, Member>(store, &rows, &read).await;
}

async fn reads_a_field_that_serde_calls_otherwise_since(store: impl Store + Clone) {
    let rows = [
        ("member.paid", 1, r#"{"cents":7}"#),
        ("member.paid", 2, r#"{"amount":8}"#),
        ("member.paid", 3, r#"{"sum":9}"#),
    ];
    let read = [7, 8, 9].map(|cents| vec![Paid { cents }.into()]);
    is_read::<before::Member, Member>(store, &rows, &read).await;
}
