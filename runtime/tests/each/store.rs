//! One test for each kind of store.

/// Makes of each `async fn name(store: impl Store + Clone)` one test per store.
macro_rules! on_every_store {
    ($($name:ident),+ $(,)?) => {
        mod memory {
            $(#[tokio::test]
            async fn $name() {
                super::$name(factum::Memory::new()).await;
            })+
        }

        mod sqlite {
            $(#[tokio::test]
            async fn $name() {
                let folder = tempfile::tempdir().unwrap();
                let store = factum::Sqlite::open(folder.path().join("events.db")).await.unwrap();
                super::$name(store).await;
            })+
        }

        #[cfg(feature = "postgres")]
        mod postgres {
            // A decision that waits for another writer holds up its own thread, and not the connections.
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(crate::each::on_a_server().await).await;
            })+
        }
    };
}
pub(crate) use on_every_store;

/// A store in a database of its own.
#[cfg(feature = "postgres")]
pub(crate) async fn on_a_server() -> factum::Postgres {
    let url = factum_server::database().await;
    factum::Postgres::builder(&url)
        .migrate()
        .open()
        .await
        .unwrap()
}
