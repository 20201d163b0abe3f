//! The files of one set of events, held against this build: the shapes that were written, and samples of them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::event::EventContract;
use super::golden::Goldens;
use super::home::{Home, blesses, command, files, text, write};
use super::invent;
use super::meaning::{Meaning, named};
use super::moved;
use crate::aggregate::{Aggregate, Decoded, EventSet};
use crate::codec::Json;
use crate::event::EventInfo;
use crate::probe::{Known, Probe};
use crate::schema::lock::{Lock, Present};
use crate::schema::stamp::Stamp;
use crate::schema::{Shape, Tried, shape_of, written};
use crate::testing::caught::caught;
use crate::testing::row;

/// The file of the shapes.
pub(super) const SHAPES: &str = "schema.json";

/// One event, without its type: what is asked of it here is compiled once.
pub(super) trait Kept {
    fn info(&self) -> &'static EventInfo;

    /// Whether it is still written.
    fn happens(&self) -> bool;

    /// Reads a payload that was stored under a name of it, in a version of it.
    fn read(&self, name: &str, version: u16, payload: &[u8]) -> Result<Vec<Meaning>, String>;

    /// Reads what a probe invents; how that is written, if it is what is written today.
    fn probe(&self, probe: &Probe, version: u16) -> Tried;

    /// The payload that its author gives for a version, if there is one.
    fn given(&self, version: u16) -> Option<Result<Value, String>>;
}

/// The shape that each version of an event is read in.
pub(super) type Shapes = BTreeMap<u16, Shape>;

/// What was found, and what to write.
#[derive(Default)]
pub(super) struct Report {
    pub(super) broken: Vec<String>,
    pub(super) new: Vec<String>,
    pub(super) writes: Vec<(PathBuf, String)>,
}

/// Checks that what an aggregate has stored is read as it was, by the files that are committed beside it. What it says
/// otherwise is what to do.
pub fn schema<A: Aggregate>(
    home: Home,
    events: &[EventContract<A::Event>],
    snapshots: Option<&[u64; 2]>,
) -> Result<(), String> {
    let events: Vec<Member<'_, A>> = events.iter().map(Member).collect();
    let events: Vec<&dyn Kept> = events.iter().map(|event| event as &dyn Kept).collect();
    let set = Set {
        category: A::NAME,
        events: &events,
        ignored: A::Event::IGNORES,
        snapshots: snapshots.map(|[logic, declared]| Stamp::of::<A>(*logic, *declared)),
    };
    // As the names of all generated tests have it.
    set.verify(home, "contract")
}

/// What the files of one folder say.
pub(super) struct Set<'a> {
    pub(super) category: &'a str,
    pub(super) events: &'a [&'a dyn Kept],
    pub(super) ignored: &'a [&'a str],
    pub(super) snapshots: Option<Stamp>,
}

impl Set<'_> {
    /// Checks them, by a test that is found by this part of its name.
    pub(super) fn verify(&self, home: Home, test: &str) -> Result<(), String> {
        let package = home.package()?;
        let folder = home.folder(&package, self.category);
        let report = self.held([&package, &folder])?;
        report.close(test, blesses())
    }

    /// Holds the files of a folder, in that of a package, against this build.
    fn held(&self, [package, folder]: [&Path; 2]) -> Result<Report, String> {
        let Self {
            category,
            events,
            ignored,
            snapshots,
        } = self;
        let mut report = Report::default();
        let path = folder.join(SHAPES);
        let lock = locked(&path)?;
        let shapes: Vec<Shapes> = events.iter().map(|event| shapes(*event, &lock)).collect();
        let goldens = Goldens {
            folder,
            events,
            ignored,
            lock: &lock,
        };
        let samples = files(folder)?.into_iter().filter(|file| *file != path);
        goldens.check(samples.collect(), &shapes, &mut report)?;
        let present = events.iter().zip(&shapes);
        let present = present.map(|(event, shapes)| Present {
            retired: !event.happens(),
            info: event.info(),
            shapes,
        });
        let present = present.collect::<Vec<_>>();
        let judged = lock.judge(category, &present, ignored, snapshots.as_ref());
        report.broken.extend(judged.broken);
        if judged.lock != lock {
            report.writes.push((path, judged.lock.to_text()));
        }
        report.new.extend(judged.new);
        let knows = |name: &str| named(events, name).is_some() || ignored.contains(&name);
        moved::look(package, folder, &knows, &mut report)?;
        Ok(report)
    }
}

