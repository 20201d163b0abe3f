//! Writers at a store that is closed in the middle and opened again.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use factum::Sqlite;
use factum::sqlite::Synchronous;
use factum_faults::Batch;
use factum_faults::tasks;

const WRITERS: u64 = 4;

/// Each of 4 writers stores as many batches, half of them before the file is closed once and half of them after.
pub(crate) async fn play(directory: &Path, how: &str, batches: u64) {
    let acknowledged = Arc::new(File::create(directory.join("acknowledged")).unwrap());
    for half in [0..batches / 2, batches / 2..batches] {
        let builder = Sqlite::builder(directory.join("store.db"));
        let builder = match how {
            "default" => builder,
            "blocking" => builder.blocking(true),
            "normal" => builder.synchronous(Synchronous::Normal),
            other => panic!("no file is written to as {other}"),
        };
        let store = builder.open().await.unwrap();
        let first = (0..WRITERS).map(|writer| Batch {
            writer,
            number: half.start,
        });
        let file = Arc::clone(&acknowledged);
        tasks::write(&store, first, Duration::ZERO, move |batch, _| {
            (&*file).write_all(format!("{batch}\n").as_bytes()).unwrap();
            batch.number + 1 < half.end
        })
        .await;
        store.close().await.unwrap();
    }
}
