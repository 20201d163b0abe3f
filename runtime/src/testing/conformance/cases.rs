//! The list of all cases, from which tests, reports and tables are made.

use std::fmt;

/// One case of the suite, and the rule of the contract that it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Case {
    /// What it is about: the module of the case, and of the test that [`conformance!`](crate::conformance) makes.
    pub topic: &'static str,
    /// The name of the case, and of the test.
    pub name: &'static str,
    /// What a store has to keep to.
    pub rule: &'static str,
}

impl Case {
    #[doc(hidden)]
    pub const fn new(topic: &'static str, name: &'static str, rule: &'static str) -> Self {
        Self { topic, name, rule }
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}::{}", self.topic, self.name)
    }
}

macro_rules! listed {
    ([] $($topic:ident { $($case:ident: $rule:literal,)+ })+) => {
        &[$($(Case::new(stringify!($topic), stringify!($case), $rule),)+)+]
    };
}

/// Every case, by topic.
pub const CASES: &[Case] = crate::__conformance_cases! { [listed] [] };

/// Makes a named test of each case for each store; see [`testing::conformance`](crate::testing::conformance).
#[macro_export]
macro_rules! conformance {
    ($($store:ident: $kit:expr),+ $(,)?) => {$(
        mod $store {
            mod __kit {
                #[allow(unused_imports)]
                use super::super::*;

                pub(super) fn kit() -> impl $crate::testing::conformance::Kit { $kit }
            }

            $crate::__conformance_cases! { [$crate::__conformance_tests] [] }
        }
    )+};
}

#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_tests {
    ([] $($topic:ident { $($case:ident: $rule:literal,)+ })+) => {$(
        mod $topic {
            $(
                #[test]
                fn $case() {
                    $crate::testing::conformance::run(
                        $crate::testing::conformance::Case::new(stringify!($topic), stringify!($case), $rule),
                        || $crate::testing::conformance::$topic::$case(super::__kit::kit()),
                    );
                }
            )+
        }
    )+};
}

/// Hands the list to a macro, behind what that wants with it.
#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_cases {
    ([$($then:tt)+] $with:tt) => {
        $($then)+! { $with
            append {
                stores_a_batch_whole_or_not_at_all: "A batch is stored whole or not at all.",
                gives_contiguous_revisions_and_growing_positions: "Revisions of a stream have no gaps, and positions grow.",
                shows_no_part_of_a_batch_to_a_reader: "No reader ever sees a part of a batch.",
                takes_the_largest_batch: "A batch of the most events, and one of the most bytes, is taken and read back.",
            }
            conflict {
                lets_exactly_one_of_several_writers_win: "Exactly one of several writers that expect the same revision wins.",
                says_in_a_conflict_what_is_there: "A conflict says what was expected and what is there.",
            }
            idempotence {
                answers_known_ids_with_their_places_whatever_is_expected: "Ids that are all known, contiguous, in order and equal give their places, whatever is expected.",
                refuses_a_batch_of_known_and_new_ids: "Some ids known and some new are refused.",
                refuses_known_ids_in_another_order: "Known ids in another order, or with a gap, are refused.",
                refuses_known_ids_with_other_content: "A known id with another name, version, codec or payload is refused.",
                does_not_compare_metadata: "Metadata is not compared.",
                keeps_ids_apart_by_stream_or_refuses: "An id of another stream is another event's, or refused.",
                settles_an_unknown_outcome_by_ids: "When the outcome cannot be known, a retry with the same ids settles it.",
                stores_equal_batches_once_under_contention: "Equal batches that arrive at once are stored once, and all get the same places.",
            }
            read {
                reads_a_stream_forward_and_backward: "A stream is read forward and backward, with pages of any size.",
                reads_all_forward_and_backward: "All streams are read forward and backward, in the order of positions.",
                starts_behind_any_place: "A read starts behind any revision or position.",
                filters_by_category_and_name: "A read is filtered by category and event name before its page is cut.",
                advances_the_cursor_of_a_filtered_reader: "A filtered reader's cursor advances past what it is not shown.",
                bounds_the_bytes_of_a_page: "A page has a bound in bytes.",
                finds_an_event_along_the_way: "A page of a stream says where an event stands, and what the stream has events for.",
                reads_bare_what_folding_takes: "A bare read gives the revisions, names, versions, codecs and payloads of a whole one.",
                shows_one_moment_in_a_page: "A page shows one moment: its events are those that it says the stream has.",
                refuses_places_past_what_it_can_keep: "Places past 2^63 are refused, not wrapped.",
            }
            order {
                shows_new_events_only_behind_what_was_seen: "A reader that has seen a position is never shown a new event at or before it.",
                lets_nothing_overtake_a_delayed_commit: "Positions follow commit order, however long a commit takes.",
                has_its_head_at_the_highest_position: "The head is the highest position that was given out.",
            }
            subscribe {
                wakes_a_waiter_for_news_and_lets_it_go_in_time: "A waiter is woken by news, and let go when its time is up.",
                delivers_everything_once_while_writers_write: "A subscriber gets every event once and in order, while writers write.",
                resumes_behind_a_checkpoint: "A subscriber resumes behind its checkpoint.",
                refuses_a_checkpoint_past_its_end: "A checkpoint past the end is refused.",
            }
            snapshot {
                keeps_the_latest_snapshot: "A snapshot of a later state replaces an earlier one, and no other.",
                keeps_the_latest_of_many_savers: "Of snapshots that are saved at once the latest stays.",
                keeps_states_bit_for_bit: "A snapshot's state and shape come back bit for bit, whatever its stream's name.",
                forgets_the_snapshot_of_a_deleted_stream: "Nothing of a deleted stream comes back with a snapshot.",
            }
            delete {
                accepts_no_stream_and_goes_on_counting_after_a_delete: "After a delete no stream is expected, and revisions go on from where they were.",
                hides_deleted_events_from_readers_of_all: "Readers of all no longer see deleted events.",
                deletes_only_what_is_expected: "A stream is deleted only if it is what is expected.",
                never_gives_a_position_twice: "A position is never given out twice, also when the newest events are deleted.",
            }
            values {
                keeps_payloads_bit_for_bit: "A payload is stored bit for bit.",
                keeps_codec_index_tenant_and_metadata: "Every row keeps its name, version, codec, index, tenant and metadata.",
                tells_when_it_was_recorded: "The time of recording is told in whole microseconds, and the same to writers and readers.",
                refuses_what_no_store_can_keep: "What no store can keep is refused before anything is written.",
            }
            names {
                keeps_hostile_names_apart: "Stream names are data: no two are the same, and none is a pattern.",
                filters_by_names_as_they_are: "Event names and categories in a filter are data too.",
            }
            cancellation {
                leaves_nothing_half_done_when_a_future_is_dropped: "A dropped future leaves nothing half done.",
                settles_an_append_dropped_at_any_poll: "An append that is dropped at any poll is stored whole or not at all, and settled by its ids.",
                serves_on_after_anything_was_dropped_at_any_poll: "Whatever is dropped at any poll, the store serves on.",
            }
            durability {
                keeps_what_it_acknowledged_as_declared: "What is acknowledged survives what the store declares.",
                goes_on_behind_what_was_there: "Ids, revisions and positions go on behind what was there.",
            }
            stress {
                loses_nothing_that_writers_were_told: "Of what many writers were told is stored nothing is lost, doubled, reordered or shown by halves.",
                lets_a_hot_stream_grow_by_one_winner_each: "Each revision of a hot stream has one winner.",
                counts_what_is_deleted_while_writers_write: "Deletes and appends of one stream at once lose and double nothing.",
            }
        }
    };
}
