//! Tests, each in a process of its own, and what they say of a change.

use std::collections::BTreeSet;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};
use std::{fs, io, mem};

use anyhow::{Context, Result, anyhow};
use factum_server::{Cluster, SOCKET};
use serde::{Deserialize, Serialize};

use crate::build::Binary;

/// What a change may make of memory, in KiB.
const MEMORY: &str = "8000000";
/// Databases of tests that were killed stay, so there is a new server after so many tests.
const TESTS_OF_A_SERVER: usize = 400;

/// A test that passes as the sources stand.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Test {
    pub(crate) name: String,
    binary: usize,
    pub(crate) takes: Duration,
    /// The changes that it comes by.
    pub(crate) passes: BTreeSet<u32>,
}

pub(crate) struct Trials<'a> {
    binaries: &'a [Binary],
    folder: PathBuf,
    server: Mutex<(Arc<Cluster>, usize)>,
}

impl<'a> Trials<'a> {
    pub(crate) fn new(binaries: &'a [Binary], folder: &Path) -> Result<Self> {
        Ok(Self {
            binaries,
            folder: folder.to_owned(),
            server: Mutex::new((server()?, 0)),
        })
    }

    /// Each test by its name, and its binary.
    pub(crate) fn names(&self) -> Result<Vec<(usize, String)>> {
        let mut names = Vec::new();
        for (binary, Binary { file, folder, .. }) in self.binaries.iter().enumerate() {
            let list = |more: &[&str]| -> Result<BTreeSet<String>> {
                let mut listed = Command::new(file);
                listed
                    .current_dir(folder)
                    .args(["--list", "--format=terse"])
                    .args(more);
                let listed = String::from_utf8(listed.output()?.stdout)?;
                Ok(listed
                    .lines()
                    .filter_map(|line| line.strip_suffix(": test"))
                    .map(str::to_owned)
                    .collect())
            };
            let ignored = list(&["--ignored"])?;
            names.extend(
                list(&[])?
                    .difference(&ignored)
                    .map(|name| (binary, name.clone())),
            );
        }
        Ok(names)
    }

    /// Runs a test without a change; `None` if it fails, or takes too long.
    pub(crate) fn plainly(
        &self,
        binary: usize,
        name: &str,
        longest: Duration,
    ) -> Result<Option<Test>> {
        let file = self
            .folder
            .join(format!("{binary}-{}", name.replace("::", "-")));
        let _ = fs::remove_file(&file);
        let asked = Instant::now();
        let passed = [("FACTUM_MUTANTS_PASSED", file.as_os_str())];
        if !self.run(binary, name, &passed, longest)? {
            return Ok(None);
        }
        let takes = asked.elapsed();
        let numbers = match fs::read(&file) {
            Ok(numbers) => numbers,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error.into()),
        };
        let numbers = numbers.as_chunks().0.iter();
        Ok(Some(Test {
            name: name.to_owned(),
            binary,
            takes,
            passes: numbers.map(|it| u32::from_le_bytes(*it)).collect(),
        }))
    }

    /// Whether a test passes with this change.
    pub(crate) fn passes(&self, test: &Test, number: u32) -> Result<bool> {
        let number = number.to_string();
        let change = [("FACTUM_MUTANT", number.as_ref())];
        self.run(
            test.binary,
            &test.name,
            &change,
            test.takes * 5 + Duration::from_secs(6),
        )
    }

    fn run(
        &self,
        binary: usize,
        name: &str,
        say: &[(&str, &std::ffi::OsStr)],
        longest: Duration,
    ) -> Result<bool> {
        let server = self.server()?;
        let Binary { file, folder, .. } = &self.binaries[binary];
        let child = Command::new("bash")
            .args(["-c", r#"ulimit -v "$0" -c 0; exec "$@""#, MEMORY])
            .arg(file)
            .args(["--exact", name, "--test-threads=1"])
            .current_dir(folder)
            .env("CARGO_MANIFEST_DIR", folder)
            .env("INSTA_UPDATE", "no")
            .env(SOCKET, server.folder())
            .envs(say.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .context("bash")?;
        Ok(ended(child, longest)?.is_some_and(|status| status.success()))
    }

    fn server(&self) -> Result<Arc<Cluster>> {
        let mut current = self.server.lock().unwrap_or_else(PoisonError::into_inner);
        current.1 += 1;
        if current.1 > TESTS_OF_A_SERVER {
            let (old, _) = mem::replace(&mut *current, (server()?, 0));
            // Its files are many.
            thread::spawn(move || drop(old));
        }
        Ok(Arc::clone(&current.0))
    }
}

fn server() -> Result<Arc<Cluster>> {
    Ok(Arc::new(
        Cluster::start(&[]).map_err(|error| anyhow!(error))?,
    ))
}

/// How it ended; `None` if it had to be killed, with all that it began.
fn ended(mut child: Child, longest: Duration) -> Result<Option<ExitStatus>> {
    let since = Instant::now();
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if since.elapsed() > longest {
            Command::new("kill")
                .args(["-9", "--", &format!("-{}", child.id())])
                .status()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}
