//! Two builds that work on one stream: the snapshot of the newer one stays.

use factum::{Aggregate, Apply, Event, IntoEvents, Repository, Snapshot, Store};
use serde::{Deserialize, Serialize};

use super::{encoded, kept};
use crate::domain::ada;
use crate::each::on_every_store;

on_every_store! {
    keeps_the_snapshot_of_a_build_with_another_logic,
    keeps_the_snapshot_of_a_build_whose_state_has_one_field_more,
    keeps_the_snapshot_of_a_build_that_knows_one_name_more,
    keeps_the_snapshot_of_a_build_with_one_event_more,
    keeps_the_snapshot_of_a_build_that_ignores_one_event_more,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "tally.counted")]
struct Counted {}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "tally.cleared")]
struct Cleared {}

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "tally", id = String, events(Counted), snapshot(logic = 1))]
struct Tally {
    count: u64,
}

impl Apply<Counted> for Tally {
    fn apply(&mut self, _: &Counted) {
        self.count += 1;
    }
}

mod logic {
    use super::{Aggregate, Apply, Counted, Deserialize, Serialize};

    #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    #[aggregate(name = "tally", id = String, events(Counted), snapshot(logic = 2))]
    pub(super) struct Tally {
        count: u64,
    }

    impl Apply<Counted> for Tally {
        fn apply(&mut self, _: &Counted) {
            self.count += 2;
        }
    }
}

/// The generated test asks for the higher logic.
mod field {
    use super::{Aggregate, Apply, Counted, Deserialize, Serialize};

    #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    #[aggregate(name = "tally", id = String, events(Counted), snapshot(logic = 2))]
    pub(super) struct Tally {
        count: u64,
        most: Option<u64>,
    }

    impl Apply<Counted> for Tally {
        fn apply(&mut self, _: &Counted) {
            self.count += 1;
            self.most = Some(self.count);
        }
    }
}

mod alias {
    use super::{Aggregate, Apply, Deserialize, Event, Serialize};

    #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(name = "tally.counted", alias("tally.incremented"))]
    pub(super) struct Counted {}

    #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    #[aggregate(name = "tally", id = String, events(Counted), snapshot(logic = 1))]
    pub(super) struct Tally {
        count: u64,
    }

    impl Apply<Counted> for Tally {
        fn apply(&mut self, _: &Counted) {
            self.count += 1;
        }
    }
}

mod event {
    use super::{Aggregate, Apply, Cleared, Counted, Deserialize, Serialize};

    #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    #[aggregate(name = "tally", id = String, events(Counted, Cleared), snapshot(logic = 1))]
    pub(super) struct Tally {
        count: u64,
    }

    impl Apply<Counted> for Tally {
        fn apply(&mut self, _: &Counted) {
            self.count += 1;
        }
    }

    impl Apply<Cleared> for Tally {
        fn apply(&mut self, _: &Cleared) {
            self.count = 0;
        }
    }
}

mod ignored {
    use super::{Aggregate, Apply, Counted, Deserialize, Serialize};

    #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    #[aggregate(name = "tally", id = String, events(Counted), snapshot(logic = 1), ignored("tally.noted"))]
    pub(super) struct Tally {
        count: u64,
    }

    impl Apply<Counted> for Tally {
        fn apply(&mut self, _: &Counted) {
            self.count += 1;
        }
    }
}

async fn keeps_the_snapshot_of_a_build_with_another_logic(store: impl Store + Clone) {
    is_kept::<logic::Tally>(store, &Counted {}.into()).await;
}

async fn keeps_the_snapshot_of_a_build_whose_state_has_one_field_more(store: impl Store + Clone) {
    is_kept::<field::Tally>(store, &Counted {}.into()).await;
}

async fn keeps_the_snapshot_of_a_build_that_knows_one_name_more(store: impl Store + Clone) {
    is_kept::<alias::Tally>(store, &alias::Counted {}.into()).await;
}

async fn keeps_the_snapshot_of_a_build_with_one_event_more(store: impl Store + Clone) {
    is_kept::<event::Tally>(store, &Counted {}.into()).await;
}

async fn keeps_the_snapshot_of_a_build_that_ignores_one_event_more(store: impl Store + Clone) {
    is_kept::<ignored::Tally>(store, &Counted {}.into()).await;
}

/// What the newer build keeps is there when the older one has recorded more, until the newer one does.
async fn is_kept<Newer>(store: impl Store + Clone, event: &Newer::Event)
where
    Newer: Snapshot + Aggregate<Id = String, Event: IntoEvents<Newer::Event>>,
{
    let older = Repository::<Tally, _>::new(store.clone()).snapshot_every(1);
    let newer = Repository::<Newer, _>::new(store.clone()).snapshot_every(1);
    let by_older = async || {
        let done = older.update(&ada(), |_| Ok::<_, String>(Counted {})).await;
        done.unwrap().state.count
    };
    let by_newer = async || {
        let done = newer
            .update(&ada(), |_| Ok::<_, String>(event.clone()))
            .await;
        encoded(&*done.unwrap().state)
    };
    assert_eq!(by_older().await, 1);
    assert_eq!(kept::<Tally>(&store).await.shape, Tally::shape());
    let state = by_newer().await;
    let snapshot = kept::<Newer>(&store).await;
    assert_eq!((snapshot.shape, &snapshot.state), (Newer::shape(), &state));
    for count in 3..6 {
        assert_eq!(by_older().await, count);
        assert_eq!(kept::<Newer>(&store).await, snapshot);
    }
    let state = by_newer().await;
    let snapshot = kept::<Newer>(&store).await;
    assert_eq!((snapshot.shape, snapshot.state), (Newer::shape(), state));
}
