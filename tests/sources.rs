//! The sources that a bound is held on.

use std::fs;
use std::path::{Path, PathBuf};

/// Every file below a folder of the repository.
pub(crate) fn under(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = vec![];
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    collect(&root.join(folder), &mut found);
    found
}

fn collect(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else {
            let source = fs::read_to_string(&path).unwrap();
            found.push((path, source));
        }
    }
}
