//! What is written is read back before it is stored, if that was asked for; metadata has a limit.

use factum::{
    Aggregate, Apply, Context, EncodeError, Event, ExecuteError, Memory, Repository, Unencodable,
};
use serde::{Deserialize, Serialize};

use crate::domain::{Account, ada};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "note.written")]
struct Written {
    text: String,
    #[serde(skip)]
    secret: u8,
}

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "note", id = String, events(Written), snapshot(logic = 1))]
struct Note {
    text: String,
}

impl Apply<Written> for Note {
    fn apply(&mut self, event: &Written) {
        self.text.clone_from(&event.text);
    }
}

#[tokio::test]
async fn what_would_be_read_as_something_else_is_refused_if_asked() {
    let notes = Repository::<Note, _>::new(Memory::new());
    let write = |verify, secret| {
        let notes = notes.clone().verify_writes(verify);
        let text = "a".to_owned();
        async move {
            let written = Written { text, secret };
            notes.update(&ada(), |_| Ok::<_, ()>(written.clone())).await
        }
    };
    let refused = write(true, 1).await.unwrap_err();
    let ExecuteError::Encode(Unencodable { what, reason }) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(what, "note.written");
    assert!(matches!(reason, EncodeError::NotRoundTrip { .. }));
    assert!(write(true, 0).await.is_ok() && write(false, 1).await.is_ok());
}

#[tokio::test]
async fn metadata_is_as_large_as_it_may_be() {
    let accounts = Repository::<Account, _>::new(Memory::new());
    // A time takes more or fewer bytes.
    let time = "2026-01-01T00:00:00Z".parse().unwrap();
    let extra = |bytes| {
        let (accounts, ada) = (&accounts, ada());
        let context = Context::new().occurred_at(time);
        let context = context.extra("note", "n".repeat(bytes));
        async move {
            let outcome = accounts
                .update_with(&ada, context, |account, _| account.deposit(1))
                .await;
            match outcome {
                Ok(_) => None,
                Err(ExecuteError::Encode(Unencodable { reason, .. })) => Some(reason),
                Err(other) => panic!("{other:?}"),
            }
        }
    };
    let most = 1 << 20;
    let Some(EncodeError::TooLarge { bytes, limit }) = extra(most).await else {
        panic!("a megabyte is taken")
    };
    let fits = most - (bytes - limit);
    assert!(extra(fits).await.is_none());
    assert!(extra(fits + 1).await.is_some());
}
