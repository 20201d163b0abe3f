use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use super::{Home, asks, command, file_name, files, text, write};

#[test]
fn a_category_has_a_folder_of_its_test_target() {
    let folder = |scratch, target| {
        let home = Home::new(None, scratch, target);
        home.folder(Path::new("package"), "order")
    };
    assert_eq!(
        folder(None, Some("shop")),
        Path::new("package/events/order")
    );
    assert_eq!(
        folder(Some("tmp"), Some("bank")),
        Path::new("package/events/bank/order")
    );
}

#[test]
fn each_name_is_one_part_of_a_path() {
    let names = ["account.opened-2_b", "../a b", ".hidden", "Zoë"];
    assert_eq!(
        names.map(file_name),
        ["account.opened-2_b", "_._a_b", "_hidden", "Zoë"]
    );
}

#[test]
fn the_json_files_of_a_folder_are_found_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    assert_eq!(
        files(&path("none")).unwrap(),
        Vec::<std::path::PathBuf>::new()
    );
    for name in ["b.json", "a.json", "c.json.new", "c"] {
        write(&path(name), name).unwrap();
    }
    assert_eq!(
        files(folder.path()).unwrap(),
        [path("a.json"), path("b.json")]
    );
    let said = files(&path("c")).unwrap_err();
    assert!(said.contains("c cannot be read: "), "{said}");
}

#[test]
fn a_file_is_written_whole_and_one_that_is_not_there_has_no_text() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/a.json");
    assert_eq!(text(&path).unwrap(), None);
    write(&path, "first, and longer").unwrap();
    write(&path, "second").unwrap();
    assert_eq!(text(&path).unwrap().as_deref(), Some("second"));
    assert_eq!(fs::read_dir(folder.path().join("deep")).unwrap().count(), 1);
    let said = text(folder.path()).unwrap_err();
    assert!(said.contains(" cannot be read: "), "{said}");
    let said = write(&path.join("within"), "").unwrap_err();
    assert!(said.contains("within cannot be written: "), "{said}");
}

#[test]
fn the_command_that_writes_names_the_package_and_the_test() {
    let package = std::env::var("CARGO_PKG_NAME").map(|name| format!(" -p {name}"));
    let package = package.unwrap_or_default();
    assert_eq!(
        command("order"),
        format!("BLESS=1 cargo test{package} order")
    );
}

#[test]
fn what_is_missing_is_written_where_that_is_asked_for() {
    let asked = [None, Some(""), Some("0"), Some("1"), Some("yes")];
    let asked = asked.map(|bless| asks(bless.map(OsStr::new)));
    assert_eq!(asked, [false, false, false, true, true]);
}

#[test]
fn the_package_is_where_its_tests_run() {
    let package = Home::new(Some("/none"), None, None).package().unwrap();
    assert!(package.is_absolute() && package.join("Cargo.toml").is_file());
}
