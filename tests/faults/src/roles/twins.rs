//! Those who send the same commands as others in another process.

use factum::{Sqlite, SystemClock};
use factum_faults::player::{hear, order, say};
use factum_faults::twins::Twins;

/// Sends each command whose number it is told, and says what was answered.
pub(crate) async fn play(arguments: &[String]) {
    let (path, count): (String, usize) = order(arguments);
    let twins = Twins::new(count, Sqlite::open(path).await.unwrap(), SystemClock);
    say(&"ready");
    while let Some(number) = hear() {
        say(&twins.send(number).await);
    }
}
