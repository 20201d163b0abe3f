//! Several processes at one file; the others are this test program, run again for one role.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use factum::store::Read;
use factum::{Expected, Sqlite, Store};

use crate::fixture::{batch, cause, fresh, ids, place};

/// What the program is to do instead of its tests, with the path and a number behind it.
const ROLE: &str = "FACTUM_TEST_ROLE";

fn child(program: &Path, role: &str, path: &Path, number: u128) -> Command {
    let mut command = Command::new(program);
    command.args(["--exact", "processes::plays_a_role", "--nocapture"]);
    command.env(ROLE, role).env("FACTUM_TEST_PATH", path);
    command.env("FACTUM_TEST_NUMBER", number.to_string());
    command
}

fn this_program() -> std::path::PathBuf {
    std::env::current_exe().unwrap()
}

/// As a test of its own, it checks that nothing is done where no role is given.
#[tokio::test(flavor = "multi_thread")]
async fn plays_a_role() {
    let Ok(role) = std::env::var(ROLE) else {
        return;
    };
    let path = std::env::var_os("FACTUM_TEST_PATH").unwrap();
    let number: u128 = std::env::var("FACTUM_TEST_NUMBER")
        .unwrap()
        .parse()
        .unwrap();
    match &*role {
        "append" => append_from_tasks(Path::new(&path), number).await,
        "append for ever" => append_for_ever(Path::new(&path), number).await,
        "open" => println!("\nopened as: {:?}", cause(Sqlite::open(path).await)),
        other => panic!("there is no role {other}"),
    }
}

/// 4 tasks store 500 batches of 2 each, every other one in a stream that all processes share.
async fn append_from_tasks(path: &Path, first: u128) {
    let store = Sqlite::open(path).await.unwrap();
    let task = |task: u128| {
        let store = store.clone();
        async move {
            for id in (0..1000).step_by(2).map(|id| first + task * 1000 + id) {
                let shared = id % 4 == 0;
                let stream = if shared {
                    "account-shared"
                } else {
                    &format!("account-{first}")
                };
                store
                    .append(batch(stream, Expected::Any, [id, id + 1]))
                    .await
                    .unwrap();
            }
        }
    };
    tokio::join!(task(0), task(1), task(2), task(3));
}

/// Tells each batch that was acknowledged, until the process is killed.
async fn append_for_ever(path: &Path, first: u128) {
    let store = Sqlite::open(path).await.unwrap();
    for id in (first..).step_by(3) {
        store
            .append(batch("account-1", Expected::Any, [id, id + 1, id + 2]))
            .await
            .unwrap();
        let mut out = std::io::stdout().lock();
        writeln!(out, "\nstored {id}").unwrap();
        out.flush().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_append_and_a_subscriber_misses_nothing() {
    const EVENTS: usize = 8000;
    let (_directory, store) = fresh().await;
    let mut children: Vec<_> = [10_000, 20_000]
        .map(|first| {
            child(&this_program(), "append", store.path(), first)
                .stdout(Stdio::null())
                .spawn()
                .unwrap()
        })
        .into();

    let mut positions = Vec::new();
    let mut seen = Vec::new();
    let mut read = Read::all(None).limit(70);
    let following = async {
        while seen.len() < EVENTS {
            let page = store.read(read.clone()).await.unwrap();
            positions.extend(page.iter().map(|event| event.position));
            seen.extend(page.iter().map(|event| event.id.get().as_u128()));
            let after = page.position();
            if page.is_end() && seen.len() < EVENTS {
                store.wait(after, Duration::from_secs(60)).await.unwrap();
            }
            read = Read::all(after).limit(70);
        }
    };
    tokio::time::timeout(Duration::from_secs(60), following)
        .await
        .unwrap();

    for child in &mut children {
        assert!(child.wait().unwrap().success());
    }
    assert!(positions.is_sorted_by(|one, next| one < next));
    assert_eq!(seen, ids(&store, Read::all(None)).await);
    let wanted: BTreeSet<u128> = (10_000..14_000).chain(20_000..24_000).collect();
    assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), wanted);
}

