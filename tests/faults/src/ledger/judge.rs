//! What the readers saw, judged by what the writers were told.

use std::collections::{BTreeMap, HashMap, HashSet};

use factum::Uuid;

use super::{Row, Seen, Told, Verdict};

const LOST: &str = "lost";
const TWICE: &str = "twice";
const REORDERED: &str = "reordered";
const CHANGED: &str = "changed";
const HALF: &str = "half batches";
const REFUSED: &str = "refused and seen";

/// The events that are acknowledged, each with its batch.
type Known<'a> = HashMap<Uuid, (&'a Row, &'a [Row])>;

impl Told {
    /// Judges what the writers were told by itself, and what each reader saw by what they were told.
    pub fn judge<'a>(&self, readers: impl IntoIterator<Item = &'a Seen>) -> Verdict {
        let mut verdict = Verdict::on([LOST, TWICE, REORDERED, CHANGED, HALF, REFUSED]);
        self.judge_answers(&mut verdict);
        let mut told = Known::new();
        for batch in &self.batches {
            told.extend(batch.iter().map(|event| (event.id, (event, &batch[..]))));
        }
        for seen in readers {
            judge_order(seen, &told, &mut verdict);
            judge_ends(seen, &told, &mut verdict);
            let ids: HashSet<_> = seen.events.iter().map(|event| event.id).collect();
            for event in self.batches.iter().flatten() {
                if seen.view.shows(event) && !ids.contains(&event.id) {
                    verdict.found(
                        LOST,
                        format_args!("{} was not shown {event}, which is acknowledged", seen.view),
                    );
                }
            }
        }
        verdict
    }

    /// Positions are given out once; revisions leave no gap and follow positions.
    fn judge_answers(&self, verdict: &mut Verdict) {
        let mut positions = BTreeMap::new();
        for event in self.batches.iter().flatten() {
            if let Some(other) = positions.insert(event.position, event) {
                verdict.found(TWICE, format_args!("{event} has the position of {other}"));
            }
        }
        let mut next: HashMap<&str, u64> = HashMap::new();
        for event in positions.into_values() {
            let next = next.entry(&event.stream).or_default();
            if event.revision != *next {
                verdict.found(
                    REORDERED,
                    format_args!("revision {next} of its stream was to be {event}"),
                );
            }
            *next = event.revision + 1;
        }
    }
}

/// Event by event: where its writer was told that it is, once, in order.
fn judge_order(seen: &Seen, told: &Known<'_>, verdict: &mut Verdict) {
    let reader = &seen.view;
    let mut ids = HashSet::new();
    let mut last: Option<&Row> = None;
    let mut revisions: HashMap<&str, u64> = HashMap::new();
    for event in &seen.events {
        match told.get(&event.id) {
            None => verdict.found(
                REFUSED,
                format_args!("{reader} was shown {event}, which nobody was told is stored"),
            ),
            Some((told, _)) if *told != event => {
                verdict.found(
                    CHANGED,
                    format_args!("{reader} was shown {event}, and its writer was told {told}"),
                );
            }
            Some(_) => {}
        }
        if !ids.insert(event.id) {
            verdict.found(TWICE, format_args!("{reader} was shown {event} twice"));
        }
        if let Some(last) = last
            .replace(event)
            .filter(|last| last.position >= event.position)
        {
            verdict.found(
                REORDERED,
                format_args!("{reader} was shown {event} after {last}"),
            );
        }
        // One that is shown only some names sees gaps, as it should.
        let before = revisions.insert(&event.stream, event.revision);
        if let Some(before) =
            before.filter(|before| reader.name.is_none() && before + 1 != event.revision)
        {
            verdict.found(
                REORDERED,
                format_args!("{reader} was shown {event} after revision {before}"),
            );
        }
    }
}

/// Where a page said that there was nothing more, no batch was open.
fn judge_ends(seen: &Seen, told: &Known<'_>, verdict: &mut Verdict) {
    for end in &seen.ends {
        let last = end.checked_sub(1).and_then(|last| seen.events.get(last));
        let Some((last, batch)) = last.and_then(|last| told.get(&last.id)) else {
            continue;
        };
        let rest = batch.iter().filter(|event| event.position > last.position);
        for event in rest.filter(|event| seen.view.shows(event)) {
            let what = format_args!(
                "{} was shown {last} and that this is all, without {event}",
                seen.view
            );
            verdict.found(HALF, what);
        }
    }
}
