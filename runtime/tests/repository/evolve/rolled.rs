//! Two builds that work on one stream: the snapshot of the newer one stays.

use factum::{Aggregate, Apply, Event, IntoEvents, Repository, Retired, Snapshot, Store};
use serde::{Deserialize, Serialize};

use super::{append_rows, encoded, kept};
use crate::domain::ada;
use crate::each::on_every_store;

on_every_store! {
    keeps_the_snapshot_of_a_build_with_another_logic,
    keeps_the_snapshot_of_a_build_whose_state_has_one_field_more,
    keeps_the_snapshot_of_a_build_that_knows_one_name_more,
    keeps_the_snapshot_of_a_build_with_one_event_more,
    keeps_the_snapshot_of_a_build_that_ignores_one_event_more,
    keeps_the_snapshot_of_a_build_that_retires_an_event,
    believes_no_snapshot_of_a_build_that_folded_what_is_retired_by_now,
    believes_no_snapshot_of_a_build_that_ignored_what_it_reads,
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

/// What was cleared counts as counted once more.
mod retired {
    use super::{Aggregate, Apply, Cleared, Counted, Deserialize, IntoEvents, Retired, Serialize};

    #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    #[aggregate(name = "tally", id = String, events(Counted), retired(Cleared), snapshot(logic = 1))]
    pub(super) struct Tally {
        pub(super) count: u64,
    }

    impl Apply<Counted> for Tally {
        fn apply(&mut self, _: &Counted) {
            self.count += 1;
        }
    }

    impl Retired<TallyEvent> for Cleared {
        fn replace(self) -> impl IntoEvents<TallyEvent> {
            Counted {}
        }
    }
}

/// What another build ignores.
mod heard {
    use super::{Aggregate, Apply, Deserialize, Event, Serialize};

    #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(name = "tally.counted", alias("tally.noted"))]
    pub(super) struct Counted {}

    #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    #[aggregate(name = "tally", id = String, events(Counted), snapshot(logic = 1))]
    pub(super) struct Tally {
        pub(super) count: u64,
    }

    impl Apply<Counted> for Tally {
        fn apply(&mut self, _: &Counted) {
            self.count += 1;
        }
    }
}

async fn keeps_the_snapshot_of_a_build_that_retires_an_event(store: impl Store + Clone) {
    is_kept::<retired::Tally>(store, &Counted {}.into()).await;
}

async fn believes_no_snapshot_of_a_build_that_folded_what_is_retired_by_now(
    store: impl Store + Clone,
) {
    let before = Repository::<event::Tally, _>::new(store.clone()).snapshot_every(1);
    for event in [Counted {}.into(), Cleared {}.into()] {
        let event: event::TallyEvent = event;
        let done = before
            .update(&ada(), |_| Ok::<_, String>(event.clone()))
            .await;
        done.unwrap();
    }
    let now = Repository::<retired::Tally, _>::new(store).snapshot_every(1);
    assert_eq!(now.load(&ada()).await.unwrap().state.count, 2);
}

async fn believes_no_snapshot_of_a_build_that_ignored_what_it_reads(store: impl Store + Clone) {
    let rows = [("tally.counted", 1, "{}"), ("tally.noted", 1, "{}")];
    append_rows(&store, "tally-ada", &rows).await;
    let before = Repository::<ignored::Tally, _>::new(store.clone()).snapshot_every(1);
    let done = before.update(&ada(), |_| Ok::<_, String>(Counted {})).await;
    done.unwrap();
    let now = Repository::<heard::Tally, _>::new(store).snapshot_every(1);
    assert_eq!(now.load(&ada()).await.unwrap().state.count, 3);
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
