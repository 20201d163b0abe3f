//! The suite can fail: each planted bug is caught by the case that quotes the sentence it breaks.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use factum::testing::conformance::{self, Kit};

use crate::broken::{Broken, BrokenKit, Bug};

/// Lets the case run where it may take its time to fail, but not for ever.
fn fails(case: impl AsyncFnOnce(BrokenKit) + Send, bug: Bug) -> bool {
    let run = AssertUnwindSafe(|| {
        conformance::run(|| async {
            let time = tokio::time::timeout(Duration::from_secs(5), case(BrokenKit(bug))).await;
            assert!(time.is_ok(), "the case does not end");
        });
    });
    catch_unwind(run).is_err()
}

macro_rules! planted {
    ($($bug:ident: $topic:ident::$case:ident),+ $(,)?) => {$(
        #[test]
        #[expect(non_snake_case, reason = "named by the bug")]
        fn $bug() {
            let caught = fails(conformance::$topic::$case, Bug::$bug);
            assert!(caught, concat!(stringify!($case), " does not notice ", stringify!($bug)));
        }
    )+};
}

planted! {
    ConflictKeepsTheFirst: append::stores_a_batch_whole_or_not_at_all,
    PositionsInReverse: append::gives_contiguous_revisions_and_growing_positions,
    OneByOne: append::shows_no_part_of_a_batch_to_a_reader,
    RevisionIgnored: append::lets_exactly_one_of_several_writers_win,
    ConflictWithoutActual: append::says_in_a_conflict_what_is_there,
    ExpectedBeforeIds: ids::answers_known_ids_with_their_places_whatever_is_expected,
    NewOnesOfAMixedBatch: ids::refuses_a_batch_of_known_and_new_ids,
    AnyOrderOfIds: ids::refuses_known_ids_in_another_order,
    ContentIgnored: ids::refuses_known_ids_with_other_content,
    MetadataCompared: ids::does_not_compare_metadata,
    IdsOfOtherStreams: ids::keeps_ids_apart_by_stream_or_refuses,
    IdsForgotten: ids::stores_equal_batches_once_under_contention,
    GoneButDeclaredDurable: durability::keeps_what_it_acknowledged_as_declared,
    LateEvents: order::shows_new_events_only_behind_what_was_seen,
    HeadBehind: order::has_its_head_at_the_highest_position,
    BackwardIsForward: read::reads_a_stream_forward_and_backward,
    PlaceIncluded: read::starts_behind_any_place,
    FilterAfterTheLimit: read::filters_by_category_and_name,
    CursorOfTheLastMatch: read::advances_the_cursor_of_a_filtered_reader,
    PagesWithoutEnd: read::bounds_the_bytes_of_a_page,
    FindIgnored: read::finds_an_event_along_the_way,
    PlacesClamped: read::refuses_places_past_what_it_can_keep,
    NeverWakes: subscribe::wakes_a_waiter_for_news_and_lets_it_go_in_time,
    ReturnsEarlyForEver: subscribe::wakes_a_waiter_for_news_and_lets_it_go_in_time,
    HeadUnknown: subscribe::refuses_a_checkpoint_past_its_end,
    PayloadPrettier: values::keeps_payloads_bit_for_bit,
    NamesFolded: values::keeps_hostile_names_apart,
    CodecForced: values::keeps_codec_index_tenant_and_metadata,
    NameForced: values::keeps_codec_index_tenant_and_metadata,
    MetadataForced: values::keeps_codec_index_tenant_and_metadata,
    UsedBefore: values::refuses_what_no_store_can_keep,
    DeleteWithoutExpectation: delete::deletes_only_what_is_expected,
    DeleteDoesNothing: delete::hides_deleted_events_from_readers_of_all,
    DeleteForgetsRevisions: delete::accepts_no_stream_and_goes_on_counting_after_a_delete,
    HeadOfWhatIsLeft: delete::never_gives_a_position_twice,
    SnapshotOfAnyAge: snapshot::keeps_the_latest_snapshot,
    ShapesClamped: snapshot::keeps_the_latest_snapshot,
    SnapshotOfTheDeleted: snapshot::forgets_the_snapshot_of_a_deleted_stream,
}

/// A torn batch is what a dropped future leaves behind in a store that writes event by event.
#[test]
fn torn_batches_are_noticed_when_futures_are_dropped() {
    assert!(fails(
        conformance::cancel::leaves_nothing_half_done_when_a_future_is_dropped,
        Bug::OneByOne
    ));
}

/// Doubled deliveries, lost ids, lost events and wrong ways are noticed by the other cases that they concern too.
#[test]
fn bugs_are_noticed_by_the_other_cases_that_they_concern() {
    let reads_all = conformance::read::reads_all_forward_and_backward;
    assert!(fails(reads_all, Bug::BackwardIsForward));
    let resumes = conformance::subscribe::resumes_behind_a_checkpoint;
    assert!(fails(resumes, Bug::PlaceIncluded));
    let delivers = conformance::subscribe::delivers_everything_once_while_writers_write;
    assert!(fails(delivers, Bug::PlaceIncluded));
    let settles = conformance::ids::settles_an_unknown_outcome_by_ids;
    assert!(fails(settles, Bug::IdsForgotten));
    let goes_on = conformance::durability::goes_on_behind_what_was_there;
    assert!(fails(goes_on, Bug::GoneButDeclaredDurable));
}

#[test]
fn a_bug_is_the_only_thing_wrong_with_a_broken_store() {
    fn store<K: Kit<Store = Broken>>(_: &K) {}
    let harmless = BrokenKit(Bug::SnapshotOfAnyAge);
    store(&harmless);
    assert!(!fails(
        conformance::read::reads_all_forward_and_backward,
        Bug::SnapshotOfAnyAge
    ));
    assert!(!fails(
        conformance::delete::never_gives_a_position_twice,
        Bug::SnapshotOfAnyAge
    ));
}
