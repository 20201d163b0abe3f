//! One cluster, from its first file to its last.

use std::os::fd::AsFd;
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use std::{env, fs};

use uuid::Uuid;

/// Settings for tests: the machine is not expected to fail while they run.
const FAST: [&str; 7] = [
    "fsync=off",
    "synchronous_commit=off",
    // Nothing here should ever wait for itself; a test that fails says so sooner.
    "deadlock_timeout=100ms",
    "full_page_writes=off",
    "max_connections=300",
    "shared_buffers=128MB",
    "autovacuum_naptime=5s",
];

/// Settings for what the machine's end must not take, given to [`Cluster::start`].
pub const DURABLE: [&str; 3] = ["fsync=on", "synchronous_commit=on", "full_page_writes=on"];

/// How long a server that was killed is tried to be started again.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server that runs until this is dropped, or the process ends.
#[derive(Debug)]
pub struct Cluster {
    folder: PathBuf,
    options: String,
    programs: PathBuf,
    watchdog: Child,
}

impl Cluster {
    /// Makes a cluster and starts it, with these settings over those for tests.
    ///
    /// # Errors
    ///
    /// What is missing, and how to install it, or what a program of PostgreSQL says.
    pub fn start(settings: &[&str]) -> Result<Self, String> {
        Self::start_with(&[], settings)
    }

    /// The same, with these files in the folder of its data, which the server alone may read.
    ///
    /// # Errors
    ///
    /// As above.
    pub fn start_with(files: &[(&str, &str)], settings: &[&str]) -> Result<Self, String> {
        let programs = programs()?;
        // A short path: the name of a socket has at most 107 bytes.
        let (number, _) = Uuid::new_v4().as_u64_pair();
        let folder = env::temp_dir().join(format!("factum-pg-{number:016x}"));
        let mut options = format!(
            "-c listen_addresses='' -c unix_socket_directories={}",
            folder.display()
        );
        for setting in FAST.iter().chain(settings) {
            options.extend([" -c ", setting]);
        }
        // It is there before anything that it has to remove.
        let cluster = Self {
            watchdog: watch(&programs, &folder)?,
            folder,
            options,
            programs,
        };
        cluster.fill(files)?;
        cluster.serve()?;
        Ok(cluster)
    }

    /// Makes the folder of its data, with these files in it.
    fn fill(&self, files: &[(&str, &str)]) -> Result<(), String> {
        let made = fs::DirBuilder::new().mode(0o700).create(&self.folder);
        made.map_err(|error| format!("{}: {error}", self.folder.display()))?;
        if is_root() {
            done(Command::new("chown").arg("postgres").arg(&self.folder))?;
        }
        let data = self.data();
        self.run(
            "initdb",
            &[
                "-D",
                &data,
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
                "--no-sync",
            ],
        )?;
        for (name, content) in files {
            let file = Path::new(&data).join(name);
            fs::write(&file, content).map_err(|error| error.to_string())?;
            done(Command::new("chmod").arg("600").arg(&file))?;
            if is_root() {
                done(Command::new("chown").arg("postgres").arg(&file))?;
            }
        }
        Ok(())
    }

    /// Stops the server in the midst of what it does.
    ///
    /// # Errors
    ///
    /// What `pg_ctl` says.
    pub fn stop(&self) -> Result<(), String> {
        self.control(&["-m", "immediate", "stop"])
    }

    /// Where this program of the same PostgreSQL lies.
    pub fn program(&self, name: &str) -> PathBuf {
        self.programs.join(name)
    }

    /// Where its socket lies.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// `kill -9` of the process that all others of the server belong to; they end by themselves.
    ///
    /// # Errors
    ///
    /// Which process it is cannot be told, or it has ended already.
    pub fn kill(&self) -> Result<(), String> {
        let file = self.folder.join("data/postmaster.pid");
        let text = fs::read_to_string(&file).map_err(|error| error.to_string())?;
        let process = text.lines().next().unwrap_or_default();
        done(Command::new("kill").args(["-9", process]))
    }

    /// Starts the server that was stopped or killed; it recovers what was committed.
    ///
    /// # Errors
    ///
    /// What the server says, if it has not started within a minute.
    pub fn restart(&self) -> Result<(), String> {
        let begun = Instant::now();
        loop {
            // It refuses as long as processes of the former one are there.
            match self.serve() {
                Err(_) if begun.elapsed() < PATIENCE => sleep(Duration::from_millis(50)),
                outcome => return outcome,
            }
        }
    }

