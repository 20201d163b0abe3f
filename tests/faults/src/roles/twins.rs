//! Those who send the same commands as others in another process.

use factum_faults::Place;
use factum_faults::clock::Setting;
use factum_faults::process::{hear, order, say};
use factum_faults::tasks::twins::Twins;

/// Sends each command whose number it is told, and says what was answered.
pub(crate) async fn play(arguments: &[String]) {
    let (place, count, clock): (Place, usize, Setting) = order(arguments);
    let clock = clock.clock();
    let store = place.open_by(&clock).await;
    let twins = Twins::new(count, store, &clock);
    say(&"ready");
    while let Some(number) = hear() {
        say(&twins.send(number).await);
    }
}
