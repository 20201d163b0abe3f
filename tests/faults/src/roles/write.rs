//! Writers at one file: their batches are told when they are acknowledged, until the input ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use factum::Sqlite;

/// `<path> <milliseconds between batches> <first batch of a writer>..`; a batch that was there already is told as `<batch> again`.
pub(crate) async fn play(arguments: &[String]) {
    let [path, pause, first @ ..] = arguments else {
        panic!("a path, a pause and first batches")
    };
    let pause = Duration::from_millis(pause.parse().unwrap());
    let store = Sqlite::open(path).await.unwrap();
    println!("opened");
    let stopped = Arc::new(AtomicBool::new(false));
    let stopping = Arc::clone(&stopped);
    std::thread::spawn(move || {
        std::io::copy(&mut std::io::stdin(), &mut std::io::sink()).unwrap();
        stopping.store(true, Ordering::Relaxed);
    });
    let first = first.iter().map(|batch| batch.parse().unwrap());
    let told = move |batch, appended: &factum::store::Appended| {
        println!("{batch}{}", if appended.repeated { " again" } else { "" });
        !stopped.load(Ordering::Relaxed)
    };
    factum_faults::write(&store, first, pause, told).await;
    println!("closing");
    store.close().await.unwrap();
    println!("closed");
}