fn locked(path: &Path) -> Result<Lock, String> {
    let Some(text) = text(path)? else {
        return Ok(Lock::default());
    };
    serde_json::from_str(&text).map_err(|error| {
        format!(
            "{} does not hold shapes: {error}\nhelp: where branches were merged, resolve the conflict; else take the file back from \
             version control\n",
            path.display()
        )
    })
}

fn shapes(event: &dyn Kept, lock: &Lock) -> Shapes {
    let info = event.info();
    let versions = info.oldest..=info.version;
    let shapes = versions.map(|version| {
        let known = Known {
            recorded: lock.recorded(info, version),
            example: event.given(version).and_then(Result::ok),
        };
        // A step that panics says so in the test of its event.
        let shape = caught(|| shape_of(info, version, known, &|probe| event.probe(probe, version)));
        (version, shape.unwrap_or_else(|_| Shape::opaque()))
    });
    shapes.collect()
}

/// A payload as data.
pub(super) fn parsed(payload: &[u8]) -> Result<Value, String> {
    serde_json::from_slice(payload).map_err(|error| error.to_string())
}

impl Report {
    /// Fails, or writes what is new if that was asked for.
    fn close(self, test: &str, blesses: bool) -> Result<(), String> {
        let Self {
            broken,
            new,
            writes,
        } = self;
        if !broken.is_empty() {
            return Err(broken.join("\n"));
        }
        if writes.is_empty() {
            return Ok(());
        }
        if !blesses {
            return Err(format!(
                "{}help: record it: `{}`\nnote: the files belong into version control; what they say is held against every build to come",
                new.concat(),
                command(test)
            ));
        }
        // Seen with `--nocapture`, as are other tests that write files.
        eprint!("{}", new.concat());
        for (path, text) in writes {
            write(&path, &text)?;
            eprintln!("recorded {}", path.display());
        }
        Ok(())
    }
}

/// One event of an aggregate.
struct Member<'a, A: Aggregate>(&'a EventContract<A::Event>);

impl<A: Aggregate> Kept for Member<'_, A> {
    fn info(&self) -> &'static EventInfo {
        self.0.info
    }

    fn happens(&self) -> bool {
        self.0.retired.is_none()
    }

    fn read(&self, name: &str, version: u16, payload: &[u8]) -> Result<Vec<Meaning>, String> {
        let read = caught(|| row::read::<A::Event, _>(&Json::default(), name, version, payload))?;
        let read = read.map_err(|error| invent::once(&error.to_string()))?;
        let events = match read {
            Decoded::One(event) => vec![event],
            Decoded::Many(events) => events,
        };
        events.iter().map(meaning).collect()
    }

    fn probe(&self, probe: &Probe, version: u16) -> Tried {
        let read = A::Event::decode(probe, self.0.info.name, version, &[])?;
        Ok(written(&read, self.0.info, version))
    }

    fn given(&self, version: u16) -> Option<Result<Value, String>> {
        let contract = self.0;
        if version < contract.info.version {
            return Some(parsed((contract.stored)(version)?.as_bytes()));
        }
        match contract.retired {
            Some(written) => Some(parsed(&written()?)),
            None => Some(meaning(&(contract.sample)()?).map(|meaning| meaning.payload)),
        }
    }
}

/// An event as this build writes it.
fn meaning<E: EventSet>(event: &E) -> Result<Meaning, String> {
    let info = event.info();
    let mut payload = Vec::new();
    let written = event.encode(&Json::default(), &mut payload);
    written.map_err(|error| error.to_string())?;
    Ok(Meaning {
        event: info.name.to_owned(),
        version: info.version,
        payload: parsed(&payload)?,
    })
}

#[cfg(test)]
mod tests;
