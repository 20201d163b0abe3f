//! Events of builds that come later.

use std::sync::atomic::Ordering;

use factum::store::{Filter, Read};
use factum::testing::Faulty;
use factum::{
    AsOf, DecodeError, Json, OnUnknown, Position, ReadError, Recorded, Repository, Store,
    Subscription, Undecodable, decode_stored,
};
use futures_util::StreamExt;

use super::names::{Customer, CustomerEvent};
use super::past::{Arrived, Guest, GuestEvent};
use super::{Row, append_rows};
use crate::domain::ada;
use crate::each::on_every_store;

on_every_store! {
    fails_on_what_it_does_not_know_until_it_is_told_to_skip,
    skips_in_batches_of_one_and_one_by_one,
    says_all_that_it_knows_wherever_it_meets_another,
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
         this build knows `customer.email-changed`, `EmailChanged` (alias), \
         `customer.mail-changed` (alias), `customer.moved`, `customer.rated`, `customer.closed`"
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

async fn says_all_that_it_knows_wherever_it_meets_another(store: impl Store + Clone) {
    let guests = Repository::<Guest, _>::new(store.clone()).snapshot_every(1);
    let arrive = |_: &Guest| Ok::<_, String>(Arrived { room: 1 });
    guests.update(&ada(), arrive).await.unwrap();
    append_rows(&store, "guest-ada", &[("guest.left", 1, "{}")]).await;

    let counted = Faulty::new(store.clone());
    let fresh = Repository::<Guest, _>::new(counted.clone()).snapshot_every(1);
    let mut errors = vec![fresh.load(&ada()).await.unwrap_err()];
    assert_eq!(
        counted.events_read(),
        2,
        "behind the snapshot, and its place"
    );
    let last = AsOf::Position(Position::new(u64::MAX >> 1));
    errors.push(fresh.load_at(&ada(), last).await.unwrap_err());
    errors.push(fresh.history(&ada()).await.unwrap_err());
    let arrive = |_: &Guest, _: &factum::Context| Ok::<_, String>(Arrived { room: 2 });
    let context = factum::Context::new();
    match fresh.update_with(&ada(), context, arrive).await {
        Err(factum::ExecuteError::Read(error)) => errors.push(error),
        other => panic!("{other:?}"),
    }
    for subscription in [
        Subscription::aggregate::<Guest>(store.clone()),
        Subscription::<GuestEvent, _>::filtered(store.clone(), Filter::default()),
    ] {
        let mut events = Box::pin(subscription.into_stream());
        events.next().await.unwrap().unwrap();
        errors.push(events.next().await.unwrap().unwrap_err());
    }
    let page = store.read(Read::all(None).event("guest.left")).await;
    let page = page.unwrap();
    let read = decode_stored::<GuestEvent, _>(&Json::default(), &page.get(0).unwrap());
    errors.push(read.unwrap_err().into());

    assert_eq!(errors.len(), 7);
    for error in errors {
        let ReadError::Undecodable(error) = error else {
            panic!("{error:?}")
        };
        assert_eq!(
            error.reason.to_string(),
            "nothing here reads the event `guest.left`; this build knows `guest.arrived`, \
             `guest.paid`, `guest.arrived-and-paid` (retired), `GuestCame` (retired), \
             `guest.greeted` (ignored), `guest.waved` (ignored)"
        );
        let DecodeError::UnknownEvent { known, .. } = error.reason else {
            panic!("{error:?}")
        };
        assert_eq!(known.names().count(), 6);
    }
}
