//! Where the files lie that are committed beside the code: in `events`, at the root of the package.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The package whose tests these are, as it was known when it was compiled.
#[derive(Debug, Clone, Copy)]
pub struct Home {
    manifest: Option<&'static str>,
    /// The name of the test target, if it is one.
    target: Option<&'static str>,
}

/// The package in which this is expanded.
#[doc(hidden)]
#[macro_export]
macro_rules! __home {
    () => {
        $crate::__private::contract::Home::new(
            $crate::__private::option_env!("CARGO_MANIFEST_DIR"),
            $crate::__private::option_env!("CARGO_TARGET_TMPDIR"),
            $crate::__private::option_env!("CARGO_CRATE_NAME"),
        )
    };
}

impl Home {
    /// `scratch` is what Cargo gives to test targets only.
    pub const fn new(
        manifest: Option<&'static str>,
        scratch: Option<&'static str>,
        target: Option<&'static str>,
    ) -> Self {
        Self {
            manifest,
            target: if scratch.is_some() { target } else { None },
        }
    }

    /// Whoever runs the tests says where the package is now: an archive of tests is unpacked in another place.
    pub(super) fn package(self) -> Result<PathBuf, String> {
        let now = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let Some(package) = now.or_else(|| self.manifest.map(PathBuf::from)) else {
            return Err(
                "nothing says where the package is\nhelp: set `CARGO_MANIFEST_DIR` to its folder, as Cargo does\n".to_owned(),
            );
        };
        if !package.is_dir() {
            return Err(format!(
                "the package is not in {}\nhelp: set `CARGO_MANIFEST_DIR` to its folder, as Cargo does\n",
                package.display()
            ));
        }
        Ok(package)
    }

    /// The folder of a category, in that of its package.
    pub(super) fn folder(self, package: &Path, category: &str) -> PathBuf {
        let mut folder = package.join("events");
        folder.extend(self.target);
        folder.join(file_name(category))
    }
}

/// Whether files that are missing are written.
pub(super) fn blesses() -> bool {
    asks(env::var_os("BLESS").as_deref())
}

fn asks(bless: Option<&OsStr>) -> bool {
    bless.is_some_and(|bless| !bless.is_empty() && bless != "0")
}

/// The command that writes them, by a part of the test's name.
pub(super) fn command(test: &str) -> String {
    let package = env::var("CARGO_PKG_NAME").map(|name| format!(" -p {name}"));
    format!("BLESS=1 cargo test{} {test}", package.unwrap_or_default())
}

/// A stored name as one part of a path, on every system.
pub(super) fn file_name(name: &str) -> String {
    let safe = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    let name: String = name
        .chars()
        .map(|c| if safe(c) { c } else { '_' })
        .collect();
    match name.strip_prefix('.') {
        Some(rest) => format!("_{rest}"),
        None => name,
    }
}

/// The JSON files of a folder, by name; none if there is no folder.
pub(super) fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let listed = match fs::read_dir(folder) {
        Ok(listed) => listed,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unreadable(folder, &error)),
    };
    let mut files = Vec::new();
    for entry in listed {
        let path = entry.map_err(|error| unreadable(folder, &error))?.path();
        if path.extension() == Some(OsStr::new("json")) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The text of a file; `None` if there is none.
pub(super) fn text(path: &Path) -> Result<Option<String>, String> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unreadable(path, &error)),
    }
}

fn unreadable(path: &Path, error: &io::Error) -> String {
    format!("{} cannot be read: {error}\n", path.display())
}

/// Writes a file as a whole, or not at all.
pub(super) fn write(path: &Path, text: &str) -> Result<(), String> {
    // Two tests may write at once.
    let new = path.with_extension(format!("{}.new", std::process::id()));
    let whole = || {
        fs::create_dir_all(path.parent().unwrap_or(path))?;
        let mut file = fs::File::create(&new)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&new, path)
    };
    whole().map_err(|error| format!("{} cannot be written: {error}\n", path.display()))
}

#[cfg(test)]
mod tests;
