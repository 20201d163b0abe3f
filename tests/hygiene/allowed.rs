//! Names and types that lints speak against, allowed where the user writes them and nowhere else.

use factum::{Aggregate, Apply, Command, Event, On, StreamId};
use serde::{Deserialize, Serialize};

#[allow(non_camel_case_types)]
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "allowed.lower")]
struct lower;

#[deprecated = "it is no longer written"]
#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "allowed.old", version = 2, upcast(1 = Older), sample = Old)]
struct Old;

#[deprecated]
#[derive(Deserialize)]
struct Older;

#[allow(deprecated)]
impl From<Older> for Old {
    fn from(_: Older) -> Self {
        Self
    }
}

#[deprecated]
#[derive(StreamId, Clone, Debug, PartialEq)]
struct OldId(u64);

#[deprecated]
#[allow(non_camel_case_types)]
#[derive(Aggregate, Serialize, Deserialize, Clone, Debug, PartialEq, Default)]
#[aggregate(name = "allowed", id = OldId, events(lower, Old), tests)]
struct account;

#[allow(deprecated)]
impl Apply<lower> for account {
    fn apply(&mut self, _: &lower) {}
}

#[allow(deprecated)]
impl Apply<Old> for account {
    fn apply(&mut self, _: &Old) {}
}

#[deprecated]
#[derive(Command, Serialize)]
#[command(aggregate = account, id = id)]
struct Ask {
    #[allow(deprecated)]
    id: OldId,
}

#[deprecated]
#[allow(non_camel_case_types)]
#[derive(Aggregate, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[aggregate(name = "allowed_machine", id = OldId, events(Old), tests)]
enum machine {
    #[state(Old => only)]
    only(#[allow(deprecated)] Times),
}

#[deprecated]
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
struct Times(u8);

#[allow(deprecated)]
impl On<Old> for Times {
    type Next = Self;

    fn on(self, _: &Old) -> Self {
        Self(self.0.wrapping_add(1))
    }
}

#[test]
#[allow(deprecated)]
fn lints_do_not_speak_of_what_the_derives_write() {
    use factum::EventSet;

    let ask = Ask { id: 7.into() };
    assert_eq!(ask.target(), &OldId::from(7));
    let event = accountEvent::from(Old);
    assert_eq!(event.info().name, "allowed.old");
    let twice = machine::given((Old, Old)).when(|_| Ok::<_, ()>(Old));
    twice.then_state_is(machine::only(Times(3)));
}
