//! Those who send the same commands as others in another process.

use std::path::PathBuf;

use factum_faults::clock::Setting;
use factum_faults::process::{hear, order, say};
use factum_faults::tasks::twins::Twins;

/// Sends each command whose number it is told, and says what was answered.
pub(crate) async fn play(arguments: &[String]) {
    let (path, count, clock): (PathBuf, usize, Setting) = order(arguments);
    let clock = clock.clock();
    let store = clock.open(&path).await;
    let twins = Twins::new(count, store, &clock);
    say(&"ready");
    while let Some(number) = hear() {
        say(&twins.send(number).await);
    }
}