    /// Starts the server, and waits until it answers.
    fn serve(&self) -> Result<(), String> {
        let log = self.folder.join("log").display().to_string();
        self.control(&["-l", &log, "-o", &self.options, "start"])
            .map_err(|error| error + &fs::read_to_string(&log).unwrap_or_default())
    }

    fn control(&self, order: &[&str]) -> Result<(), String> {
        self.run("pg_ctl", &[&["-D", &self.data(), "-w"], order].concat())
    }

    fn data(&self) -> String {
        self.folder.join("data").display().to_string()
    }

    /// Runs a program of PostgreSQL, which the watchdog waits for if this process ends before it: it has the end of the
    /// pipe that the watchdog reads.
    fn run(&self, program: &str, arguments: &[&str]) -> Result<(), String> {
        let pipe = self.watchdog.stdin.as_ref().map(AsFd::as_fd);
        let pipe = pipe.ok_or("the server's watchdog is gone")?;
        let held = pipe
            .try_clone_to_owned()
            .map_err(|error| error.to_string())?;
        let mut command = Command::new(as_postgres()[0]);
        command
            .args(&as_postgres()[1..])
            .arg(self.programs.join(program))
            .args(arguments)
            .current_dir(&self.folder);
        done(command.stdin(held))
    }
}

impl Drop for Cluster {
    /// Returns when the server has ended.
    fn drop(&mut self) {
        drop(self.watchdog.stdin.take());
        let _ = self.watchdog.wait();
    }
}

/// A process that stops the server when this one has ended, and whatever it ran for the server: then its standard input
/// ends.
fn watch(programs: &Path, folder: &Path) -> Result<Child, String> {
    let script = r#"while read -r _; do :; done; "$@" >/dev/null 2>&1; rm -rf "$FOLDER""#;
    let data = folder.join("data");
    let mut watchdog = Command::new("sh");
    watchdog
        .args(["-c", script, "sh"])
        .args(as_postgres())
        .arg(programs.join("pg_ctl"));
    watchdog
        .arg("-D")
        .arg(data)
        .args(["-m", "immediate", "-w", "stop"]);
    watchdog
        .env("FOLDER", folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    // What interrupts the tests does not interrupt it.
    watchdog
        .process_group(0)
        .spawn()
        .map_err(|error| format!("sh: {error}"))
}

/// Where the programs of the newest PostgreSQL are.
fn programs() -> Result<PathBuf, String> {
    if let Some(programs) = env::var_os("PG_BIN") {
        return Ok(programs.into());
    }
    let installed = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let version = |path: &Path| path.file_name()?.to_str()?.parse::<u32>().ok();
    let newest = installed
        .map(|entry| entry.path())
        .filter_map(|path| Some((version(&path)?, path)))
        .max();
    newest.map(|(_, path)| path.join("bin")).filter(|bin| bin.join("initdb").exists()).ok_or_else(|| {
        "PostgreSQL is missing: `apt-get install postgresql`, or set PG_BIN to the folder with `initdb`".to_owned()
    })
}

/// The server's programs refuse to run as root.
fn as_postgres() -> &'static [&'static str] {
    if is_root() {
        &[
            "setpriv",
            "--reuid=postgres",
            "--regid=postgres",
            "--clear-groups",
        ]
    } else {
        &["env"]
    }
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

fn done(command: &mut Command) -> Result<(), String> {
    // The server keeps what it is given for its output, which nobody reads.
    let said = tempfile::tempfile().map_err(|error| error.to_string())?;
    let copy = |file: &fs::File| file.try_clone().map_err(|error| error.to_string());
    command.stdout(copy(&said)?).stderr(copy(&said)?);
    let status = command
        .status()
        .map_err(|error| format!("{command:?}: {error}"))?;
    if status.success() {
        return Ok(());
    }
    let mut said = said;
    let mut text = String::new();
    let _ = std::io::Seek::rewind(&mut said);
    let _ = std::io::Read::read_to_string(&mut said, &mut text);
    Err(format!("{command:?}: {status}\n{text}"))
}
