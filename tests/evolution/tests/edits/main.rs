//! Changes to stored events, as their authors make them, and what the generated test says.

#![expect(clippy::unwrap_used, reason = "what is missing here fails the test")]

mod merged;
mod moved;
mod nested;
mod own;
mod pasted;
mod told;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use factum_evolution::{Outcome, Package};
use tempfile::TempDir;

/// One package at a time: cargo compiles what they share once, and each of them fills the machine.
static ALONE: Mutex<()> = Mutex::new(());

/// A package whose files are recorded, as it was released.
struct Released {
    package: Package,
    _folder: TempDir,
    _alone: MutexGuard<'static, ()>,
}

impl Released {
    fn new() -> Self {
        let this = Self::unrecorded();
        let Outcome { passes, printed } = this.package.bless();
        assert!(passes, "{printed}");
        this
    }

    fn unrecorded() -> Self {
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = tempfile::tempdir().unwrap();
        // Without links: what is printed is compared.
        let path = folder.path().canonicalize().unwrap();
        Self {
            package: Package::write(&path, &target()),
            _folder: folder,
            _alone: alone,
        }
    }

    /// What the generated test says, which has to fail.
    fn refuses(&self) -> String {
        let Outcome { passes, printed } = self.package.test();
        assert!(!passes, "{printed}");
        said(&printed)
    }

    /// The same, with `BLESS=1`, which changes nothing about it.
    fn refuses_for_good(&self) -> String {
        let said = self.refuses();
        let before = files(&self.package);
        let again = self.package.bless();
        assert!(!again.passes, "{}", again.printed);
        assert_eq!(said, self::said(&again.printed));
        assert_eq!(before, files(&self.package));
        said
    }

    fn passes(&self) {
        let Outcome { passes, printed } = self.package.test();
        assert!(passes, "{printed}");
    }

    fn blesses(&self) {
        let Outcome { passes, printed } = self.package.bless();
        assert!(passes, "{printed}");
        self.passes();
    }
}

fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("evolution")
}

/// The message of the test, without what the compiler and the harness say around it.
fn said(printed: &str) -> String {
    let (_, said) = printed.split_once("panicked at").unwrap_or(("", printed));
    let (_, said) = said.split_once('\n').unwrap();
    let end = said
        .find("\nnote: run with `RUST_BACKTRACE")
        .or_else(|| said.find("\n\nfailures:"));
    said[..end.unwrap_or(said.len())].to_owned()
}

/// The committed files, and what is in each.
fn files(package: &Package) -> Vec<(String, String)> {
    let folder = package.path("shop/events/order");
    let mut names: Vec<String> = folder
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let text = |name: String| {
        let text = package.text(&format!("shop/events/order/{name}"));
        (name, text)
    };
    names.into_iter().map(text).collect()
}
