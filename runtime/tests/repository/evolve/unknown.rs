//! Events of builds that come later.

use factum::{OnUnknown, Recorded, Store, Subscription, Undecodable};

use super::{Row, append_rows, names::Customer};
use crate::each::on_every_store;

on_every_store! {
    fails_on_what_it_does_not_know_until_it_is_told_to_skip,
}

async fn fails_on_what_it_does_not_know_until_it_is_told_to_skip(store: impl Store + Clone) {
    let rows: [Row; 7] = [
        ("customer.moved", 4, r#"{"town":"Bern"}"#),
        ("customer.moved", 5, "{}"),
        ("customer.cloned", 1, "{}"),
        ("customer.moved", 1, "{}"),
        ("customer.moved", 0, "{}"),
        ("EmailChanged", 1, r#"{"address":"a@b"}"#),
        ("customer.moved", 4, "broken"),
    ];
    append_rows(&store, "customer-ada", &rows).await;
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

    let mut lenient = subscription().on_unknown(OnUnknown::Skip);
    let batch = lenient.catch_up().await.unwrap().unwrap();
    assert_eq!((batch.len(), batch.skipped()), (7, 4));
    let revision = |recorded: Result<Recorded<_>, Box<Undecodable>>| match recorded {
        Ok(recorded) => Ok(recorded.revision.get()),
        Err(error) => Err(error.revision.get()),
    };
    let read: Vec<_> = batch.iter().map(revision).collect();
    assert_eq!(read, [Ok(0), Ok(5), Err(6)]);
}
