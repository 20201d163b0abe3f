//! The commits that the releases are built from: whether the history has them, which only a whole one can tell.

use std::ffi::OsStr;
use std::fs;
use std::io::{Write, stderr};
use std::path::Path;
use std::process::{Command, Output};

/// What of a history is not there, or why it cannot be told.
#[derive(Debug, PartialEq)]
enum Looked {
    Missing(Vec<String>),
    NotHere(String),
}

const SHALLOW: &str = "this clone is shallow; `git fetch --unshallow` makes it whole";

fn git(folder: &Path, arguments: &[&str]) -> Output {
    let mut git = Command::new("git");
    git.args(["-c", "commit.gpgsign=false"]);
    git.arg("-C").arg(folder).args(arguments);
    // A hook that runs this means its own repository.
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        git.env_remove(name);
    }
    for who in ["AUTHOR", "COMMITTER"] {
        git.env(format!("GIT_{who}_NAME"), "Ada");
        git.env(format!("GIT_{who}_EMAIL"), "ada@example.org");
    }
    let output = git.output();
    output.expect("git says what the history has; install the package `git`")
}

/// Looks in the history of the repository that `list` is committed to.
fn look(list: &Path) -> Looked {
    let folder = list.parent().unwrap();
    let name = list.file_name().and_then(OsStr::to_str).unwrap();
    let is_true = |output: Output| output.status.success() && output.stdout == *b"true\n";
    let known = git(folder, &["ls-files", "--error-unmatch", name]);
    if !known.status.success() {
        return Looked::NotHere(String::from_utf8(known.stderr).unwrap());
    }
    if is_true(git(folder, &["rev-parse", "--is-shallow-repository"])) {
        return Looked::NotHere(SHALLOW.to_owned());
    }
    let commits = fs::read_to_string(list).unwrap();
    let commits = commits.lines().filter_map(|line| line.split_once(' '));
    let is_missing = |commit: &&str| {
        let behind = git(folder, &["merge-base", "--is-ancestor", commit, "HEAD"]);
        !behind.status.success()
    };
    let missing = commits.map(|(_, commit)| commit).filter(is_missing);
    Looked::Missing(missing.map(str::to_owned).collect())
}

/// Where it cannot be told, that is said past the harness, which hides what a test that passes prints.
#[test]
fn the_history_has_the_commit_of_each_release() {
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/releases/commits");
    match look(&list) {
        Looked::Missing(missing) => assert_eq!(missing, [""; 0], "the history lost them"),
        Looked::NotHere(reason) => {
            let said = format!("the commits of the releases were not looked for: {reason}\n");
            stderr().write_all(said.as_bytes()).unwrap();
        }
    }
}

#[test]
fn only_a_whole_history_can_miss_a_commit() {
    let folder = tempfile::tempdir().unwrap();
    let (whole, shallow) = (folder.path().join("whole"), folder.path().join("shallow"));
    fs::create_dir(&whole).unwrap();
    let list = whole.join("commits");
    let other = "0123456789abcdef0123456789abcdef01234567";
    fs::write(&list, format!("0 {other}\n")).unwrap();
    let is_unknown = || matches!(look(&list), Looked::NotHere(reason) if reason != SHALLOW);
    assert!(is_unknown(), "no repository");

    let done = |folder: &Path, arguments: &[&str]| {
        let output = git(folder, arguments);
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    done(&whole, &["init", "--quiet"]);
    assert!(is_unknown(), "a repository that it only lies in");
    let commit = |line: &str| {
        fs::write(&list, line).unwrap();
        done(&whole, &["add", "commits"]);
        done(&whole, &["commit", "--quiet", "--message", "a list"]);
        done(&whole, &["rev-parse", "HEAD"])
    };
    let first = commit("");
    let given_up = commit(&format!("0 {first}\n"));
    done(&whole, &["reset", "--quiet", "--hard", &first]);
    commit(&format!("0 {first}\n1 {given_up}\n2 {other}\n"));
    let missing = vec![given_up, other.to_owned()];
    assert_eq!(look(&list), Looked::Missing(missing));
    commit(&format!("0 {first}\n"));
    assert_eq!(look(&list), Looked::Missing(vec![]));

    let from = format!("file://{}", whole.display());
    let to = shallow.to_str().unwrap();
    done(
        folder.path(),
        &["clone", "--quiet", "--depth", "1", &from, to],
    );
    let of_clone = || look(&shallow.join("commits"));
    assert_eq!(of_clone(), Looked::NotHere(SHALLOW.to_owned()));
    done(&shallow, &["fetch", "--quiet", "--unshallow"]);
    assert_eq!(of_clone(), Looked::Missing(vec![]));
}
