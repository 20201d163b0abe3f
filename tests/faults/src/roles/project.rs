//! The read model of the guide, as it stands there.

#![allow(dead_code, reason = "the guide shows more than this program calls")]

use std::path::Path;

include!("../../../../runtime/doc/guide/shared/account.rs");
include!("../../../../runtime/doc/guide/shared/balances.rs");
include!("../../../../runtime/doc/guide/shared/follow.rs");

/// `<store> <read model> <table>`: follows the store until it is killed, or refused.
pub(crate) async fn play(arguments: &[String]) {
    let [store, rows, table] = arguments else {
        panic!("a store, a read model and its table")
    };
    let store = Sqlite::open(store).await.unwrap();
    let table = String::from(table).leak();
    let balances = Balances::open(Path::new(rows), table).unwrap();
    println!("following");
    let error = follow(store, balances).await.unwrap_err();
    println!("{error}");
}
