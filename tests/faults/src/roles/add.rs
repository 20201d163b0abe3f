//! Those who add to the hot stream, beside others in another process.

use factum::{Sqlite, SystemClock};
use factum_faults::hot_stream::Adders;
use factum_faults::player::{hear, order, say};

/// Says when it is ready, waits for the others, and ends by telling what was acknowledged.
pub(crate) async fn play(arguments: &[String]) {
    let (path, adders): (String, Adders) = order(arguments);
    let store = Sqlite::open(path).await.unwrap();
    say(&"ready");
    hear::<String>().expect("the word to begin");
    say(&adders.run(store, SystemClock).await);
}
