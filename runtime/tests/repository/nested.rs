//! A snapshot of a state in which a type was changed that is declared elsewhere.

use factum::{Repository, Revision, Store, StreamName};

use crate::domain::{Deposited, ada};
use crate::each::on_every_store;

on_every_store! {
    does_without_one_whose_nested_type_reads_something_else,
}

/// Two builds of one aggregate: its declaration is the same, and a type in it is not.
macro_rules! build {
    ($build:ident, $total:item) => {
        mod $build {
            use factum::{Aggregate, Apply};
            use serde::{Deserialize, Serialize};

            use crate::domain::Deposited;

            #[derive(Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
            $total

            #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
            #[aggregate(name = "account", id = String, events(Deposited), snapshot(logic = 1))]
            pub(super) struct Account {
                pub(super) total: Total,
            }

            impl Apply<Deposited> for Account {
                fn apply(&mut self, event: &Deposited) {
                    self.total.add(event.cents);
                }
            }
        }
    };
}

build! {
    before,
    pub(super) struct Total { pub(super) cents: u64 }
}

build! {
    after,
    pub(super) struct Total { #[serde(default)] pub(super) deposits: u64, #[serde(default)] pub(super) cents: u64 }
}

impl before::Total {
    fn add(&mut self, cents: u64) {
        self.cents += cents;
    }
}

impl after::Total {
    fn add(&mut self, cents: u64) {
        self.cents += cents;
        self.deposits += 1;
    }
}

async fn does_without_one_whose_nested_type_reads_something_else(store: impl Store + Clone) {
    let deposit = || Deposited { cents: 50 };
    let before = Repository::<before::Account, _>::new(store.clone()).snapshot_every(10);
    for _ in 0..12 {
        before
            .update(&ada(), |_| Ok::<_, String>(deposit()))
            .await
            .unwrap();
    }
    let stream = StreamName::new("account", "ada").unwrap();
    let kept = store.snapshots().unwrap().load(stream).await.unwrap();
    assert_eq!(kept.unwrap().revision, Revision::new(9));
    let after = Repository::<after::Account, _>::new(store).snapshot_every(10);
    assert_eq!(after.load(&ada()).await.unwrap().state.total.deposits, 12);
}
