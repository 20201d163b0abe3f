//! How often the server is asked: once to load a stream, once to append to it, and never whether it is there.

use factum::store::Read;
use factum::{Expected, Postgres, Revision, Store};

use crate::batches::{batch, name};
use crate::fixture::fresh;
use crate::wire::Wire;

const TIMES: u64 = 100;

#[tokio::test]
async fn a_load_and_an_append_ask_the_server_once_each() {
    let (url, _migrated) = fresh().await;
    let wire = Wire::to(&url, usize::MAX);
    let store = Postgres::open(&wire.url).await.unwrap();
    let load = async || store.read(Read::stream(name("account-1"), None)).await;
    let append = async |number| {
        let expected = match number {
            0 => Expected::NoStream,
            number => Expected::Revision(Revision::new(number - 1)),
        };
        let append = batch("account-1", expected, [number.into()]);
        assert_eq!(store.append(append).await.unwrap().first.get(), number);
    };
    // Connections come about, and statements are prepared.
    for number in 0..2 {
        append(number).await;
        load().await.unwrap();
    }
    let before = wire.trips();
    for _ in 0..TIMES {
        assert_eq!(load().await.unwrap().len(), 2);
    }
    let loaded = wire.trips();
    for number in 2..2 + TIMES {
        append(number).await;
    }
    let appended = wire.trips();
    assert_eq!([loaded - before, appended - loaded], [100, 100]);
}
