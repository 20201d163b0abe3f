//! Two builds on one store, for each row of the guide's table of deploys: what each of them reads of what the other one
//! has recorded, and that it goes on from there, or from nothing.

mod builds;

use std::fmt::Write;

use factum::store::Read;
use factum::{
    Aggregate, DecodeError, ExecuteError, IntoEvents, ReadError, Repository, Store, StreamName,
};

use self::builds::{
    Cards, Coins, Seen, alias, came, cards, coins, exchanged, first, ignores, lists, optional,
    renamed, retires, splits, splits_soon, strict, typed, went, wide,
};
use crate::each::on_every_store;

on_every_store! {
    each_row_of_the_guide_is_so,
}

/// One line for each pair of builds: what the new one reads of the old one's stream, and the old one of the new one's.
struct Rows<S> {
    store: S,
    said: String,
}

impl<S: Store + Clone> Rows<S> {
    fn row(&mut self, change: &str) {
        writeln!(self.said, "{change}").unwrap();
    }

    /// Each build records an event in a stream of its own, and goes on with the other one's.
    async fn pair<Old, New>(
        &mut self,
        pair: &str,
        by_old: impl Into<Old::Event>,
        by_new: impl Into<New::Event>,
    ) where
        Old: Aggregate<Id = String, Event: IntoEvents<Old::Event>> + Seen,
        New: Aggregate<Id = String, Event: IntoEvents<New::Event>> + Seen,
    {
        let (by_old, by_new) = (by_old.into(), by_new.into());
        let [olds, news] = ["old", "new"].map(|by| format!("{}-{by}", pair.replace(' ', "-")));
        let old = Repository::<Old, S>::new(self.store.clone());
        let new = Repository::<New, S>::new(self.store.clone());
        record(&old, &olds, &by_old).await.unwrap();
        record(&new, &news, &by_new).await.unwrap();
        let forward = self.goes_on(&new, &olds, &by_new).await;
        let back = self.goes_on(&old, &news, &by_old).await;
        writeln!(self.said, "  {pair}: {forward} | {back}").unwrap();
    }

    /// What a build reads of another one's stream; nothing is recorded there by one that cannot read it.
    async fn goes_on<A>(&self, by: &Repository<A, S>, id: &String, event: &A::Event) -> String
    where
        A: Aggregate<Id = String, Event: IntoEvents<A::Event>> + Seen,
    {
        let loaded = by.load(id).await;
        let recorded = record(by, id, event).await;
        let stream = StreamName::new(A::NAME, id).unwrap();
        let read = Read::stream(stream, None);
        let events = self.store.read(read).await.unwrap().iter().count();
        match (loaded, recorded) {
            (Ok(loaded), Ok(())) => {
                assert_eq!(events, 2);
                loaded.state.seen()
            }
            (Err(ReadError::Undecodable(error)), Err(ExecuteError::Read(_))) => {
                assert_eq!(events, 1);
                let name = match error.reason {
                    DecodeError::UnknownVersion { .. } => "UnknownVersion",
                    DecodeError::UnknownEvent { .. } => "UnknownEvent",
                    DecodeError::Payload { .. } => "Payload",
                    _ => "another",
                };
                name.to_owned()
            }
            (loaded, recorded) => panic!("{id}: {loaded:?}, {recorded:?}"),
        }
    }
}

async fn record<A, S: Store>(
    by: &Repository<A, S>,
    id: &String,
    event: &A::Event,
) -> Result<(), ExecuteError<String>>
where
    A: Aggregate<Id = String, Event: IntoEvents<A::Event>>,
{
    let done = by.update(id, |_| Ok::<_, String>(event.clone())).await;
    done.map(drop)
}

