//! The store contract as tests: each sentence of [`Store`] is a case that quotes it.
//!
//! A store proves itself with one macro call, which makes a named test for each case:
//!
//! ```
//! use factum::Memory;
//! use factum::testing::conformance::Kit;
//!
//! struct InMemory;
//!
//! impl Kit for InMemory {
//!     type Store = Memory;
//!     async fn open(&self) -> Memory { Memory::new() }
//!     async fn reopen(&self, _: Memory) -> Option<Memory> { None }
//! }
//!
//! factum::conformance! { memory: InMemory }
//! # fn main() {}
//! ```
//!
//! What a crash or a power cut does cannot be shown from within one process; those tests stand beside the
//! suite, and the cases on durability reopen the store.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a case that fails is a panic with a message"
)]
#![expect(
    clippy::missing_panics_doc,
    reason = "every case panics when the contract is broken"
)]

pub mod append;
pub mod cancel;
pub mod delete;
pub mod durability;
mod fixture;
pub mod ids;
pub mod order;
pub mod read;
pub mod snapshot;
pub mod subscribe;
pub mod values;

use crate::store::Store;

/// Opens the stores that the cases run on.
pub trait Kit: Send + Sync + 'static {
    /// The store under test.
    type Store: Store + Clone;

    /// A store with nothing in it, of its own for each case.
    fn open(&self) -> impl Future<Output = Self::Store> + Send;

    /// Ends the store as the end of its process would, and opens what is left of it; `None` if it
    /// declares to survive nothing.
    fn reopen(&self, store: Self::Store) -> impl Future<Output = Option<Self::Store>> + Send;
}

/// Runs one case; what the tests that [`conformance!`](crate::conformance) makes call.
pub fn run<F: Future<Output = ()>>(case: impl FnOnce() -> F) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    runtime.unwrap().block_on(case());
}

/// Makes a named test for each sentence of the store contract and each store; see
/// [`testing::conformance`](crate::testing::conformance).
#[macro_export]
macro_rules! conformance {
    ($($store:ident: $kit:expr),+ $(,)?) => {$(
        mod $store {
            #[allow(unused_imports)]
            use super::*;

            $crate::__conformance_cases! { $kit;
                append: [
                    stores_a_batch_whole_or_not_at_all,
                    gives_contiguous_revisions_and_growing_positions,
                    shows_no_part_of_a_batch_to_a_reader,
                    lets_exactly_one_of_several_writers_win,
                    says_in_a_conflict_what_is_there,
                ],
                ids: [
                    answers_known_ids_with_their_places_whatever_is_expected,
                    refuses_a_batch_of_known_and_new_ids,
                    refuses_known_ids_in_another_order,
                    refuses_known_ids_with_other_content,
                    does_not_compare_metadata,
                    keeps_ids_apart_by_stream_or_refuses,
                    settles_an_unknown_outcome_by_ids,
                    stores_equal_batches_once_under_contention,
                ],
                durability: [
                    keeps_what_it_acknowledged_as_declared,
                    goes_on_behind_what_was_there,
                ],
                order: [
                    shows_new_events_only_behind_what_was_seen,
                    has_its_head_at_the_highest_position,
                ],
                read: [
                    reads_a_stream_forward_and_backward,
                    reads_all_forward_and_backward,
                    starts_behind_any_place,
                    filters_by_category_and_name,
                    advances_the_cursor_of_a_filtered_reader,
                    bounds_the_bytes_of_a_page,
                    finds_an_event_along_the_way,
                    refuses_places_past_what_it_can_keep,
                ],
                subscribe: [
                    wakes_a_waiter_for_news_and_lets_it_go_in_time,
                    delivers_everything_once_while_writers_write,
                    resumes_behind_a_checkpoint,
                    refuses_a_checkpoint_past_its_end,
                ],
                cancel: [
                    leaves_nothing_half_done_when_a_future_is_dropped,
                ],
                values: [
                    keeps_payloads_bit_for_bit,
                    keeps_hostile_names_apart,
                    keeps_codec_index_tenant_and_metadata,
                    refuses_what_no_store_can_keep,
                ],
                delete: [
                    accepts_no_stream_and_goes_on_counting_after_a_delete,
                    hides_deleted_events_from_readers_of_all,
                    deletes_only_what_is_expected,
                    never_gives_a_position_twice,
                ],
                snapshot: [
                    keeps_the_latest_snapshot,
                    forgets_the_snapshot_of_a_deleted_stream,
                ],
            }
        }
    )+};
}

#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_cases {
    ($kit:expr; $($topic:ident: [$($case:ident),+ $(,)?]),+ $(,)?) => {$($(
        #[test]
        fn $case() {
            $crate::testing::conformance::run(|| $crate::testing::conformance::$topic::$case($kit));
        }
    )+)+};
}
