//! Golden samples: a payload of each version of each event, and what it was read as, in files that only grow.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::home::{file_name, text};
use super::meaning::{Change, Meaning, Readings, change, drift, named};
use super::samples::{Shown, has_steps, samples, shown};
use super::schema::{Kept, Report, Shapes};
use crate::event::EventInfo;
use crate::schema::Shape;
use crate::schema::lock::Lock;
use crate::testing::difference::paint::Paint;

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sample {
    event: String,
    version: u16,
    payload: Value,
    /// What builds since then read it as, the last one last; itself, if there is nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    reads_as: Vec<Vec<Meaning>>,
}

/// A file, and where it lies.
struct Golden {
    path: PathBuf,
    sample: Sample,
}

/// The samples of one category.
pub(super) struct Goldens<'a> {
    pub(super) folder: &'a Path,
    pub(super) events: &'a [&'a dyn Kept],
    pub(super) ignored: &'a [&'a str],
    pub(super) lock: &'a Lock,
}

impl Goldens<'_> {
    /// Holds this build against each sample, and asks for those that are missing.
    pub(super) fn check(
        &self,
        files: Vec<PathBuf>,
        shapes: &[Shapes],
        report: &mut Report,
    ) -> Result<(), String> {
        let mut goldens = Vec::new();
        for path in files {
            let text = text(&path)?.unwrap_or_default();
            match serde_json::from_str(&text) {
                Ok(sample) => goldens.push(Golden { path, sample }),
                Err(error) => report.broken.push(format!(
                    "{} is no sample: {error}\nhelp: take it back from version control\n",
                    path.display()
                )),
            }
        }
        for golden in &goldens {
            self.stored(golden, shapes, report);
        }
        for (event, shapes) in self.events.iter().zip(shapes) {
            for (version, shape) in shapes {
                let known: Vec<&Golden> = goldens
                    .iter()
                    .filter(|golden| is_of(&golden.sample, event.info(), *version))
                    .collect();
                self.missing(*event, (*version, shape), &known, report);
            }
        }
        Ok(())
    }

    /// What was stored is read as it was.
    fn stored(&self, Golden { path, sample }: &Golden, shapes: &[Shapes], report: &mut Report) {
        let Sample { event, version, .. } = sample;
        let Some(kept) = named(self.events, event) else {
            // The shapes that are recorded say it of each event once.
            let is_said = self.lock.events.contains_key(event);
            if !is_said && !self.ignored.contains(&event.as_str()) {
                report.broken.push(format!(
                    "`{event}` was stored, and no event of this build reads it\n  golden: {}\n\
                     help: if it has another name now, write `alias(\"{event}\")` on the event; if it no longer happens, list its \
                     type in `retired(..)` or its name in `ignored(\"{event}\")`\n",
                    path.display()
                ));
            }
            return;
        };
        let payload = sample.payload.to_string();
        let read = || kept.read(event, *version, payload.as_bytes());
        let readings = match Readings::of(read) {
            Ok(readings) => readings,
            Err(error) => {
                report
                    .broken
                    .push(unread(kept.info(), sample, &error, path));
                return;
            }
        };
        let itself = vec![Meaning {
            event: event.clone(),
            version: *version,
            payload: sample.payload.clone(),
        }];
        let before = sample.reads_as.last().unwrap_or(&itself);
        let differs = |paint| {
            let [before, now] = [before, readings.now()].map(|told| readings.settled(told));
            drift(&before, &now, paint)
        };
        match change(before, &readings, self.events, shapes, self.lock) {
            Change::None => {}
            Change::Grown | Change::Moved => {
                let mut sample = sample.clone();
                sample.reads_as.push(readings.now().to_vec());
                report.new.push(format!(
                    "what version {version} of `{event}` is read as is not recorded in {}\n{}",
                    path.display(),
                    differs(Paint::OFF)
                ));
                report.writes.push((path.clone(), written(&sample)));
            }
            Change::Other => report.broken.push(format!(
                "version {version} of `{event}` is read as something else than before\n{}  golden: {}\n\
                 help: let each event that is stored mean what it meant; a new meaning is a new version, or a new event\n",
                differs(Paint::of_stderr()),
                path.display()
            )),
        }
    }

    /// Each version has a sample, and one with each part that a step may ask for.
    fn missing(
        &self,
        event: &dyn Kept,
        (version, shape): (u16, &Shape),
        known: &[&Golden],
        report: &mut Report,
    ) {
        let made = match samples(event, version, shape) {
            Ok(made) => made,
            Err(error) => {
                if known.is_empty() {
                    report.broken.push(error + "\n");
                }
                return;
            }
        };
        let shows = |payload: &Value| shown(shape, payload, has_steps(event, version));
        let of_known = known.iter().map(|known| &known.sample.payload);
        let mut before: BTreeSet<Shown> = of_known.flat_map(shows).collect();
        let mut is_first = known.is_empty();
        for payload in made {
            let here = shows(&payload);
            let new = here.iter().find(|shown| !before.contains(shown));
            if !is_first && new.is_none() {
                continue;
            }
            let what = match new {
                Some(new) if !is_first => format!(" that shows {new}"),
                _ => String::new(),
            };
            match sample(event, version, payload) {
                Ok(sample) => self.add(&sample, &what, report),
                // A step may well refuse what is not there.
                Err(_) if !is_first => continue,
                Err(error) => report.broken.push(error),
            }
            before.extend(here);
            is_first = false;
        }
    }

    fn add(&self, sample: &Sample, what: &str, report: &mut Report) {
        let Sample { event, version, .. } = sample;
        report.new.push(format!(
            "version {version} of `{event}` has no sample{what}\n"
        ));
        let path = self.free(&format!("{}.v{version}", file_name(event)), report);
        report.writes.push((path, written(sample)));
    }

    /// `account.opened.v1.json`, then `account.opened.v1.b.json`, and numbers behind the letters.
    fn free(&self, name: &str, report: &Report) -> PathBuf {
        let path = |mark: &str| self.folder.join(format!("{name}{mark}.json"));
        let is_free =
            |path: &PathBuf| !path.exists() && report.writes.iter().all(|(other, _)| other != path);
        let mut marks = ('b'..='z')
            .map(String::from)
            .chain((27..).map(|n: u32| n.to_string()));
        let mut free = path("");
        while let (false, Some(mark)) = (is_free(&free), marks.next()) {
            free = path(&format!(".{mark}"));
        }
        free
    }
}

