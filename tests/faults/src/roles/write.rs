//! Writers at one file: their batches are told when they are acknowledged, until the input ends.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use factum::Sqlite;
use factum::store::Appended;
use factum_faults::Batch;
use factum_faults::process::{order, say};
use factum_faults::tasks::{Said, write};

/// Begins with the first batch of each writer, and pauses after each.
pub(crate) async fn play(arguments: &[String]) {
    let (path, pause, first): (PathBuf, Duration, Vec<Batch>) = order(arguments);
    say(&Said::Opening);
    let store = Sqlite::open(path).await.unwrap();
    say(&Said::Opened);
    let stopped = Arc::new(AtomicBool::new(false));
    let stopping = Arc::clone(&stopped);
    std::thread::spawn(move || {
        std::io::copy(&mut std::io::stdin(), &mut std::io::sink()).unwrap();
        stopping.store(true, Ordering::Relaxed);
    });
    let told = move |batch, &Appended { repeated, .. }: &Appended| {
        say(&Said::Stored { batch, repeated });
        !stopped.load(Ordering::Relaxed)
    };
    write(&store, first, pause, told).await;
    say(&Said::Closing);
    store.close().await.unwrap();
    say(&Said::Closed);
}
