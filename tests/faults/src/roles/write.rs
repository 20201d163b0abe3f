//! Writers at one store: their batches are told when they are acknowledged, until the input ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use factum::store::Appended;
use factum_faults::process::{order, say};
use factum_faults::tasks::{Said, write};
use factum_faults::{Batch, Place};

/// Begins with the first batch of each writer, and pauses after each.
pub(crate) async fn play(arguments: &[String]) {
    let (place, pause, first): (Place, Duration, Vec<Batch>) = order(arguments);
    say(&Said::Opening);
    let store = place.open().await;
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
    store.close().await;
    say(&Said::Closed);
}