/// A payload, and what this build reads it as.
fn sample(event: &dyn Kept, version: u16, payload: Value) -> Result<Sample, String> {
    let name = event.info().name;
    let read = event.read(name, version, payload.to_string().as_bytes());
    let reads_as = read.map_err(|error| {
        format!(
            "version {version} of `{name}` cannot be kept as a sample: {error}\n  {payload}\n\
             help: give another one, `sample = ..` or `stored({version} = ..)`\n"
        )
    })?;
    let itself = matches!(reads_as.as_slice(), [one] if one.is(name, version, &payload));
    Ok(Sample {
        event: name.to_owned(),
        version,
        payload,
        reads_as: if itself { Vec::new() } else { vec![reads_as] },
    })
}

fn is_of(sample: &Sample, info: &EventInfo, version: u16) -> bool {
    info.is_named(&sample.event) && sample.version == version
}

fn unread(info: &EventInfo, sample: &Sample, error: &str, path: &Path) -> String {
    let next = u32::from(info.version) + 1;
    let help = if sample.version == info.version {
        format!(
            "this change breaks events that are stored: raise `version` to {next} and keep the old shape in `upcast({} = ..)`",
            info.version
        )
    } else {
        format!(
            "let the shape and the steps of version {} be what they were",
            sample.version
        )
    };
    format!(
        "stored `{}` version {} can no longer be read: {error}\n  golden: {}\nhelp: {help}\n",
        sample.event,
        sample.version,
        path.display()
    )
}

fn written(sample: &Sample) -> String {
    serde_json::to_string_pretty(sample).unwrap_or_default() + "\n"
}
