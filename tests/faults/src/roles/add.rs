//! Those who add to the hot stream, beside others in another process.

use factum_faults::Place;
use factum_faults::clock::Setting;
use factum_faults::process::{order, ready, say};
use factum_faults::tasks::hot_stream::Adders;

/// Says when it is ready, waits for the others, and ends by telling what was acknowledged.
pub(crate) async fn play(arguments: &[String]) {
    let (place, adders, clock): (Place, Adders, Setting) = order(arguments);
    let clock = clock.clock();
    let store = place.open_by(&clock).await;
    ready();
    say(&adders.run(store, clock).await);
}
