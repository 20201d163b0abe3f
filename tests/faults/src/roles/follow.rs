//! A reader of what other processes write.

use factum::Position;
use factum_faults::Place;
use factum_faults::process::{hear, order, say};
use factum_faults::tasks::readers::{Reader, follow};
use tokio::sync::watch;
use tokio::task::spawn_blocking;

/// Follows until it has come to the position that it is told some time, and says what it saw.
pub(crate) async fn play(arguments: &[String]) {
    let (place, reader): (Place, Reader) = order(arguments);
    let store = place.open().await;
    say(&"ready");
    let (done, until) = watch::channel(None);
    let listening = spawn_blocking(move || {
        let end: Position = hear().expect("the last position");
        done.send(Some(end)).expect("the reader waits for it");
        done
    });
    say(&follow(reader, store, until).await);
    listening.await.unwrap();
}
