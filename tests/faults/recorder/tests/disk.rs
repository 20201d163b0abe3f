//! What a disk holds when the power goes.
//!
//! The rules are those of POSIX, which promise less than a file system does. What is there for certain is what was
//! synced: a file's bytes by a sync of the file, its name by a sync of the directory. (ext4 with ordered data would
//! keep a new name with the first sync of its file, and everything older with it; that is not relied on.) Of
//! what was not synced, anything may be there: names as a prefix of what was done to them, since file systems
//! keep those in a journal, and bytes as [`Cut`] says.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::record::{Done, Record};

/// The part of a write that is there or not there as a whole.
const SECTOR: u64 = 512;

/// What became of a file's bytes that were not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// The first of the writes are there.
    Prefix,
    /// The first of them, and of the last of these only some sectors at its start.
    Torn,
    /// Any sectors of any of them, in no order.
    Scattered,
}

/// What a cut did to what was not synced: without either, all that was done is there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Harm {
    /// Something is not there, or only in part.
    pub(crate) lost: bool,
    /// What is there is no prefix of it: a write is there in part, or without one before it.
    pub(crate) mixed: bool,
}

#[derive(Debug, Clone)]
enum Change {
    Write { at: u64, data: Vec<u8> },
    Resize(u64),
}

#[derive(Debug, Clone, Default)]
struct File {
    synced: Vec<u8>,
    pending: Vec<Change>,
}

#[derive(Debug, Clone)]
enum Naming {
    Created(String, usize),
    Removed(String),
    Renamed(String, String),
}

/// Files, whatever they are called, and their names.
#[derive(Debug, Default)]
pub(crate) struct Disk {
    files: Vec<File>,
    /// As a process sees them.
    names: BTreeMap<String, usize>,
    synced_names: BTreeMap<String, usize>,
    pending_names: Vec<Naming>,
}

impl Disk {
    /// Takes in the next thing that was done.
    pub(crate) fn take_in(&mut self, Record { file, done }: &Record, random: &mut fastrand::Rng) {
        match done {
            Done::Created => {
                self.files.push(File::default());
                self.name(Naming::Created(file.clone(), self.files.len() - 1));
            }
            Done::Removed => self.name(Naming::Removed(file.clone())),
            Done::Renamed { to } => self.name(Naming::Renamed(file.clone(), to.clone())),
            Done::Synced if file.is_empty() => {
                for naming in self.pending_names.drain(..) {
                    naming.apply(&mut self.synced_names);
                }
            }
            Done::SyncFailed if file.is_empty() => {}
            Done::Synced => self.file(file).sync(),
            Done::SyncFailed => self.file(file).give_up(random),
            Done::Wrote { at, data } => {
                let (at, data) = (*at, data.clone());
                self.file(file).pending.push(Change::Write { at, data });
            }
            Done::Resized(length) => self.file(file).pending.push(Change::Resize(*length)),
        }
    }

    fn name(&mut self, naming: Naming) {
        naming.clone().apply(&mut self.names);
        self.pending_names.push(naming);
    }

    fn file(&mut self, name: &str) -> &mut File {
        let file = self
            .names
            .get(name)
            .unwrap_or_else(|| panic!("{name} was never created"));
        &mut self.files[*file]
    }

    /// All that was written, as processes see it while the power is on.
    pub(crate) fn whole(&self) -> BTreeMap<String, Vec<u8>> {
        let whole = |file: &usize| {
            let mut file = self.files[*file].clone();
            file.sync();
            file.synced
        };
        self.names
            .iter()
            .map(|(name, file)| (name.clone(), whole(file)))
            .collect()
    }

    /// Lays out what may be found after a power cut at this moment, and says what it did to the files that are.
    pub(crate) fn cut(&self, cut: Cut, random: &mut fastrand::Rng, directory: &Path) -> Harm {
        let mut harm = Harm::default();
        let mut names = self.synced_names.clone();
        let kept = random.usize(..=self.pending_names.len());
        for naming in &self.pending_names[..kept] {
            naming.clone().apply(&mut names);
        }
        for (name, file) in names {
            let (bytes, done) = self.files[file].after(cut, random);
            fs::write(directory.join(name), bytes).unwrap();
            harm = Harm {
                lost: harm.lost || done.lost,
                mixed: harm.mixed || done.mixed,
            };
        }
        harm
    }
}

