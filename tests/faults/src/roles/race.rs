//! One of those who race for the revisions of a stream.

use factum_faults::Place;
use factum_faults::process::{order, ready, say};
use factum_faults::tasks::race::{Racer, race};

/// Says when it is ready, waits for the other, and ends by telling what it won.
pub(crate) async fn play(arguments: &[String]) {
    let (place, racer): (Place, Racer) = order(arguments);
    let store = place.open().await;
    ready();
    say(&race(&racer, &store).await);
}
