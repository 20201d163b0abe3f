//! A state that every event and their order show in, and later releases of it.

use factum::{Aggregate, Apply, Event};
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "chain.link")]
pub(crate) struct Link {
    pub(crate) link: u64,
}

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "chain", id = String, events(Link), snapshot(logic = 1))]
pub(crate) struct Chain {
    pub(crate) value: u64,
    pub(crate) links: u64,
}

impl Apply<Link> for Chain {
    fn apply(&mut self, event: &Link) {
        self.value = self.value.wrapping_mul(31).wrapping_add(event.link);
        self.links += 1;
    }
}

impl Chain {
    /// What the links amount to.
    pub(crate) fn of(links: &[u64]) -> Self {
        let value = links.iter().fold(0, |value: u64, link| {
            value.wrapping_mul(31).wrapping_add(*link)
        });
        Self {
            value,
            links: links.len() as u64,
        }
    }
}

macro_rules! folded_otherwise {
    ($(#[$doc:meta])* $release:ident $logic:literal) => {
        $(#[$doc])*
        pub(crate) mod $release {
            use super::{Aggregate, Apply, Deserialize, Link, Serialize};

            #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
            #[aggregate(name = "chain", id = String, events(Link), snapshot(logic = $logic))]
            pub(crate) struct Chain {
                pub(crate) value: u64,
                pub(crate) links: u64,
            }

            impl Apply<Link> for Chain {
                fn apply(&mut self, event: &Link) {
                    self.value = self.value.wrapping_mul(37).wrapping_add(event.link);
                    self.links += 1;
                }
            }
        }
    };
}

folded_otherwise! {
    /// The same declaration, folded otherwise.
    relogic 1
}

folded_otherwise! {
    /// Folded otherwise, and said so.
    restamped 2
}

impl restamped::Chain {
    /// What the links amount to.
    pub(crate) fn of(links: &[u64]) -> Self {
        let mut chain = Self::default();
        for link in links {
            chain.apply(&Link { link: *link });
        }
        chain
    }
}

/// A later release with one field more, which an earlier one would not miss.
pub(crate) mod reshaped {
    use super::{Aggregate, Apply, Deserialize, Link, Serialize};

    #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    #[aggregate(name = "chain", id = String, events(Link), snapshot(logic = 1))]
    pub(crate) struct Chain {
        pub(crate) value: u64,
        pub(crate) links: u64,
        pub(crate) largest: u64,
    }

    impl Apply<Link> for Chain {
        fn apply(&mut self, event: &Link) {
            self.largest = self.largest.max(event.link);
        }
    }
}
