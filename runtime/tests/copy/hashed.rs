//! Events with a set in them, which is written in another order each time.

use std::collections::HashSet;

use factum::{Aggregate, Apply, Event, Memory, Repository, copy};
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "basket.filled")]
struct Filled {
    tags: HashSet<String>,
}

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "basket", id = String, events(Filled))]
struct Basket {
    count: usize,
}

impl Apply<Filled> for Basket {
    fn apply(&mut self, event: &Filled) {
        self.count += event.tags.len();
    }
}

fn filled() -> Filled {
    let tags = (0..40).map(|tag| tag.to_string());
    Filled {
        tags: tags.collect(),
    }
}

async fn source() -> Memory {
    let store = Memory::new();
    let baskets = Repository::<Basket, _>::new(store.clone());
    let basket = "ada".to_owned();
    for _ in 0..3 {
        let decided = baskets.update(&basket, |_| Ok::<_, String>(filled()));
        decided.await.unwrap();
    }
    store
}

#[tokio::test]
async fn a_copy_of_a_set_is_the_same_in_whatever_order() {
    let (old, new) = (source().await, Memory::new());
    let first = copy(&old, &new).aggregate::<Basket>().run().await.unwrap();
    let again = copy(&old, &new).aggregate::<Basket>().run().await.unwrap();
    assert_eq!((first.written, again.written, again.verified), (3, 0, 3));
}

#[tokio::test]
async fn so_is_one_that_a_transform_wrote() {
    let (old, new) = (source().await, Memory::new());
    for written in [3, 0] {
        let copied = copy(&old, &new)
            .aggregate::<Basket>()
            .transform(|row, rows| {
                rows.put(row.write(&filled())?);
                Ok(())
            });
        assert_eq!(copied.run().await.unwrap().written, written);
    }
}

#[tokio::test]
async fn a_set_that_lost_an_item_is_found() {
    let (old, new) = (source().await, Memory::new());
    let lossy = copy(&old, &new)
        .aggregate::<Basket>()
        .transform(|row, rows| {
            let mut event = filled();
            event.tags.remove("7");
            rows.put(row.write(&event)?);
            Ok(())
        });
    lossy.run().await.unwrap();
    let found = copy(&old, &new)
        .aggregate::<Basket>()
        .run()
        .await
        .unwrap_err();
    assert!(found.to_string().contains("payload"), "{found}");
}
