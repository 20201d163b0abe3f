//! What is published is enough: a crate outside of this workspace builds on the packages alone, and the store that the
//! guide shows proves itself there with the suite.

#![expect(clippy::unwrap_used, reason = "only tests call it")]

mod sources;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// A folder with what was packaged and unpacked: `factum` and `factum-macros`.
static PACKAGES: LazyLock<PathBuf> = LazyLock::new(packages);

#[test]
fn a_store_of_a_crate_outside_runs_as_many_cases_as_the_stores_that_ship() {
    let shelf = PACKAGES.join("shelf");
    let pages = PACKAGES.join("factum/doc/guide");
    let manifest = "[package]
name = \"shelf\"
version = \"0.1.0\"
edition = \"2024\"

[dependencies]
factum = { path = \"../factum\" }
tokio = { version = \"1\", features = [\"sync\", \"time\"] }

[dev-dependencies]
factum = { path = \"../factum\", features = [\"testing\"] }

[patch.crates-io]
factum-macros = { path = \"../factum-macros\" }

[profile.dev]
debug = false

[workspace]
";
    fs::create_dir_all(shelf.join("src")).unwrap();
    fs::create_dir_all(shelf.join("tests")).unwrap();
    fs::write(shelf.join("Cargo.toml"), manifest).unwrap();
    fs::copy(root().join("Cargo.lock"), shelf.join("Cargo.lock")).unwrap();
    fs::copy(pages.join("stores/shelf.rs"), shelf.join("src/lib.rs")).unwrap();
    let suite = shelf.join("tests/conformance.rs");
    fs::copy(pages.join("stores/conformance.rs"), suite).unwrap();

    let said = cargo(&shelf, &["test", "--test", "conformance"]);
    let (passed, rest) = said
        .split_once("test result: ok. ")
        .and_then(|(_, result)| result.split_once(" passed; "))
        .unwrap_or_else(|| panic!("{said}"));
    assert!(rest.starts_with("0 failed; 0 ignored; "), "{said}");
    assert!(!said.contains("there is nothing to show"), "{said}");
    let table = fs::read_to_string(pages.join("guarantees.md")).unwrap();
    let held = table.lines().find(|line| line.starts_with("| all |"));
    let held: Vec<_> = held.unwrap().split(" | ").skip(2).collect();
    let held: Vec<_> = held.iter().map(|it| it.trim_end_matches(" |")).collect();
    assert_eq!(held, [passed; 3], "{said}");
}

#[test]
fn the_packages_hold_every_file_that_they_include() {
    let mut included = 0;
    for package in ["factum", "factum-macros"] {
        let folder = fs::canonicalize(PACKAGES.join(package)).unwrap();
        for (path, source) in sources::under(folder.join("src").to_str().unwrap()) {
            for rest in source.split("include_str!(\"").skip(1) {
                let (file, _) = rest.split_once('"').unwrap();
                let file = path.parent().unwrap().join(file);
                let found = fs::canonicalize(&file);
                let found = found.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
                assert!(found.starts_with(&folder), "{}", found.display());
                included += 1;
            }
        }
        for file in ["LICENSE-MIT", "LICENSE-APACHE"] {
            assert!(folder.join(file).is_file(), "{package} has no {file}");
        }
    }
    assert!(included > 15, "{included} files are included");
}

/// Packages both crates as for a release, and unpacks them.
fn packages() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("published");
    let packed = folder.join("packed");
    let target = packed.to_str().unwrap();
    let package = ["package", "--no-verify", "--allow-dirty", "--target-dir"];
    let of = [target, "--package", "factum-macros", "--package", "factum"];
    cargo(&root(), &[&package[..], &of].concat());
    for name in ["factum", "factum-macros"] {
        let unpacked = folder.join(name);
        let _ = fs::remove_dir_all(&unpacked);
        fs::create_dir_all(&unpacked).unwrap();
        let version = env!("CARGO_PKG_VERSION");
        let mut tar = Command::new("tar");
        // Every file of a package has the same old time, by which cargo would take a change for none.
        tar.args(["--extract", "--touch", "--strip-components=1", "--file"])
            .arg(packed.join(format!("package/{name}-{version}.crate")));
        run(tar.arg("--directory").arg(&unpacked));
    }
    folder
}

fn cargo(folder: &Path, arguments: &[&str]) -> String {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(arguments).arg("--offline").current_dir(folder);
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("published/target");
    run(cargo
        .env("CARGO_TARGET_DIR", target)
        .env_remove("RUSTFLAGS"))
}

/// What a command that has to succeed prints.
fn run(command: &mut Command) -> String {
    let output = command.env("CARGO_TERM_COLOR", "never").output().unwrap();
    let [said, errors] =
        [output.stdout, output.stderr].map(|it| String::from_utf8_lossy(&it).into_owned());
    assert!(output.status.success(), "{command:?}\n{said}{errors}");
    said
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
