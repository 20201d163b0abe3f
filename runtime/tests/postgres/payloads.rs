//! Payloads in a column of text: what is refused, and who may open it.

use factum::postgres::Payloads;
use factum::store::{Append, NewEvent, Read};
use factum::{Expected, Postgres, Refused, Store, StoreError, UnavailableCause};
use futures_util::future::join_all;

use crate::batches::{add, id_of, ids, unavailable};
use crate::fixture::session;

fn noted(stream: &str, id: u128, payload: &[u8]) -> Append {
    let event = NewEvent::json(id_of(id), "account.noted", payload.to_vec());
    Append::new(stream.parse().unwrap(), Expected::Any, vec![event]).unwrap()
}

#[tokio::test]
async fn text_is_kept_as_it_is_and_what_is_none_is_refused_alone() {
    let url = factum_server::database().await;
    let builder = Postgres::builder(&url).migrate().payloads(Payloads::Text);
    let store = builder.open().await.unwrap();
    let payloads: [(&[u8], bool); 6] = [
        (b"{\"b\":1,\"a\":2,\"b\":3, \"zero\":-0.0}", true),
        (b"\xff", false),
        (b"{\"nul\":\"\\u0000\"}", true),
        (b"\0", false),
        ("\u{1f980}".as_bytes(), true),
        (b"", true),
    ];
    // All at once, so that they share statements.
    let appends = payloads.iter().zip(1..).map(|((payload, _), id)| {
        let append = noted(&format!("account-{id}"), id, payload);
        store.append(append)
    });
    for ((outcome, id), (_, is_text)) in join_all(appends).await.into_iter().zip(1..).zip(payloads)
    {
        match outcome {
            Err(StoreError::Refused(Refused::NotText { id: refused, .. })) => {
                assert!(!is_text && refused == id_of(id), "{id}");
            }
            outcome => assert!(outcome.is_ok() && is_text, "{id}: {outcome:?}"),
        }
    }
    let kept = "SELECT payload FROM factum.events ORDER BY id";
    let rows = session(&url).await.query(kept, &[]).await.unwrap();
    let kept: Vec<&[u8]> = rows
        .iter()
        .map(|row| row.get::<_, &str>(0).as_bytes())
        .collect();
    let expected = payloads.iter().filter(|(_, is_text)| *is_text);
    assert_eq!(
        kept,
        expected.map(|(payload, _)| *payload).collect::<Vec<_>>()
    );
    assert_eq!(ids(&store, Read::all(None)).await.len(), kept.len());
}

#[tokio::test]
async fn a_schema_is_opened_as_it_is_and_not_as_another() {
    let url = factum_server::database().await;
    let open = |payloads| {
        let builder = Postgres::builder(&url).migrate().payloads(payloads);
        builder.open()
    };
    let store = open(Payloads::Text).await.unwrap();
    add(&store, "account-1", 1).await;
    let other = Postgres::open(&url).await.unwrap();
    assert_eq!(ids(&other, Read::all(None)).await, [1]);
    let refused = unavailable(open(Payloads::Bytes).await);
    assert_eq!(refused.cause, UnavailableCause::Misconfigured);
    assert!(
        refused.message.contains("keeps payloads as `text`"),
        "{refused}"
    );
    let admin = session(&url).await;
    admin
        .batch_execute(&Postgres::readable("factum"))
        .await
        .unwrap();
    let shown = admin
        .query_one("SELECT payload FROM factum.readable", &[])
        .await;
    assert_eq!(shown.unwrap().get::<_, &str>(0), "{\"cents\":1}");
}
