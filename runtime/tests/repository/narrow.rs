//! A store that reads one page at a time.

use std::time::Duration;

use factum::store::{Append, Appended, BoxFuture, Durability, Page, Read};
use factum::{Memory, Position, Repository, Store, StoreError};
use tokio::sync::Semaphore;
use tokio::task::yield_now;
use tokio::time::timeout;

use crate::domain::{Account, Deposited, Overdrawn, ada, withdraw};

struct Narrow {
    inner: Memory,
    slot: Semaphore,
}

impl Store for Narrow {
    fn append(&self, append: Append) -> BoxFuture<'_, Result<Appended, StoreError>> {
        self.inner.append(append)
    }

    fn read(&self, read: Read) -> BoxFuture<'_, Result<Page, StoreError>> {
        Box::pin(async move {
            let _slot = self.slot.acquire().await.unwrap();
            yield_now().await;
            self.inner.read(read).await
        })
    }

    fn head(&self) -> BoxFuture<'_, Result<Option<Position>, StoreError>> {
        self.inner.head()
    }

    fn wait(
        &self,
        after: Option<Position>,
        timeout: Duration,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        self.inner.wait(after, timeout)
    }

    fn durability(&self) -> Durability {
        self.inner.durability()
    }
}

#[tokio::test]
async fn a_page_that_nobody_waits_for_any_more_keeps_nobody_waiting() {
    let store = Narrow {
        inner: Memory::new(),
        slot: Semaphore::new(1),
    };
    let accounts = Repository::<Account, _>::new(store).cache(0);
    let deposits =
        |count| move |_: &Account| Ok::<_, Overdrawn>(vec![Deposited { cents: 1 }; count]);
    accounts.update(&ada(), deposits(1)).await.unwrap();
    let withdrawal = || withdraw("ada", 1, "slip 1");
    accounts.execute(withdrawal()).await.unwrap();
    accounts
        .update(&ada(), deposits(2 * Read::LIMIT))
        .await
        .unwrap();

    // What it recorded ends on the first page of three.
    let again = timeout(Duration::from_secs(10), accounts.execute(withdrawal()));
    assert!(again.await.unwrap().unwrap().repeated);
    assert_eq!(
        accounts.history(&ada()).await.unwrap().len(),
        2 + 2 * Read::LIMIT
    );
}
