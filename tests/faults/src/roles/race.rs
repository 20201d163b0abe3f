//! One of those who race for the revisions of a stream.

use std::thread::spawn;

use factum_faults::Place;
use factum_faults::clock::Setting;
use factum_faults::process::{order, ready, say};
use factum_faults::tasks::race::{Racer, race};
use tokio::runtime::Builder;

/// Says when it is ready, waits for the other, and ends by telling what it won.
pub(crate) fn play(arguments: &[String]) {
    let (place, racer): (Place, Racer) = order(arguments);
    let racing = async move {
        let clock = Setting::Machine.clock();
        let store = place.open_by(&clock).await;
        ready();
        say(&race(&racer, &store, &clock).await);
    };
    // On one thread: a task of the store that takes what is there runs when both requests are.
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    spawn(move || runtime.block_on(racing)).join().unwrap();
}
