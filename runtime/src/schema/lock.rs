//! What was written in each version of each event: the file that is committed, and whether this build still reads it.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::judge::{Problem, Verdict, problems};
use super::mend::Changed;
use super::shape::Shape;
use super::stamp::Stamp;
use crate::event::EventInfo;
use crate::evolve::{count, count_ignored};

/// The file of one set of events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lock {
    /// The number of this form, and of what shapes are traced with.
    format: u32,
    /// The name of what the events belong to.
    pub(crate) category: String,
    /// For an aggregate that says which logic its snapshots are of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) snapshots: Option<Stamp>,
    pub(crate) events: BTreeMap<String, Entry>,
    /// Names that are stored, and read as nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) ignored: Vec<String>,
}

/// Where shapes of one build differ from those of another that traced less, the next one has another number.
const FORMAT: u32 = 1;

impl Default for Lock {
    fn default() -> Self {
        Self {
            format: FORMAT,
            category: String::new(),
            snapshots: None,
            events: BTreeMap::new(),
            ignored: Vec::new(),
        }
    }
}

/// One event, with the shape that each version was written in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    /// Names that it was stored under before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) was: Vec<String>,
    /// Whether it no longer happens.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) retired: bool,
    pub(super) versions: BTreeMap<u16, Shape>,
}

impl Entry {
    /// The highest version; 0 if there is none.
    fn newest(&self) -> u16 {
        self.versions
            .keys()
            .next_back()
            .copied()
            .unwrap_or_default()
    }
}

/// One event as this build reads it.
pub(crate) struct Present<'a> {
    pub(crate) info: &'a EventInfo,
    pub(crate) retired: bool,
    pub(crate) shapes: &'a BTreeMap<u16, Shape>,
}

/// What a comparison found.
#[derive(Debug, Default)]
pub(crate) struct Judged {
    /// The file as it should be.
    pub(crate) lock: Lock,
    /// What is new, and harms nothing that was stored.
    pub(crate) new: Vec<String>,
    /// What breaks stored events.
    pub(crate) broken: Vec<String>,
}

impl Lock {
    /// As it is written: one line for each field, so that versions of the file can be compared and merged.
    pub(crate) fn to_text(&self) -> String {
        let json = serde_json::to_string_pretty(self);
        json.unwrap_or_default() + "\n"
    }

    /// The shape that a version was written in, under whichever of its names.
    pub(crate) fn recorded(&self, info: &EventInfo, version: u16) -> Option<&Shape> {
        let mut entries = info.names().filter_map(|name| self.events.get(name));
        entries.find_map(|entry| entry.versions.get(&version))
    }

    /// Compares it with what this build reads.
    pub(crate) fn judge(
        &self,
        category: &str,
        present: &[Present<'_>],
        ignored: &[&str],
        snapshots: Option<&Stamp>,
    ) -> Judged {
        let mut judged = Judged::default();
        if self.format > FORMAT {
            let newer = format!(
                "the shapes have format {}, and this release knows up to {FORMAT}\nhelp: use the release that recorded them, or a newer one\n",
                self.format
            );
            judged.broken.push(newer);
            return judged;
        }
        if !self.events.is_empty() && self.category != category {
            judged.broken.push(format!("the shapes are those of `{}`, not of `{category}`\nhelp: if that is its name now, write it as their `category`; else give each its own folder\n", self.category));
            return judged;
        }
        category.clone_into(&mut judged.lock.category);
        let mut left = self.events.clone();
        for Present {
            info,
            retired,
            shapes,
        } in present
        {
            let entry = judged.entry(&mut left, info);
            let entry = judged.retired(info, entry, *retired);
            let entry = judged.event(info, entry, shapes);
            judged.lock.events.insert(info.name.to_owned(), entry);
        }
        for (name, entry) in left {
            judged.left(&name, &entry, present, ignored);
            judged.lock.events.insert(name, entry);
        }
        judged.ignored(self, present, ignored);
        judged.snapshots(self, snapshots);
        judged
    }

    /// What its events and the names that are ignored count towards the age of a snapshot.
    pub(super) fn count(&self) -> u64 {
        let counts = self.known();
        let counts = counts.map(|(_, entry)| count(entry.newest(), entry.was.len(), entry.retired));
        counts.fold(count_ignored(self.ignored.len()), u64::saturating_add)
    }

    /// Whether snapshots of both are folded from the same: each event under the same names, in its newest version.
    pub(super) fn reads_as(&self, other: &Self) -> bool {
        fn read(lock: &Lock) -> impl Iterator<Item = (&String, &Vec<String>, bool, u16)> {
            let known = lock.known();
            known.map(|(name, entry)| (name, &entry.was, entry.retired, entry.newest()))
        }
        self.ignored == other.ignored && read(self).eq(read(other))
    }

    /// Those that are not ignored by now.
    fn known(&self) -> impl Iterator<Item = (&String, &Entry)> {
        let events = self.events.iter();
        events.filter(|(name, _)| !self.ignored.contains(name))
    }
}

/// Says where changes will go unseen.
fn unseen(shape: &Shape) -> String {
    let places = shape.unknown();
    if places.is_empty() {
        return String::new();
    }
    let places = places.into_iter().map(|place| match place.as_str() {
        "" => "the whole event".to_owned(),
        place => format!("`{place}`"),
    });
    format!(
        "note: nothing is known of what stands there, and no change of it will be noticed: {}; where that is not meant, give \
         the event a `sample` that has it, or say what it is with `#[event(shape = \"..\")]`\n",
        places.collect::<Vec<_>>().join(", ")
    )
}

impl Judged {
    /// Takes what is recorded of an event, under whichever of its names.
    fn entry(&mut self, left: &mut BTreeMap<String, Entry>, info: &EventInfo) -> Entry {
        let mut whole = Entry::default();
        for name in info.names() {
            let Some(entry) = left.remove(name) else {
                continue;
            };
            whole.was.extend(entry.was);
            whole.retired |= entry.retired;
            if name != info.name {
                self.new.push(format!(
                    "`{}` is recorded as `{name}`, its former name\n",
                    info.name
                ));
                whole.was.push(name.to_owned());
            }
            for (version, shape) in entry.versions {
                self.join(&mut whole.versions, (version, shape), [name, info.name]);
            }
        }
        whole.was.sort();
        whole.was.dedup();
        whole
    }

