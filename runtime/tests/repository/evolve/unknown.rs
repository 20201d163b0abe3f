//! Events of builds that come later.

use std::sync::atomic::Ordering;

use factum::{OnUnknown, ReadError, Recorded, Store, Subscription, Undecodable};
use futures_util::StreamExt;

use super::names::{Customer, CustomerEvent};
use super::{Row, append_rows};
use crate::each::on_every_store;

on_every_store! {
    fails_on_what_it_does_not_know_until_it_is_told_to_skip,
    skips_in_batches_of_one_and_one_by_one,
}

const ROWS: [Row; 7] = [
    ("customer.moved", 4, r#"{"town":"Bern"}"#),
    ("customer.moved", 5, "{}"),
    ("customer.cloned", 1, "{}"),
    ("customer.moved", 1, "{}"),
    ("customer.moved", 0, "{}"),
    ("EmailChanged", 1, r#"{"address":"a@b"}"#),
    ("customer.moved", 4, "broken"),
];

async fn fails_on_what_it_does_not_know_until_it_is_told_to_skip(store: impl Store + Clone) {
    append_rows(&store, "customer-ada", &ROWS).await;
    let subscription = || Subscription::aggregate::<Customer>(store.clone());

    let batch = subscription().catch_up().await.unwrap().unwrap();
    let read: Vec<_> = batch.iter().collect();
    let said = |at: usize| match &read[at] {
        Ok(recorded) => recorded.name.to_owned(),
        Err(error) => error.reason.to_string(),
    };
    assert_eq!((read.len(), batch.skipped()), (7, 0));
    assert_eq!(said(0), "customer.moved");
    let versions = "and this build reads versions 2 to 4";
    assert_eq!(
        said(1),
        format!("`customer.moved` was stored as version 5, {versions}; a newer release wrote it")
    );
    assert_eq!(
        said(2),
        "nothing here reads the event `customer.cloned`; \
         this build reads `customer.email-changed`, `customer.moved`, `customer.rated`, \
         `customer.closed`"
    );
    for (at, version) in [(3, 1), (4, 0)] {
        let stored = format!("`customer.moved` was stored as version {version}, {versions}");
        assert_eq!(said(at), stored);
    }

    // All that is there, four of them unknown; by names, what is unknown by its name is not there at all.
    let of_names = Subscription::<CustomerEvent, _>::new(store.clone());
    for (subscription, stored, skipped) in [(subscription(), 7, 4), (of_names, 6, 3)] {
        let mut lenient = subscription.on_unknown(OnUnknown::Skip);
        let batch = lenient.catch_up().await.unwrap().unwrap();
        assert_eq!((batch.len(), batch.skipped()), (stored, skipped));
        let revision = |recorded: Result<Recorded<_>, Box<Undecodable>>| match recorded {
            Ok(recorded) => Ok(recorded.revision.get()),
            Err(error) => Err(error.revision.get()),
        };
        let read: Vec<_> = batch.iter().map(revision).collect();
        assert_eq!(read, [Ok(0), Ok(5), Err(6)]);
    }
}

/// Nothing is waited for: the last event of the stream cannot be read, and ends it.
async fn skips_in_batches_of_one_and_one_by_one(store: impl Store + Clone) {
    append_rows(&store, "customer-ada", &ROWS).await;
    let of_names =
        || Subscription::<CustomerEvent, _>::new(store.clone()).on_unknown(OnUnknown::Skip);
    let (mut skipped, mut read, mut subscription) = (0, Vec::new(), of_names().batch(1));
    while let Some(batch) = subscription.catch_up().await.unwrap() {
        skipped += batch.skipped();
        let Ok(events) = batch.iter().collect::<Result<Vec<_>, _>>() else {
            break;
        };
        read.extend(events.iter().map(|recorded| recorded.revision.get()));
    }
    assert_eq!((read, skipped), (vec![0, 5], 3));

    let events = of_names();
    let left_out = events.left_out();
    let mut events = Box::pin(events.into_stream());
    for revision in [0, 5] {
        let recorded = events.next().await.unwrap().unwrap();
        assert_eq!(recorded.revision.get(), revision);
    }
    let error = events.next().await.unwrap().unwrap_err();
    assert!(matches!(error, ReadError::Undecodable(_)), "{error}");
    assert_eq!(left_out.load(Ordering::Relaxed), 3);
}
