//! The runtime behind another path, as a crate that re-exports it would have it.

mod kit {
    pub(crate) mod inside {
        pub(crate) use factum as facts;
    }
    pub(crate) mod other {
        pub(crate) use serde as wire;
    }

    use inside::facts::{Aggregate, Apply, Event};
    use serde::{Deserialize, Serialize};

    #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(crate = inside::facts, name = "thing.happened", sample = Happened)]
    struct Happened;

    #[derive(Aggregate, Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
    #[aggregate(crate = inside::facts, name = "thing", id = String, events(Happened), tests)]
    struct Thing;

    impl Apply<Happened> for Thing {
        fn apply(&mut self, _: &Happened) {}
    }
}

#[test]
fn another_path_to_the_runtime() {
    use kit::inside::facts::{Aggregate, Apply, Command, Event, StreamId};
    use serde::{Deserialize, Serialize};

    #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(name = "thing.happened", crate = kit::inside::facts)]
    struct Happened;

    #[derive(StreamId, Clone, Debug)]
    #[stream_id(crate = crate::elsewhere::kit::inside::facts)]
    struct Id(String);

    #[derive(Aggregate, Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
    #[aggregate(crate = crate::elsewhere::kit::inside::facts, name = "thing", id = Id, events(Happened))]
    struct Thing;

    impl Apply<Happened> for Thing {
        fn apply(&mut self, _: &Happened) {}
    }

    #[derive(Command, Serialize)]
    #[command(crate = crate::elsewhere::kit::inside::facts, aggregate = Thing, id = id)]
    struct Touch {
        id: Id,
    }

    let touch = Touch {
        id: "a".parse().unwrap(),
    };
    assert_eq!(touch.target().to_string(), "a");
    assert_eq!(Happened::INFO.name, "thing.happened");
}

/// Old shapes are read by the runtime's serde, wherever that of the event is.
#[test]
fn another_path_to_serde() {
    use factum::{Event, Json};
    use kit::other::wire::{Deserialize, Serialize};

    #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(name = "thing.happened", version = 2)]
    #[serde(crate = "kit::other::wire", rename_all = "UPPERCASE")]
    struct Happened {
        how: String,
        #[event(since = 2, default = 7)]
        times: u8,
    }

    let old = Happened::decode(&Json::default(), 1, br#"{"HOW":"so"}"#).unwrap();
    let how = "so".to_owned();
    assert_eq!(old, Happened { how, times: 7 });
}
