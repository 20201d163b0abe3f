//! What writers were told is stored, and what is.

use std::collections::BTreeMap;

use factum::store::{Append, Read, StoredEvent};
use factum::{Position, Store};

use crate::domain::Batch;

/// What writers were told is stored: of each, how many batches, without a gap.
#[derive(Debug, Default, Clone)]
pub struct Ledger(BTreeMap<u64, u64>);

impl Ledger {
    /// Notes an acknowledgement.
    pub fn acknowledge(&mut self, batch: Batch) {
        assert_eq!(
            batch,
            self.next(batch.writer),
            "a writer went on without an answer"
        );
        self.0.insert(batch.writer, batch.number + 1);
    }

    /// The writer's first batch that was not acknowledged.
    pub fn next(&self, writer: u64) -> Batch {
        let number = self.0.get(&writer).copied().unwrap_or(0);
        Batch { writer, number }
    }

    /// All batches that were acknowledged.
    pub fn batches(&self) -> impl Iterator<Item = Batch> {
        self.0
            .iter()
            .flat_map(|(&writer, &count)| (0..count).map(move |number| Batch { writer, number }))
    }
}

/// What is stored, judged event by event as it is read.
#[derive(Debug, Default, Clone)]
pub struct Audit {
    found: Ledger,
    events: u64,
    after: Option<Position>,
    streams: BTreeMap<String, u64>,
    open: Option<(Batch, Append, u64)>,
}

impl Audit {
    /// Reads what is new since the last time; an error names the first thing that should not be.
    pub async fn read_on(&mut self, store: &impl Store) -> Result<(), String> {
        let mut next = Some(Read::all(self.after));
        while let Some(read) = next {
            let page = store.read(read).await.map_err(|error| error.to_string())?;
            page.iter().try_for_each(|event| self.take_in(&event))?;
            next = page.next();
        }
        match &self.open {
            None => Ok(()),
            Some((batch, _, there)) => Err(half(*batch, *there)),
        }
    }

    /// How many events there are.
    pub fn events(&self) -> u64 {
        self.events
    }

    /// The writer's first batch that is not there.
    pub fn next(&self, writer: u64) -> Batch {
        self.found.next(writer)
    }

    /// What was acknowledged and is not there.
    pub fn lost(&self, ledger: &Ledger) -> Vec<Batch> {
        let batches = ledger.batches();
        batches
            .filter(|batch| *batch >= self.next(batch.writer))
            .collect()
    }

    /// Fails if anything is not there that was acknowledged.
    #[track_caller]
    pub fn assert_whole(&self, ledger: &Ledger) {
        let lost = self.lost(ledger);
        assert!(lost.is_empty(), "acknowledged and gone: {}", listed(&lost));
    }

    /// Sends the writer's first batch that is not acknowledged, or not there; and says which that was, and whether
    /// it was stored already, as it has to be answered.
    pub async fn settle(
        &self,
        store: &impl Store,
        ledger: &Ledger,
        writer: u64,
    ) -> Result<(Batch, bool), String> {
        let there = self.next(writer);
        let batch = ledger.next(writer).min(there);
        let known = batch != there;
        if known && there != batch.next() {
            return Err(format!("{there} follows before {batch} was acknowledged"));
        }
        let appended = store.append(batch.append()).await;
        let appended = appended.map_err(|error| error.to_string())?;
        if appended.repeated != known {
            return Err(format!("batch {batch} is stored twice, or not at all"));
        }
        Ok((batch, known))
    }

    fn take_in(&mut self, event: &StoredEvent<'_>) -> Result<(), String> {
        let (batch, index) = Batch::of(event.id);
        let (open, append, there) = match self.open.take() {
            Some(open) => open,
            None => (batch, batch.append(), 0),
        };
        if (batch, index) != (open, there) {
            return Err(match there {
                0 => format!("batch {batch} begins with its event {index}"),
                there => half(open, there),
            });
        }
        self.check_place(batch, event)?;
        check_content(batch, &append, index, event)?;
        self.events += 1;
        if index + 1 < batch.events() {
            self.open = Some((batch, append, there + 1));
        } else {
            self.found.acknowledge(batch);
        }
        Ok(())
    }

    fn check_place(&mut self, batch: Batch, event: &StoredEvent<'_>) -> Result<(), String> {
        let next = self.next(batch.writer);
        if batch != next {
            return Err(format!(
                "batch {batch} is found where {next} has to be: lost, doubled or reordered"
            ));
        }
        if Some(event.position) <= self.after {
            return Err(format!(
                "position {} comes after {:?}",
                event.position, self.after
            ));
        }
        self.after = Some(event.position);
        let revision = self.streams.entry(event.stream.to_owned()).or_default();
        if event.revision.get() != *revision {
            return Err(format!(
                "{} goes on with revision {}, not {revision}",
                event.stream, event.revision
            ));
        }
        *revision += 1;
        Ok(())
    }
}

/// Batches by their names.
pub fn listed(batches: &[Batch]) -> String {
    let names: Vec<_> = batches.iter().map(Batch::to_string).collect();
    names.join(", ")
}

fn half(batch: Batch, there: u64) -> String {
    format!(
        "half a batch: {batch} has {} events, and {there} of them are there",
        batch.events()
    )
}

fn check_content(
    batch: Batch,
    append: &Append,
    index: u64,
    event: &StoredEvent<'_>,
) -> Result<(), String> {
    let sent = &append.events()[usize::try_from(index).unwrap()];
    let equal = event.stream == append.stream().as_str()
        && event.name == sent.name
        && (event.version, event.codec, event.index) == (sent.version, &*sent.codec, sent.index)
        && event.payload == &*sent.payload
        && event.metadata == &*sent.metadata;
    if equal {
        return Ok(());
    }
    Err(format!(
        "event {index} of batch {batch} is not what was sent: {event:?}"
    ))
}
