//! A store that remembers what it answered.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use factum::store::{Append, Appended, BoxFuture, Page, Read};
use factum::{Durability, Position, Store, StoreError};
use tokio::time::Instant;

/// Lets everything through to a store, and keeps the appends that it acknowledged.
#[derive(Debug, Clone)]
pub struct Witness<S> {
    inner: S,
    noted: Arc<Mutex<Noted>>,
}

/// What went through.
#[derive(Debug, Default)]
struct Noted {
    sent: Vec<Instant>,
    acknowledged: Vec<(Append, Appended)>,
}

impl<S> Witness<S> {
    /// Around a store.
    pub fn new(inner: S) -> Self {
        Self {
            inner,
            noted: Arc::default(),
        }
    }

    /// The store.
    pub fn inner(&self) -> &S {
        &self.inner
    }

    /// How many appends were sent.
    pub fn sent(&self) -> usize {
        self.asked().len()
    }

    /// When each of them was.
    pub fn asked(&self) -> Vec<Instant> {
        self.noted.lock().unwrap().sent.clone()
    }

    /// The appends that were acknowledged, with the answers.
    pub fn acknowledged(&self) -> Vec<(Append, Appended)> {
        self.noted.lock().unwrap().acknowledged.clone()
    }
}

impl<S: Store> Store for Witness<S> {
    fn append(&self, append: Append) -> BoxFuture<'_, Result<Appended, StoreError>> {
        Box::pin(async move {
            self.noted.lock().unwrap().sent.push(Instant::now());
            let appended = self.inner.append(append.clone()).await?;
            self.noted
                .lock()
                .unwrap()
                .acknowledged
                .push((append, appended.clone()));
            Ok(appended)
        })
    }

    fn read(&self, read: Read) -> BoxFuture<'_, Result<Page, StoreError>> {
        self.inner.read(read)
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
