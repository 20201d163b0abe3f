//! One who carries out a command and never gets to say so.

use std::time::Duration;

use factum::testing::{Fault, Faulty};
use factum::{Repository, Retry, Store};
use factum_faults::process::{order, say};
use factum_faults::{Add, Counter, Place};

/// Says when the command is committed; its answer is lost, and it is not asked for again in this process's life.
pub(crate) async fn play(arguments: &[String]) {
    const NEVER: Duration = Duration::from_secs(3600);
    let (place, command): (Place, Add) = order(arguments);
    let store = Faulty::new(place.open().await);
    let before = store.head().await.unwrap();
    store.plan([Fault::LostAnswer]);
    let counters =
        Repository::<Counter, _>::new(store.clone()).retry(Retry::default().delays(NEVER, NEVER));
    let committed = async {
        store.wait(before, NEVER).await.unwrap();
        say(&"committed");
        std::future::pending::<()>().await;
    };
    tokio::select! {
        done = counters.execute(command) => panic!("nobody can have answered: {done:?}"),
        () = committed => {}
    }
}