async fn each_row_of_the_guide_is_so(store: impl Store + Clone) {
    let said = String::new();
    let mut rows = Rows { store, said };
    of_fields(&mut rows).await;
    of_events(&mut rows).await;
    insta::allow_duplicates! { insta::assert_snapshot!(rows.said, @r#"
    a field came, went, or has another name or type, in a new version
      came: Paid { cents: 1, tip: 7 } | UnknownVersion
      went: Paid { cents: 1 } | UnknownVersion
      renamed: Paid { amount: 1 } | UnknownVersion
      typed: Paid { sum: "EUR 1" } | UnknownVersion
    a field came under the same version (`Option`, `#[serde(default)]`)
      optional: Paid { cents: 1, by: None } | Paid { cents: 1 }
      strict: Paid { cents: 1, by: None } | Payload
    a number became wider, a variant came
      little: Paid { cents: 1 } | Paid { cents: 2 }
      much: Paid { cents: 1 } | Payload
      cash: Paid { by: Cash } | Paid { by: Cash }
      card: Paid { by: Cash } | Payload
    an alias, before the name changes
      alias: Paid { cents: 1 } | Paid { cents: 2 }
    the name changed, the old one is an alias
      both known: Paid { cents: 2 } | Paid { cents: 2 }
      one known: Paid { cents: 1 } | UnknownEvent
    a new event
      not listed: Paid { cents: 1 } | UnknownEvent
      listed: Paid { cents: 1 } | Closed
    an event is ignored, or retired into events that every build lists
      ignored:  | Paid { cents: 2 }
      retired: Paid { cents: 0 } | Paid { cents: 2 }
    an event is split into new ones, or becomes one
      at once: PaidIn { cents: 1 }, Tipped { cents: 0 } | UnknownEvent
      listed before: PaidIn { cents: 1 }, Tipped { cents: 0 } | Tipped { cents: 2 }
    "#); }
}

const fn paid() -> first::Paid {
    first::Paid { cents: 1 }
}

async fn of_fields(rows: &mut Rows<impl Store + Clone>) {
    rows.row("a field came, went, or has another name or type, in a new version");
    let tipped = came::Paid { cents: 1, tip: 2 };
    rows.pair::<first::Till, came::Till>("came", paid(), tipped)
        .await;
    let by = || optional::Paid {
        cents: 1,
        by: Some("Ada".into()),
    };
    let without = went::Paid { cents: 1 };
    rows.pair::<optional::Till, went::Till>("went", by(), without)
        .await;
    let amount = renamed::Paid { amount: 1 };
    rows.pair::<first::Till, renamed::Till>("renamed", paid(), amount)
        .await;
    let sum = typed::Paid {
        sum: "CHF 1".into(),
    };
    rows.pair::<first::Till, typed::Till>("typed", paid(), sum)
        .await;

    rows.row("a field came under the same version (`Option`, `#[serde(default)]`)");
    rows.pair::<first::Till, optional::Till>("optional", paid(), by())
        .await;
    let strict = strict::Paid { cents: 1 };
    rows.pair::<strict::Till, optional::Till>("strict", strict, by())
        .await;

    rows.row("a number became wider, a variant came");
    rows.pair::<first::Till, wide::Till>("little", paid(), wide::Paid { cents: 2 })
        .await;
    let much = wide::Paid { cents: u64::MAX };
    rows.pair::<first::Till, wide::Till>("much", paid(), much)
        .await;
    let coins = || coins::Paid { by: Coins::Cash };
    let cash = cards::Paid { by: Cards::Cash };
    rows.pair::<coins::Till, cards::Till>("cash", coins(), cash)
        .await;
    let card = cards::Paid { by: Cards::Card };
    rows.pair::<coins::Till, cards::Till>("card", coins(), card)
        .await;
}

async fn of_events(rows: &mut Rows<impl Store + Clone>) {
    rows.row("an alias, before the name changes");
    let known = || alias::Paid { cents: 2 };
    rows.pair::<first::Till, alias::Till>("alias", paid(), known())
        .await;

    rows.row("the name changed, the old one is an alias");
    let settled = || exchanged::Paid { cents: 2 };
    rows.pair::<alias::Till, exchanged::Till>("both known", known(), settled())
        .await;
    rows.pair::<first::Till, exchanged::Till>("one known", paid(), settled())
        .await;

    rows.row("a new event");
    let closed = || lists::Closed {};
    rows.pair::<first::Till, lists::Till>("not listed", paid(), closed())
        .await;
    let listed = lists::Paid { cents: 1 };
    rows.pair::<lists::Till, lists::Till>("listed", listed, closed())
        .await;

    rows.row("an event is ignored, or retired into events that every build lists");
    let paid_too = ignores::Paid { cents: 2 };
    rows.pair::<lists::Till, ignores::Till>("ignored", closed(), paid_too)
        .await;
    let paid_too = retires::Paid { cents: 2 };
    rows.pair::<lists::Till, retires::Till>("retired", closed(), paid_too)
        .await;

    rows.row("an event is split into new ones, or becomes one");
    let tip = || splits::Tipped { cents: 2 };
    rows.pair::<first::Till, splits::Till>("at once", paid(), tip())
        .await;
    let soon = splits_soon::Paid { cents: 1 };
    rows.pair::<splits_soon::Till, splits::Till>("listed before", soon, tip())
        .await;
}

/// Whose last row is one of snapshots: see [`rolled`](super::rolled).
#[test]
fn the_guide_has_these_rows() {
    let guide = include_str!("../../../doc/guide/releases.md");
    let (_, table) = guide
        .split_once("| change | deploy | rolling back |")
        .unwrap();
    let (table, _) = table.split_once("\n\n").unwrap();
    let changes = table.lines().skip(2);
    let changes: Vec<&str> = changes
        .map(|row| row.split(" | ").next().unwrap().trim_start_matches("| "))
        .collect();
    let (last, changes) = changes.split_last().unwrap();
    assert_eq!(*last, "what `apply` computes");
    let rows = include_str!("deploys.rs").split("rows.row(\"").skip(1);
    let rows: Vec<&str> = rows.map(|row| row.split("\");").next().unwrap()).collect();
    assert_eq!(rows[..changes.len()], *changes);
}
