//! Every visibility, imports from above, fields that are there for some builds alone, old shapes that borrow, and a
//! command of several kinds.

use std::borrow::Cow;

use factum::{
    Aggregate, Apply, Command, Context, Event, EventSet, Handle, IntoEvents, Json, On, StreamId,
    WrongState,
};
use serde::{Deserialize, Serialize};

mod outer {
    pub(super) mod inner {
        use super::super::*;

        #[derive(StreamId, Clone, Debug, PartialEq)]
        pub(in super::super) struct NoteId(pub(in super::super) u64);

        #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
        #[event(name = "note.written")]
        pub(in super::super) struct Written {
            #[cfg(not(test))]
            pub(in super::super) never: String,
            #[cfg(test)]
            pub(in super::super) text: String,
            /// It has a [`NoteId`].
            #[cfg_attr(test, serde(default))]
            pub(in super::super) stars: u8,
        }

        /// A note.
        ///
        /// # Example
        ///
        /// With `code`, "quotes" and \ in its documentation.
        #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
        #[aggregate(name = "note", id = NoteId, events(Written, Torn), tests, commands(Write<'static, u8>))]
        pub(in super::super) struct Note {
            #[cfg(test)]
            pub(in super::super) text: String,
            #[cfg(not(test))]
            pub(in super::super) never: String,
        }

        #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
        #[event(name = "note.torn")]
        pub(in super::super) struct Torn;

        impl Apply<Written> for Note {
            fn apply(&mut self, event: &Written) {
                self.text.clone_from(&event.text);
            }
        }

        impl Apply<Torn> for Note {
            fn apply(&mut self, _: &Torn) {
                self.text.clear();
            }
        }
    }
}

use outer::inner::{Note, NoteEvent, NoteId, Written};

/// A command of several kinds.
#[derive(Command, Serialize, Deserialize, Debug)]
#[command(aggregate = Note, id = note)]
#[serde(bound(deserialize = "Stars: Deserialize<'de>"))]
struct Write<'a, Stars: Serialize + Send + Sync>
where
    Stars: Copy,
{
    note: NoteId,
    text: Cow<'a, str>,
    stars: Stars,
}

impl<Stars: Copy + Into<u8> + Serialize + Send + Sync> Handle<Write<'_, Stars>> for Note {
    type Error = ();

    fn handle(
        &self,
        command: &Write<'_, Stars>,
        _: &Context,
    ) -> Result<impl IntoEvents<NoteEvent>, ()> {
        Ok(Written {
            text: command.text.to_string(),
            stars: command.stars.into(),
        })
    }
}

#[test]
fn a_command_may_have_parameters() {
    Note::given_nothing()
        .when_command(Write {
            note: NoteId(1),
            text: "a".into(),
            stars: false,
        })
        .then(Written {
            text: "a".to_owned(),
            stars: 0,
        });
    Note::given_stored([("note.torn", 1, "null")])
        .when_command(Write {
            note: 1.into(),
            text: "b".into(),
            stars: 2,
        })
        .then_state_is(Note {
            text: "b".to_owned(),
        });
}

/// Old shapes that borrow from what is stored, in a chain.
mod borrowed {
    use super::{Aggregate, Apply, Cow, Deserialize, Event, Serialize};

    #[derive(Deserialize)]
    struct OpenedV1<'a> {
        holder: &'a str,
        #[serde(borrow)]
        note: Option<Cow<'a, str>>,
    }

    #[derive(Deserialize)]
    struct OpenedV2<'a> {
        #[serde(borrow)]
        owner: Cow<'a, str>,
        #[serde(borrow, default)]
        tags: Vec<Cow<'a, str>>,
    }

    impl<'a> From<OpenedV1<'a>> for OpenedV2<'a> {
        fn from(old: OpenedV1<'a>) -> Self {
            Self {
                owner: Cow::Borrowed(old.holder),
                tags: old.note.into_iter().collect(),
            }
        }
    }

    #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(
        name = "account.opened",
        version = 3,
        upcast(1 = OpenedV1<'_>, 2 = OpenedV2<'_>),
        stored(1 = r#"{"holder":"Ada","note":"a \"note\""}"#)
    )]
    pub(super) struct Opened {
        pub(super) owner: String,
        pub(super) tags: Vec<String>,
    }

    impl TryFrom<OpenedV2<'_>> for Opened {
        type Error = std::num::ParseIntError;

        fn try_from(old: OpenedV2<'_>) -> Result<Self, Self::Error> {
            Ok(Self {
                owner: old.owner.into_owned(),
                tags: old.tags.into_iter().map(Cow::into_owned).collect(),
            })
        }
    }

    #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    #[aggregate(name = "account", id = String, events(Opened), tests)]
    pub(super) struct Account;

    impl Apply<Opened> for Account {
        fn apply(&mut self, _: &Opened) {}
    }
}

#[test]
fn old_shapes_may_borrow_in_a_chain() {
    use borrowed::Opened;

    let read =
        |version, payload: &str| Opened::decode(&Json::default(), version, payload.as_bytes());
    let opened = |owner: &str, tags: &[&str]| Opened {
        owner: owner.to_owned(),
        tags: tags.iter().map(ToString::to_string).collect(),
    };
    assert_eq!(
        read(1, r#"{"holder":"Ada","note":"\u0061"}"#).unwrap(),
        opened("Ada", &["a"])
    );
    assert_eq!(
        read(2, r#"{"owner":"\u0041da"}"#).unwrap(),
        opened("Ada", &[])
    );
    assert_eq!(NoteEvent::READS.len(), 2);
}

/// One state with one event: every pattern matches.
#[test]
fn a_machine_may_have_one_state_alone() {
    #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[event(name = "bell.rung")]
    struct Rung;

    #[derive(Aggregate, Serialize, Deserialize, Clone, Debug, PartialEq)]
    #[aggregate(name = "bell", id = String, events(Rung))]
    enum Bell {
        #[state(Rung => Only)]
        Only(Times<u8>),
    }

    #[derive(Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    struct Times<T>(T);

    impl On<Rung> for Times<u8> {
        type Next = Self;

        fn on(self, _: &Rung) -> Self {
            Self(self.0 + 1)
        }
    }

    Bell::given(Rung)
        .when(|bell| bell.within(|_: &Times<u8>| Ok::<_, WrongState>([Rung, Rung])))
        .then_state_is(Bell::Only(Times(3)));
}
