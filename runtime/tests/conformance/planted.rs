//! The suite can fail: each case notices the bug that breaks its rule, and says which one that is.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use factum::testing::conformance::{self, CASES, Case, Outcome, Report};

use crate::broken::{BrokenKit, Bug};

/// What the case says of a store with this bug. It may take its time to fail, but not for ever.
fn said<F: Future<Output: conformance::Shown>>(case: Case, show: impl FnOnce() -> F) -> String {
    let run = AssertUnwindSafe(|| {
        conformance::run(case, || async {
            let time = Duration::from_secs(5);
            let shown = tokio::time::timeout(time, show()).await;
            assert!(shown.is_ok(), "the case does not end");
            shown.unwrap()
        });
    });
    let noticed = catch_unwind(run);
    assert!(noticed.is_err(), "the case notices nothing");
    *noticed.unwrap_err().downcast::<String>().unwrap()
}

macro_rules! planted {
    ($($topic:ident::$case:ident: [$($bug:ident),+],)+) => {
        const PLANTED: &[(&str, &str)] = &[$((stringify!($topic), stringify!($case))),+];

        $($(
            #[test]
            #[expect(non_snake_case, reason = "named by the bug")]
            fn $bug() {
                let named = |case: &&Case| (case.topic, case.name) == (stringify!($topic), stringify!($case));
                let case = *CASES.iter().find(named).unwrap();
                let said = said(case, || conformance::$topic::$case(BrokenKit(Bug::$bug)));
                let rule = format!("{case}: the store breaks a rule: \"{}\"\n", case.rule);
                assert!(said.starts_with(&rule), "{said}");
            }
        )+)+
    };
}

planted! {
    append::stores_a_batch_whole_or_not_at_all: [ConflictKeepsTheFirst],
    append::gives_contiguous_revisions_and_growing_positions: [PositionsInReverse],
    append::shows_no_part_of_a_batch_to_a_reader: [OneByOne],
    append::takes_the_largest_batch: [AThousandAtMost],
    conflict::lets_exactly_one_of_several_writers_win: [RevisionIgnored],
    conflict::says_in_a_conflict_what_is_there: [ConflictWithoutActual],
    idempotence::answers_known_ids_with_their_places_whatever_is_expected: [ExpectedBeforeIds],
    idempotence::refuses_a_batch_of_known_and_new_ids: [NewOnesOfAMixedBatch],
    idempotence::refuses_known_ids_in_another_order: [AnyOrderOfIds],
    idempotence::refuses_known_ids_with_other_content: [ContentIgnored],
    idempotence::does_not_compare_metadata: [MetadataCompared],
    idempotence::keeps_ids_apart_by_stream_or_refuses: [IdsOfOtherStreams],
    idempotence::settles_an_unknown_outcome_by_ids: [IdsForgotten],
    idempotence::stores_equal_batches_once_under_contention: [IdsLookedUpFirst],
    read::reads_a_stream_forward_and_backward: [BackwardIsForward],
    read::reads_all_forward_and_backward: [AllGroupedByStream],
    read::starts_behind_any_place: [PlaceIncluded],
    read::filters_by_category_and_name: [FilterAfterTheLimit],
    read::advances_the_cursor_of_a_filtered_reader: [CursorOfTheLastMatch],
    read::bounds_the_bytes_of_a_page: [PagesWithoutEnd],
    read::finds_an_event_along_the_way: [FindIgnored],
    read::reads_bare_what_folding_takes: [BareWithoutVersion],
    read::shows_one_moment_in_a_page: [SpanOfAnotherMoment],
    read::refuses_places_past_what_it_can_keep: [PlacesClamped],
    order::shows_new_events_only_behind_what_was_seen: [LateEvents],
    order::lets_nothing_overtake_a_delayed_commit: [PositionBeforeCommit],
    order::has_its_head_at_the_highest_position: [HeadBehind],
    subscribe::wakes_a_waiter_for_news_and_lets_it_go_in_time: [NeverWakes, ReturnsEarlyForEver],
    subscribe::delivers_everything_once_while_writers_write: [FullPagesLoseOne],
    subscribe::resumes_behind_a_checkpoint: [CheckpointIncluded],
    subscribe::refuses_a_checkpoint_past_its_end: [HeadUnknown],
    snapshot::keeps_the_latest_snapshot: [SnapshotOfAnyAge, ShapesClamped],
    snapshot::keeps_the_latest_of_many_savers: [SnapshotLookedUpFirst],
    snapshot::keeps_states_bit_for_bit: [StatesAsText],
    snapshot::forgets_the_snapshot_of_a_deleted_stream: [SnapshotOfTheDeleted],
    delete::accepts_no_stream_and_goes_on_counting_after_a_delete: [DeleteForgetsRevisions],
    delete::hides_deleted_events_from_readers_of_all: [DeleteDoesNothing],
    delete::deletes_only_what_is_expected: [DeleteWithoutExpectation],
    delete::never_gives_a_position_twice: [HeadOfWhatIsLeft],
    values::keeps_payloads_bit_for_bit: [PayloadPrettier],
    values::keeps_codec_index_tenant_and_metadata: [NameForced, CodecForced, MetadataForced],
    values::tells_when_it_was_recorded: [TimeOfTheAnswer],
    values::refuses_what_no_store_can_keep: [UsedBefore],
    names::keeps_hostile_names_apart: [NamesFolded],
    names::filters_by_names_as_they_are: [FilterFolded],
    cancellation::leaves_nothing_half_done_when_a_future_is_dropped: [TornWhenDropped],
    cancellation::settles_an_append_dropped_at_any_poll: [DoubledWhenDropped],
    cancellation::serves_on_after_anything_was_dropped_at_any_poll: [KeptWhenDropped],
    durability::keeps_what_it_acknowledged_as_declared: [GoneButDeclaredDurable],
    durability::goes_on_behind_what_was_there: [IdsForgottenAtTheEnd],
    stress::loses_nothing_that_writers_were_told: [HundredthForgotten],
    stress::lets_a_hot_stream_grow_by_one_winner_each: [RevisionLookedUpFirst],
    stress::counts_what_is_deleted_while_writers_write: [DeleteMiscounts],
}

#[test]
fn each_case_has_a_bug_that_it_notices() {
    let planted: BTreeSet<_> = PLANTED.iter().copied().collect();
    let cases: BTreeSet<_> = CASES.iter().map(|case| (case.topic, case.name)).collect();
    assert_eq!(planted, cases);
}

#[test]
fn a_bug_is_the_only_thing_wrong_with_a_broken_store() {
    for (case, outcome) in Report::of(|| BrokenKit(Bug::None)).outcomes {
        assert_eq!(outcome, Outcome::Holds, "{case}");
    }
}
