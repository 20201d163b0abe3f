//! However the process ends that a server was started for: the server goes with it, and all of its files.

#![expect(clippy::unwrap_used, reason = "a test that fails is a panic")]

use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use std::{fs, io};

use factum_server::SOCKET;
use tempfile::TempDir;

/// Far longer than a server takes to start or to stop.
const PATIENCE: Duration = Duration::from_secs(120);

const ENDS: &str = env!("CARGO_BIN_EXE_ends");
const WITH_SERVER: &str = env!("CARGO_BIN_EXE_with-server");

/// A process that has a server, and the folder in which that has its own.
struct Owner {
    process: Child,
    place: TempDir,
}

impl Owner {
    fn of(program: &str, arguments: &[&str]) -> Self {
        let place = tempfile::tempdir().unwrap();
        // The server is another user's.
        fs::set_permissions(place.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let process = Command::new(program)
            .args(arguments)
            .env("TMPDIR", place.path())
            .env_remove(SOCKET)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Self { process, place }
    }

    /// Where the server is, once it is there.
    fn serves(&mut self) -> PathBuf {
        let said = self.process.stdout.take().unwrap();
        let mut socket = String::new();
        BufReader::new(said).read_line(&mut socket).unwrap();
        let socket = PathBuf::from(socket.trim_end());
        assert!(
            socket.starts_with(self.place.path()),
            "{}",
            socket.display()
        );
        socket
    }

    /// What lies where the server has its folder.
    fn files(&self) -> Vec<OsString> {
        let entries = fs::read_dir(self.place.path()).unwrap();
        entries.map(|entry| entry.unwrap().file_name()).collect()
    }

    /// The processes that were told of that folder: the server, and those that start and stop it.
    fn processes(&self) -> Vec<String> {
        let folder = self.place.path().to_str().unwrap();
        let processes = fs::read_dir("/proc").unwrap();
        let lines = processes.filter_map(|entry| {
            let line = fs::read(entry.unwrap().path().join("cmdline")).ok()?;
            let line = String::from_utf8_lossy(&line).replace('\0', " ");
            line.contains(folder).then_some(line)
        });
        lines.collect()
    }

    fn kill(&mut self) {
        self.process.kill().unwrap();
    }

    /// Waits until nothing is left, and tells how the process ended.
    fn goes(mut self) -> ExitStatus {
        let status = self.process.wait().unwrap();
        until("the server or its files are left", || {
            self.files().is_empty() && self.processes().is_empty()
        });
        status
    }
}

fn until(otherwise: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "{otherwise}");
        sleep(Duration::from_millis(1));
    }
}

/// Whose server runs, and how it ended.
fn ended(how: &str) -> ExitStatus {
    let mut owner = Owner::of(ENDS, &[how]);
    owner.serves();
    owner.goes()
}

#[test]
fn a_server_goes_with_a_process_that_ends_well_or_not() {
    assert_eq!(ended("return").code(), Some(0));
    assert_eq!(ended("exit").code(), Some(3));
    assert_eq!(ended("panic").code(), Some(101));
}

#[test]
fn a_server_goes_with_a_process_that_is_aborted() {
    assert_eq!(ended("abort").signal(), Some(6));
}

#[test]
fn a_server_goes_with_a_process_that_is_killed() {
    let mut owner = Owner::of(ENDS, &["wait"]);
    let socket = owner.serves();
    let server = socket.join("data").display().to_string();
    assert!(
        owner.processes().iter().any(|line| line.contains(&server)),
        "the server is not seen, so that nobody sees whether it is gone"
    );
    owner.kill();
    assert_eq!(owner.goes().signal(), Some(9));
}

#[test]
fn a_server_that_is_not_there_yet_goes_with_a_process_that_is_killed() {
    // Made by `initdb` as it begins and as it ends, by the start of the server, and by the server.
    for begun in ["", "data/PG_VERSION", "log", "data/postmaster.pid"] {
        let mut owner = Owner::of(ENDS, &["wait"]);
        until("the server does not start", || {
            let mut folders = owner.files().into_iter();
            folders.any(|folder| owner.place.path().join(folder).join(begun).exists())
        });
        owner.kill();
        assert_eq!(owner.goes().signal(), Some(9), "{begun}");
    }
}

#[test]
fn a_server_goes_with_what_it_was_started_beside() {
    let command = ["sh", "-c", &format!("echo ${SOCKET}; read -r _")];
    let mut owner = Owner::of(WITH_SERVER, &command);
    owner.serves();
    owner.kill();
    assert_eq!(owner.goes().signal(), Some(9));
}

#[test]
fn a_command_that_fails_has_its_status_handed_on() {
    let mut owner = Owner::of(
        WITH_SERVER,
        &["sh", "-c", &format!("echo ${SOCKET}; exit 7")],
    );
    owner.serves();
    assert_eq!(owner.goes().code(), Some(7));
}

#[test]
fn a_server_that_cannot_start_leaves_no_files() -> io::Result<()> {
    let place = tempfile::tempdir()?;
    let status = Command::new(ENDS)
        .env("TMPDIR", place.path())
        .env("PG_BIN", "/nowhere")
        .env_remove(SOCKET)
        .stderr(Stdio::null())
        .status()?;
    assert_eq!(status.code(), Some(101));
    assert_eq!(fs::read_dir(place.path())?.count(), 0);
    Ok(())
}
