//! Generated tests: what `#[aggregate(.., tests)]` proves of events, what is stored of them, the state and histories.

mod command;
mod event;
mod golden;
mod histories;
mod history;
mod home;
mod invent;
mod meaning;
mod moved;
mod samples;
mod schema;
mod shrink;
mod sole;
mod state;
mod test;
#[cfg(test)]
mod tests;
mod walk;

pub use command::CommandContract;
pub use event::{EventContract, event, passes, retired};
pub use histories::histories;
pub use home::Home;
pub use schema::schema;
pub use sole::{SoleEvent, sole_events};
pub use state::state;

/// The tests of one aggregate: one for each event, one for the files of what is stored, one for its state, one for
/// histories; each is one call.
#[doc(hidden)]
#[macro_export]
macro_rules! __contract_tests {
    ($aggregate:ident [$($test:ident $event:ty),*] [$($retired:ident $old:ty),*] $schema:ident $state:ident $histories:ident [$($command:ty),*] [$($snapshots:expr)?]) => {
        $(
            #[cfg(test)]
            #[allow(deprecated)]
            #[$crate::__private::test]
            fn $test() {
                $crate::__private::contract::passes(
                    $crate::__private::contract::event::<$aggregate, $event>,
                );
            }
        )*

        $(
            #[cfg(test)]
            #[allow(deprecated)]
            #[$crate::__private::test]
            fn $retired() {
                $crate::__private::contract::passes(
                    $crate::__private::contract::retired::<$aggregate, $old>,
                );
            }
        )*

        #[cfg(test)]
        #[allow(deprecated)]
        #[$crate::__private::test]
        fn $schema() {
            $crate::__private::contract::passes(|| {
                $crate::__private::contract::schema::<$aggregate>(
                    $crate::__home!(),
                    &[
                        $($crate::__private::contract::EventContract::of::<$event>(),)*
                        $($crate::__private::contract::EventContract::retired::<$old>(),)*
                    ],
                    [$($snapshots)?].first(),
                )
            });
        }

        #[cfg(test)]
        #[allow(deprecated)]
        #[$crate::__private::test]
        fn $state() {
            $crate::__private::contract::state::<$aggregate>(
                &[$($crate::__private::contract::EventContract::of::<$event>()),*],
                &[$($crate::__private::contract::CommandContract::<$aggregate>::of::<$command>(
                    $crate::__private::stringify!($command)
                )),*],
            );
        }

        #[cfg(test)]
        #[allow(deprecated)]
        #[$crate::__private::test]
        fn $histories() {
            $crate::__private::contract::histories::<$aggregate>(
                &[$($crate::__private::contract::EventContract::of::<$event>()),*],
                &[$($crate::__private::contract::CommandContract::<$aggregate>::of::<$command>(
                    $crate::__private::stringify!($command),
                )),*],
            );
        }
    };
}