impl Naming {
    fn apply(self, names: &mut BTreeMap<String, usize>) {
        match self {
            Self::Created(name, file) => {
                names.insert(name, file);
            }
            Self::Removed(name) => {
                names.remove(&name);
            }
            Self::Renamed(from, to) => {
                if let Some(file) = names.remove(&from) {
                    names.insert(to, file);
                }
            }
        }
    }
}

impl File {
    fn sync(&mut self) {
        for change in self.pending.drain(..) {
            change.apply(&mut self.synced);
        }
    }

    /// A failed sync: some of it is there, and the system forgets the rest, so that no later sync brings it.
    fn give_up(&mut self, random: &mut fastrand::Rng) {
        (self.synced, _) = self.after(Cut::Scattered, random);
        self.pending.clear();
    }

    fn after(&self, cut: Cut, random: &mut fastrand::Rng) -> (Vec<u8>, Harm) {
        let mut bytes = self.synced.clone();
        let mut harm = Harm::default();
        if cut == Cut::Scattered {
            let likely = random.f64();
            for change in &self.pending {
                change.scatter(&mut bytes, likely, &mut harm, random);
            }
            return (bytes, harm);
        }
        // A torn one has something to tear, if anything is left to be done.
        let most = match cut {
            Cut::Torn => self.pending.len().saturating_sub(1),
            _ => self.pending.len(),
        };
        let kept = random.usize(..=most);
        for change in &self.pending[..kept] {
            change.clone().apply(&mut bytes);
        }
        harm.lost = kept < self.pending.len();
        if let (Cut::Torn, Some(Change::Write { at, data })) = (cut, self.pending.get(kept)) {
            let sectors = sectors(*at, data);
            let torn = match sectors.len() {
                0 | 1 => 0,
                parts => random.usize(1..parts),
            };
            for (at, data) in &sectors[..torn] {
                write(&mut bytes, *at, data);
            }
            harm.mixed = torn > 0;
        }
        (bytes, harm)
    }
}

impl Change {
    fn apply(self, bytes: &mut Vec<u8>) {
        match self {
            Self::Write { at, data } => write(bytes, at, &data),
            Self::Resize(length) => bytes.resize(usize::try_from(length).unwrap(), 0),
        }
    }

    fn scatter(
        &self,
        bytes: &mut Vec<u8>,
        likely: f64,
        harm: &mut Harm,
        random: &mut fastrand::Rng,
    ) {
        let mut is_kept = || {
            let kept = random.f64() < likely;
            harm.mixed |= kept && harm.lost;
            harm.lost |= !kept;
            kept
        };
        match self {
            Self::Write { at, data } => {
                for (at, data) in sectors(*at, data) {
                    if is_kept() {
                        write(bytes, at, data);
                    }
                }
            }
            Self::Resize(_) => {
                if is_kept() {
                    self.clone().apply(bytes);
                }
            }
        }
    }
}

/// A write's parts, cut where the disk's sectors are.
fn sectors(mut at: u64, mut data: &[u8]) -> Vec<(u64, &[u8])> {
    let mut sectors = Vec::new();
    while !data.is_empty() {
        let room = usize::try_from(SECTOR - at % SECTOR).unwrap();
        let (sector, rest) = data.split_at(room.min(data.len()));
        sectors.push((at, sector));
        at += sector.len() as u64;
        data = rest;
    }
    sectors
}

fn write(bytes: &mut Vec<u8>, at: u64, data: &[u8]) {
    let at = usize::try_from(at).unwrap();
    let end = at + data.len();
    if bytes.len() < end {
        bytes.resize(end, 0);
    }
    bytes[at..end].copy_from_slice(data);
}
