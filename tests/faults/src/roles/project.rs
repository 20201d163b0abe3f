//! The read model of the guide, as it stands there.

#![allow(dead_code, reason = "the guide shows more than this program calls")]

use std::path::PathBuf;

use factum_faults::Place;
use factum_faults::process::{order, say};

include!("../../../../runtime/doc/guide/shared/account.rs");
include!("../../../../runtime/doc/guide/shared/balances.rs");
include!("../../../../runtime/doc/guide/shared/follow.rs");

/// Follows the store by a read model and its table, until it is killed or refused.
pub(crate) async fn play(arguments: &[String]) {
    let (place, rows, table): (Place, PathBuf, String) = order(arguments);
    let store = place.open().await;
    let balances = Balances::open(&rows, table.leak()).unwrap();
    say(&"following");
    let error = follow(store, balances).await.unwrap_err();
    say(&error.to_string());
}
