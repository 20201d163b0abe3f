//! A copy of the workspace in which every change that compiles is behind a switch, and its test binaries.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use factum_planted::Tree;
use serde::{Deserialize, Serialize};

use crate::list::Mutant;
use crate::site::sites;
use crate::switch::Switched;

/// The packages whose tests are asked.
const TESTED: [&str; 3] = ["factum", "factum-faults", "factum-tests"];

/// These compile other crates, which takes them minutes.
const NOT_ASKED: [&str; 2] = ["published", "ui"];

/// Where the switch itself goes.
const SWITCH: &str = "runtime/src/lib.rs";

/// A test binary, and the folder that its tests run in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Binary {
    pub(crate) file: PathBuf,
    pub(crate) folder: PathBuf,
}

pub(crate) struct Build<'a> {
    root: &'a Path,
    tree: Tree,
    mutants: &'a [Mutant],
    /// The numbers of those that do not compile.
    pub(crate) refused: BTreeSet<u32>,
    /// And of those that no switch can stand before.
    pub(crate) unplaced: BTreeSet<u32>,
    switched: BTreeMap<&'a str, Switched>,
}

impl<'a> Build<'a> {
    pub(crate) fn of(root: &'a Path, into: &Path, mutants: &'a [Mutant]) -> Result<Self> {
        Ok(Self {
            root,
            tree: Tree::copied(root, into)?,
            mutants,
            refused: BTreeSet::new(),
            unplaced: (1..).zip(mutants).map(|(number, _)| number).collect(),
            switched: BTreeMap::new(),
        })
    }

    /// Leaves out what the compiler refuses until it takes the rest.
    pub(crate) fn binaries(&mut self) -> Result<Vec<Binary>> {
        loop {
            self.write()?;
            let checked = self.cargo(&["check", "--keep-going"], &["--package", "factum"])?;
            if let Some(refused) = checked.err() {
                eprintln!("of the changes, {refused} more do not compile");
                continue;
            }
            let packages = TESTED.map(|package| ["--package", package]);
            if let Ok(binaries) = self.cargo(&["test", "--no-run"], packages.as_flattened())? {
                return Ok(binaries);
            }
        }
    }

    /// Puts all that is left behind switches.
    fn write(&mut self) -> Result<()> {
        let mut files = BTreeMap::from([(SWITCH, Vec::new())]);
        for (number, mutant) in (1..).zip(self.mutants) {
            let file: &mut Vec<_> = files.entry(&mutant.file).or_default();
            file.push((number, mutant));
        }
        for (file, mut mutants) in files {
            mutants.retain(|(number, _)| !self.refused.contains(number));
            let source = fs::read_to_string(self.root.join(file))?;
            let sites = sites(&source, mutants.into_iter()).with_context(|| file.to_owned())?;
            let switched = if file == SWITCH {
                Switched::with_switch(&source, &sites, self.mutants.len())
            } else {
                Switched::of(&source, &sites)
            };
            for number in switched.numbers() {
                self.unplaced.remove(&number);
            }
            fs::write(self.tree.sources().join(file), &switched.source)?;
            self.switched.insert(file, switched);
        }
        Ok(())
    }

    /// The tests' binaries, or the count of changes that were refused.
    fn cargo(&mut self, what: &[&str], packages: &[&str]) -> Result<Result<Vec<Binary>, usize>> {
        let mut command = Command::new(env!("CARGO"));
        command
            .current_dir(self.tree.sources())
            .env("CARGO_TARGET_DIR", self.tree.build())
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env("RUSTFLAGS", "--cap-lints=allow")
            // The switch needs what is not stable, and it alone.
            .env("RUSTC_BOOTSTRAP", "factum")
            .args(what)
            .args(packages)
            .args([
                "--all-features",
                "--tests",
                "--locked",
                "--message-format=json",
            ]);
        let output = command.output().context("cargo")?;
        let (mut binaries, mut others) = (Vec::new(), Vec::new());
        let known = self.refused.len();
        let lines = output.stdout.split(|byte| *byte == b'\n');
        for line in lines.filter(|line| !line.is_empty()) {
            match serde_json::from_slice(line)? {
                Said::CompilerMessage { message } if message.level == "error" => {
                    match self.blamed(&message) {
                        Some(blamed) => self.refused.extend(blamed),
                        None => others.push(message.rendered),
                    }
                }
                Said::CompilerArtifact {
                    executable: Some(file),
                    target,
                    manifest_path: mut folder,
                    profile,
                } if profile.test && !NOT_ASKED.contains(&&*target.name) => {
                    folder.pop();
                    binaries.push(Binary { file, folder });
                }
                _ => {}
            }
        }
        let refused = self.refused.len() - known;
        if refused == 0 && !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            bail!(
                "the sources with their switches do not compile:\n{said}{}",
                others.concat()
            );
        }
        Ok(if refused == 0 {
            Ok(binaries)
        } else {
            Err(refused)
        })
    }

    /// The changes at the place that an error names.
    fn blamed(&self, message: &Message) -> Option<Vec<u32>> {
        let spans = message.spans.iter().filter(|span| span.is_primary);
        let others = message.spans.iter().filter(|span| !span.is_primary);
        spans.chain(others).find_map(|span| {
            let switched = self.switched.get(&*span.file_name)?;
            switched.at(&span.bytes()).map(<[u32]>::to_vec)
        })
    }
}

#[derive(Deserialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
enum Said {
    CompilerMessage {
        message: Message,
    },
    CompilerArtifact {
        executable: Option<PathBuf>,
        target: Target,
        manifest_path: PathBuf,
        profile: Profile,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Message {
    level: String,
    rendered: String,
    spans: Vec<SpanSaid>,
}

#[derive(Deserialize)]
struct SpanSaid {
    file_name: String,
    byte_start: usize,
    byte_end: usize,
    is_primary: bool,
}

impl SpanSaid {
    fn bytes(&self) -> Range<usize> {
        self.byte_start..self.byte_end
    }
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

#[derive(Deserialize)]
struct Profile {
    test: bool,
}
