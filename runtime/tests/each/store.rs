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
    };
}
pub(crate) use on_every_store;