#[tokio::test]
async fn what_a_killed_process_acknowledged_is_there() {
    let (_directory, path) = place();
    for round in 0..10_u128 {
        let first = round * 1_000_000;
        let mut child = child(&this_program(), "append for ever", &path, first)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut acknowledged = Vec::new();
        let mut next =
            || lines.find_map(|line| line.ok()?.strip_prefix("stored ")?.parse::<u128>().ok());
        while acknowledged.len() <= 20 + round as usize * 3 {
            acknowledged.push(next().expect("the child ended by itself"));
        }
        child.kill().unwrap();
        acknowledged.extend(std::iter::from_fn(next));
        child.wait().unwrap();

        let store = Sqlite::open(&path).await.unwrap();
        let all = ids(&store, Read::all(None)).await;
        let ours: Vec<u128> = all.iter().copied().filter(|id| *id >= first).collect();
        assert_eq!(ours.len() % 3, 0, "a part of a batch is there");
        assert!(ours.iter().copied().eq(first..first + ours.len() as u128));
        let last = *acknowledged.last().unwrap();
        assert!(
            ours.contains(&(last + 2)),
            "{last} was acknowledged and is gone"
        );
    }
}

#[cfg(unix)]
mod permissions {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;
    use std::path::Path;
    use std::process::Command;

    use super::{child, this_program};
    use crate::fixture::{add, place};
    use factum::Sqlite;

    const NOBODY: u32 = 65534;

    /// What a user without special rights is told who opens this file.
    fn opened_by_nobody(path: &Path) -> String {
        let directory = tempfile::tempdir().unwrap();
        set_permissions(directory.path(), Permissions::from_mode(0o755)).unwrap();
        let program = directory.path().join("program");
        // Not copied by this process: another test's child might inherit the open file, which then cannot run.
        assert!(
            Command::new("cp")
                .arg(this_program())
                .arg(&program)
                .status()
                .unwrap()
                .success()
        );
        set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
        let mut command = child(&program, "open", path, 0);
        command.current_dir("/");
        if directory.path().metadata().unwrap().uid() == 0 {
            command.uid(NOBODY).gid(NOBODY);
        }
        let output = command.output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let said = text
            .lines()
            .find_map(|line| line.strip_prefix("opened as: "));
        said.unwrap_or_else(|| panic!("{text}")).to_owned()
    }

    #[tokio::test]
    async fn a_file_without_write_access_is_reported_as_read_only() {
        let (directory, path) = place();
        let store = Sqlite::open(&path).await.unwrap();
        add(&store, "account-1", 1).await;
        // With the log beside it, and without.
        for mode in [0o777, 0o555] {
            set_permissions(&path, Permissions::from_mode(0o444)).unwrap();
            set_permissions(directory.path(), Permissions::from_mode(mode)).unwrap();
            assert_eq!(opened_by_nobody(&path), "ReadOnly", "directory {mode:o}");
        }
        set_permissions(directory.path(), Permissions::from_mode(0o755)).unwrap();
    }

    #[tokio::test]
    async fn a_directory_without_write_access_is_reported_as_read_only() {
        let (directory, path) = place();
        let made = Sqlite::open(&path).await.unwrap();
        drop(made);
        let log = directory.path().join("store.db-wal");
        while log.exists() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        set_permissions(&path, Permissions::from_mode(0o666)).unwrap();
        set_permissions(directory.path(), Permissions::from_mode(0o555)).unwrap();
        assert_eq!(opened_by_nobody(&path), "ReadOnly");
        assert_eq!(
            opened_by_nobody(&directory.path().join("new.db")),
            "ReadOnly"
        );
        set_permissions(directory.path(), Permissions::from_mode(0o755)).unwrap();
    }
}
