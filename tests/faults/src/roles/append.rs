//! Writers at a file that others write to as well.

use factum::Sqlite;
use factum_faults::player::{hear, order, say};
use factum_faults::writers::Writers;

/// Says when it is ready, waits for the others, and ends by telling what its writers were told.
pub(crate) async fn play(arguments: &[String]) {
    let (path, writers): (String, Writers) = order(arguments);
    let store = Sqlite::open(path).await.unwrap();
    say(&"ready");
    hear::<String>().expect("the word to begin");
    say(&writers.run(&store).await);
}
