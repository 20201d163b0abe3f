//! Files of the same events in another place, from where their tests have moved.

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
    let events = package.join("events");
    let is_recorded = folder.join(SHAPES).exists();
    for found in folders(&events).into_iter().filter(|_| !is_recorded) {
        let Some(shapes) = text(&found.join(SHAPES))? else {
            continue;
        };
        let lock: Lock = serde_json::from_str(&shapes).unwrap_or_default();
        if lock.events.is_empty() || !lock.events.keys().all(|name| knows(name)) {
            continue;
        }
        let target = found.parent().filter(|parent| **parent != events);
        let target = target.and_then(Path::file_name);
        let [from, to] = [found.display(), folder.display()];
        match target.filter(|target| !is_target(package, target)) {
            Some(gone) => report.broken.push(format!(
                "these events are recorded for the test target `{}`, and there is none of that name\n\
                 help: move {from} to {to}\n",
                gone.display()
            )),
            None => report.new.push(format!(
                "note: these events are recorded in {from} too; if their tests moved, move it to {to}\n"
            )),
        }
    }
    Ok(())
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
