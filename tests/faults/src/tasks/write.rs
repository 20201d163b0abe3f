//! Writers, each of which sends one batch after the other.

use std::time::Duration;

use factum::Store;
use factum::store::Appended;
use serde::{Deserialize, Serialize};

use crate::domain::Batch;

/// What a process of writers says as it goes.
#[derive(Serialize, Deserialize, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// It has begun, and opens the store now.
    Opening,
    /// The store is open.
    Opened,
    /// A batch is acknowledged.
    Stored {
        /// Which one.
        batch: Batch,
        /// It was stored already.
        repeated: bool,
    },
    /// It has stopped writing, and closes the store now.
    Closing,
    /// The store is closed.
    Closed,
}

/// Appends each of these batches, and then those after it, in a task for each, with a pause between them;
/// `acknowledged` is told of each batch that is stored and says whether to go on.
pub async fn write<S: Store + Clone>(
    store: &S,
    first: impl IntoIterator<Item = Batch>,
    pause: Duration,
    acknowledged: impl Fn(Batch, &Appended) -> bool + Clone + Send + 'static,
) {
    let writers = first.into_iter().map(|mut batch| {
        let (store, acknowledged) = (store.clone(), acknowledged.clone());
        tokio::spawn(async move {
            loop {
                let appended = store.append(batch.append()).await.unwrap();
                if !acknowledged(batch, &appended) {
                    return;
                }
                batch = batch.next();
                if !pause.is_zero() {
                    tokio::time::sleep(pause).await;
                }
            }
        })
    });
    let writers: Vec<_> = writers.collect();
    for writer in writers {
        writer.await.unwrap();
    }
}
