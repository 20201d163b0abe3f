//! Files of the same events in another place, from where their tests have moved.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use super::home::text;
use super::schema::{Report, SHAPES};
use crate::schema::lock::Lock;

/// Looks for files of these events below `events`, where there are none in their folder.
pub(super) fn look(
    package: &Path,
    folder: &Path,
    knows: &dyn Fn(&str) -> bool,
    report: &mut Report,
) -> Result<(), String> {
    if folder.join(SHAPES).exists() {
        return Ok(());
    }
    let found = recorded(package)?;
    for Recorded { path, gone, events } in &found {
        let these = || events.iter().filter(|name| knows(name));
        let [from, to] = [path.display(), folder.display()];
        if let Some(target) = gone {
            // An event of several tests has files at each of them.
            let is_kept = |name: &String| {
                let mut kept = found.iter().filter(|other| other.gone.is_none());
                kept.any(|other| other.events.contains(name))
            };
            if these().any(|name| !is_kept(name)) {
                report.broken.push(format!(
                    "these events are recorded for the test target `{target}`, and there is none of that name\n\
                     help: move {from} to {to}\n"
                ));
            }
            continue;
        }
        // Some of them may have gone when the tests moved; another aggregate may well share a few.
        let is_same = path.file_name() == folder.file_name() && these().next().is_some();
        if is_same || these().count() * 2 > events.len() {
            report.new.push(format!(
                "note: these events are recorded in {from} too; if their tests moved, move it to {to}\n"
            ));
        }
    }
    Ok(())
}

/// A folder in which events are recorded.
struct Recorded {
    path: PathBuf,
    /// The test target whose it was, if there is none of that name.
    gone: Option<String>,
    events: BTreeSet<String>,
}

fn recorded(package: &Path) -> Result<Vec<Recorded>, String> {
    let events = package.join("events");
    let mut found = Vec::new();
    for path in folders(&events) {
        let Some(shapes) = text(&path.join(SHAPES))? else {
            continue;
        };
        let lock: Lock = serde_json::from_str(&shapes).unwrap_or_default();
        let target = path.parent().filter(|parent| **parent != events);
        let target = target.and_then(Path::file_name);
        let gone = target.filter(|target| !is_target(package, target));
        found.push(Recorded {
            gone: gone.map(|gone| gone.display().to_string()),
            events: lock.events.into_keys().collect(),
            path,
        });
    }
    Ok(found)
}

/// The folders in a folder, and in those.
fn folders(folder: &Path) -> Vec<PathBuf> {
    let within = |folder: &Path| {
        let listed = fs::read_dir(folder).into_iter().flatten().flatten();
        listed
            .map(|entry| entry.path())
            .filter(|path| path.is_dir())
    };
    let mut found: Vec<PathBuf> = within(folder)
        .flat_map(|outer| std::iter::once(outer.clone()).chain(within(&outer)))
        .collect();
    found.sort();
    found
}

/// Whether a package has a test target of this name, which the compiler writes with underscores.
fn is_target(package: &Path, name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    let manifest = fs::read_to_string(package.join("Cargo.toml")).unwrap_or_default();
    [name.to_string(), name.replace('_', "-")]
        .iter()
        .any(|name| {
            let file = |folder: &str, file: String| package.join(folder).join(file).is_file();
            let is_found = |folder| {
                file(folder, format!("{name}.rs")) || file(folder, format!("{name}/main.rs"))
            };
            is_found("tests") || is_found("benches") || manifest.contains(&format!("\"{name}\""))
        })
}

#[cfg(test)]
mod tests;
