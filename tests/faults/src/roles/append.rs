//! Writers at a store that others write to as well.

use factum_faults::Place;
use factum_faults::clock::Setting;
use factum_faults::process::{order, ready, say};
use factum_faults::tasks::writers::Writers;

/// Says when it is ready, waits for the others, and ends by telling what its writers were told.
pub(crate) async fn play(arguments: &[String]) {
    let (place, writers, clock): (Place, Writers, Setting) = order(arguments);
    let clock = clock.clock();
    let store = place.open_by(&clock).await;
    ready();
    let told = writers.run(&store).await;
    told.judge_times(&clock);
    say(&told);
}
