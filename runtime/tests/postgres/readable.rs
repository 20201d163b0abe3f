//! The view for people: what it shows is what is stored, and it shows no less once the events are partitioned.

use factum::store::{Append, NewEvent};
use factum::{Expected, Postgres, Store};

use crate::batches::{add, id_of};
use crate::fixture::{fresh, session};

const SHOWN: &str = "SELECT stream, payload FROM factum.readable ORDER BY position";

#[tokio::test]
async fn a_payload_is_shown_as_it_is_stored_and_what_is_no_text_is_not() {
    let (url, store) = fresh().await;
    let admin = session(&url).await;
    admin
        .batch_execute(&Postgres::readable("factum"))
        .await
        .unwrap();
    // What `jsonb` would write anew or refuse, and what is no text.
    let payloads: [(&[u8], bool); 6] = [
        (br#"{"b":1,"a":2,"b":3, "zero":-0.0}"#, true),
        (r#"{"owner":"Ad\u0000a"}"#.as_bytes(), true),
        ("no json \u{1f980}".as_bytes(), true),
        (b"", true),
        (b"\0", false),
        (b"\xff\xfe", false),
    ];
    let events = payloads
        .iter()
        .zip(1..)
        .map(|((payload, _), id)| NewEvent::json(id_of(id), "account.noted", payload.to_vec()));
    let append = Append::new(
        "account-1".parse().unwrap(),
        Expected::NoStream,
        events.collect(),
    );
    store.append(append.unwrap()).await.unwrap();
    let rows = admin.query(SHOWN, &[]).await.unwrap();
    let shown: Vec<Option<&str>> = rows.iter().map(|row| row.get(1)).collect();
    for ((payload, is_text), shown) in payloads.iter().zip(&shown) {
        let expected = is_text.then(|| std::str::from_utf8(payload).unwrap());
        assert_eq!(*shown, expected);
    }
    assert_eq!(shown.len(), payloads.len());
    assert!(rows.iter().all(|row| row.get::<_, &str>(0) == "account-1"));
}

#[tokio::test]
async fn who_may_read_the_view_may_read_nothing_else() {
    let (url, store) = fresh().await;
    add(&store, "account-1", 1).await;
    let url = factum_server::role(&url, |role| {
        let grants = format!(
            "GRANT USAGE ON SCHEMA factum TO {role}; GRANT SELECT ON factum.readable TO {role};"
        );
        Postgres::readable("factum") + &grants
    })
    .await;
    let analyst = session(&url).await;
    let ask = "SELECT (payload::jsonb ->> 'cents')::bigint FROM factum.readable";
    let cents: i64 = analyst.query_one(ask, &[]).await.unwrap().get(0);
    assert_eq!(cents, 1);
    let refused = analyst.query("SELECT * FROM factum.events", &[]).await;
    assert_eq!(refused.unwrap_err().code().unwrap().code(), "42501");
}

#[tokio::test]
async fn a_view_of_one_partition_is_not_left_behind() {
    let (url, store) = fresh().await;
    add(&store, "account-1", 1).await;
    let admin = session(&url).await;
    let both = Postgres::readable("factum") + &Postgres::partitioning("factum");
    admin.batch_execute(&both).await.unwrap();
    add(&store, "account-1", 2).await;
    assert!(
        admin.query(SHOWN, &[]).await.is_err(),
        "it shows half of the events"
    );
    admin
        .batch_execute(&Postgres::readable("factum"))
        .await
        .unwrap();
    assert_eq!(admin.query(SHOWN, &[]).await.unwrap().len(), 2);
}