    /// What two names stored in one version is read in one shape: the one that takes both.
    fn join(
        &mut self,
        versions: &mut BTreeMap<u16, Shape>,
        (version, shape): (u16, Shape),
        [name, other]: [&str; 2],
    ) {
        match versions.get(&version) {
            Some(kept) if problems(kept, &shape).is_empty() => {}
            Some(kept) if !problems(&shape, kept).is_empty() => self.broken.push(format!(
                "`{name}` and `{other}` were stored in different shapes of version {version}, and are read as one event\n{}\
                 help: let `{name}` be an event of its own, without `alias(\"{name}\")`\n",
                list(&problems(kept, &shape))
            )),
            _ => {
                versions.insert(version, shape);
            }
        }
    }

    fn event(
        &mut self,
        info: &EventInfo,
        mut entry: Entry,
        shapes: &BTreeMap<u16, Shape>,
    ) -> Entry {
        self.names(info, &entry);
        self.versions(info, &entry);
        for (version, shape) in shapes {
            match entry.versions.get(version) {
                None => {
                    self.new.push(format!(
                        "`{}` version {version} is not recorded\n{}",
                        info.name,
                        unseen(shape)
                    ));
                    entry.versions.insert(*version, shape.clone());
                }
                Some(before) if before == shape => {}
                Some(before) if *version < info.version => self.old(info, *version, before, shape),
                Some(before) => {
                    if self.current(info, before, shape) {
                        entry.versions.insert(*version, shape.clone());
                    }
                }
            }
        }
        for alias in info.aliases {
            if !entry.was.iter().any(|was| was == alias) {
                self.new.push(format!(
                    "`{}` was named `{alias}`, which is not recorded\n",
                    info.name
                ));
                entry.was.push((*alias).to_owned());
            }
        }
        entry.was.sort();
        entry
    }

    /// Each name that it was stored under is still read.
    fn names(&mut self, info: &EventInfo, entry: &Entry) {
        for was in entry.was.iter().filter(|was| !info.is_named(was)) {
            self.broken.push(format!(
                "`{}` was stored as `{was}` before, and is not read under that name\nhelp: write `alias(\"{was}\")` on `{}`\n",
                info.name, info.rust
            ));
        }
    }

    /// Each version that was stored is still read.
    fn versions(&mut self, info: &EventInfo, entry: &Entry) {
        let EventInfo {
            name,
            rust,
            oldest,
            version: current,
            ..
        } = info;
        for version in entry.versions.keys() {
            let never =
                "note: if it was never stored, delete its lines from the file, and its sample";
            if version > current {
                self.broken.push(format!(
                    "`{name}` was stored in version {version}, and this build knows up to {current}\n\
                     help: raise `version` on `{rust}`\n{never}\n"
                ));
            } else if version < oldest {
                self.broken.push(format!(
                    "`{name}` was stored in version {version}, and `since = {oldest}` says that it was not\n\
                     help: take `since` from `{rust}`, and say what version {version} was\n{never}\n"
                ));
            }
        }
    }

    /// What an old version stored is read by its shape, or more.
    fn old(&mut self, info: &EventInfo, version: u16, before: &Shape, now: &Shape) {
        let found = problems(now, before);
        if !found.is_empty() {
            self.broken.push(format!(
                "version {version} of `{}` is not read as it was stored\n{}\
                 help: let the shape that reads version {version} be what it was\n",
                info.name,
                list(&found)
            ));
        }
    }

    /// Whether the current version may be written in another shape without a version of its own.
    fn current(&mut self, info: &EventInfo, before: &Shape, now: &Shape) -> bool {
        let verdict = Verdict::of(before, now);
        let (name, version) = (info.name, info.version);
        let mut message = format!(
            "`{name}` version {version} has another shape; compatibility: {}\n",
            verdict.word()
        );
        let directions = [
            ("what was stored, read by this build", &verdict.backward),
            (
                "what this build stores, read by one from before",
                &verdict.forward,
            ),
        ];
        for (direction, found) in directions {
            if !found.is_empty() {
                let _ = write!(message, "  {direction}:\n{}", list(found));
            }
        }
        if verdict.backward.is_empty() {
            self.new.push(message);
            return true;
        }
        let changed = Changed { info, before, now };
        self.broken.push(format!(
            "{message}help: {}note: if version {version} was never stored, delete its lines from the file, and its sample\n",
            changed.lines(&verdict)
        ));
        false
    }
}

fn list(problems: &[Problem]) -> String {
    let lines = problems
        .iter()
        .map(|problem| match problem.place().as_str() {
            "" => format!("    {}\n", problem.fault),
            place => format!("    `{place}`: {}\n", problem.fault),
        });
    lines.collect()
}

impl Serialize for Shape {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Self::from_json(&value).ok_or_else(|| {
            D::Error::custom("a shape is a text, or an object with a shape for each part")
        })
    }
}
