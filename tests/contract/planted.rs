//! A bug as small as it gets: an event, what applies it, and what has to go wrong with them.

/// Declares an event with the usual derives.
macro_rules! event {
    ($(#[$attr:meta])* $ident:ident $name:literal $body:tt) => {
        #[derive(factum::Event, serde::Serialize, serde::Deserialize, Clone, Debug, PartialEq)]
        #[event(name = $name)]
        $(#[$attr])*
        pub(crate) struct $ident $body
    };
}

/// Declares an aggregate of `u32`s and what applies its events.
macro_rules! aggregate {
    ($ident:ident { $($(#[$attr:meta])* $field:ident: $ty:ty),* } $($event:ident => |$state:ident, $of:ident| $apply:expr);+ $(;)?) => {
        #[derive(factum::Aggregate, serde::Serialize, serde::Deserialize, Default, Clone, Debug, PartialEq)]
        #[aggregate(name = "account", id = String, events($($event),+))]
        pub(crate) struct $ident { $($(#[$attr])* pub(crate) $field: $ty),* }

        $(impl factum::Apply<$event> for $ident {
            fn apply(&mut self, $of: &$event) {
                let $state = self;
                $apply;
            }
        })+
    };
}

/// Declares a command and how it is decided.
macro_rules! command {
    ($aggregate:ident, $set:ident, $ident:ident { $($field:ident: $ty:ty),* }, |$state:ident, $of:ident| $decide:expr) => {
        #[derive(factum::Command, serde::Serialize, serde::Deserialize, Clone, Debug)]
        #[command(aggregate = $aggregate, id = account)]
        pub(crate) struct $ident { pub(crate) account: String, $(pub(crate) $field: $ty),* }

        impl factum::Handle<$ident> for $aggregate {
            type Error = &'static str;

            fn handle(
                &self,
                $of: &$ident,
                _: &factum::Context,
            ) -> Result<impl factum::IntoEvents<$set>, &'static str> {
                let $state = self;
                $decide
            }
        }
    };
}

/// What the generated tests of one aggregate say; each takes what the derive hands to it.
macro_rules! fails {
    (event $aggregate:ty, $event:ty) => {
        crate::failure(|| {
            use factum::__private::contract::{event, passes};
            passes(event::<$aggregate, $event>);
        })
    };
    (retired $aggregate:ty, $event:ty) => {
        crate::failure(|| {
            use factum::__private::contract::{passes, retired};
            passes(retired::<$aggregate, $event>);
        })
    };
    (state $aggregate:ty: $($event:ty),+) => {
        crate::failure(|| {
            use factum::__private::contract::{EventContract, state};
            state::<$aggregate>(&[$(EventContract::of::<$event>()),+], &[]);
        })
    };
    (histories $aggregate:ty: $($event:ty),+; $($command:ty),*) => {
        crate::failure(|| {
            use factum::__private::contract::{EventContract, histories};
            histories::<$aggregate>(
                &[$(EventContract::of::<$event>()),+],
                &[$(factum::__private::contract::CommandContract::of::<$command>(stringify!($command))),*],
            );
        })
    };
}

pub(crate) use {aggregate, command, event, fails};
