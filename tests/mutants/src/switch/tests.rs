//! One build with its switches against what each change does.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::process::Command;
use std::{env, fs};

use super::Switched;
use crate::list::Genre::{
    BinaryOperator, FnValue, MatchArm, MatchArmGuard, StructField, UnaryOperator,
};
use crate::list::{Genre, Mutant, Place, Span};
use crate::site::sites;

const SOURCE: &str = r#"
#[derive(Default)]
struct Pair { left: u8, right: u8 }

fn equal(a: &str, b: String) -> bool { b == a }
fn less(a: u8) -> bool { a.min(9) < 5 }
fn sum(mut a: u64) -> u64 { a += 2; a * 3 }
fn both(a: bool, b: bool) -> bool { a && !b || a != b }
fn word(of: Option<u8>) -> &'static str {
    match of {
        Some(of) if of > 5 => "many",
        Some(_) => "few",
        _ => "none",
    }
}
fn pair() -> u8 {
    let pair = Pair { left: 3, ..Pair { left: 1, right: 2 } };
    pair.left + pair.right
}
const fn near(a: u8) -> bool { a <= 3 }
const TWICE: usize = 2 * 2;
const NEAR: bool = near(4);

fn main() {
    print!("{} {} {} ", equal("a", "a".to_owned()), less(5), sum(1));
    print!("{} {} {} ", both(true, false), both(false, false), both(true, true));
    print!("{} {} {} {} {TWICE} ", word(Some(6)), word(Some(5)), word(None), pair());
    print!("{NEAR} {}", near(4));
}
"#;

/// A genre, what stands at the place, what is there instead, and what the program prints then.
const CHANGES: [(Genre, &str, &str, &str); 16] = [
    (
        FnValue,
        "b == a",
        "false",
        "false false 9 true false false many few none 5 4 false false",
    ),
    (
        BinaryOperator,
        "== a",
        "!=",
        "false false 9 true false false many few none 5 4 false false",
    ),
    (
        BinaryOperator,
        "< 5",
        "<=",
        "true true 9 true false false many few none 5 4 false false",
    ),
    (
        BinaryOperator,
        "< 5",
        ">",
        "true false 9 true false false many few none 5 4 false false",
    ),
    (
        BinaryOperator,
        "+= 2",
        "*=",
        "true false 6 true false false many few none 5 4 false false",
    ),
    (
        BinaryOperator,
        "* 3",
        "+",
        "true false 6 true false false many few none 5 4 false false",
    ),
    (
        BinaryOperator,
        "&& !b",
        "||",
        "true false 9 true true true many few none 5 4 false false",
    ),
    (
        BinaryOperator,
        "|| a",
        "&&",
        "true false 9 true false false many few none 5 4 false false",
    ),
    (
        UnaryOperator,
        "!b",
        "",
        "true false 9 true false true many few none 5 4 false false",
    ),
    (
        BinaryOperator,
        "!= b",
        "==",
        "true false 9 true true true many few none 5 4 false false",
    ),
    (
        MatchArm,
        "Some(of) if",
        "",
        "true false 9 true false false few few none 5 4 false false",
    ),
    (
        MatchArmGuard,
        "of > 5",
        "true",
        "true false 9 true false false many many none 5 4 false false",
    ),
    (
        BinaryOperator,
        "> 5",
        ">=",
        "true false 9 true false false many many none 5 4 false false",
    ),
    (
        MatchArm,
        "Some(_)",
        "",
        "true false 9 true false false many none none 5 4 false false",
    ),
    (
        StructField,
        "left: 3",
        "",
        "true false 9 true false false many few none 3 4 false false",
    ),
    (
        BinaryOperator,
        "<= 3",
        ">",
        "true false 9 true false false many few none 5 4 false true",
    ),
];

fn mutant(&(genre, text, replacement, _): &(Genre, &str, &str, &str)) -> Mutant {
    let before = &SOURCE[..SOURCE.find(text).unwrap()];
    let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
    let line = before.matches('\n').count() + 1;
    Mutant {
        name: text.to_owned(),
        file: "main.rs".to_owned(),
        genre,
        replacement: replacement.to_owned(),
        of: String::new(),
        span: Span {
            start: Place { line, column },
        },
    }
}

#[test]
fn one_build_does_what_each_change_alone_would() {
    let constant = mutant(&(BinaryOperator, "* 2;", "+", ""));
    let mutants: Vec<_> = CHANGES.iter().map(mutant).chain([constant]).collect();
    let places = sites(SOURCE, (1..).zip(&mutants)).unwrap();
    let switched = Switched::with_switch(SOURCE, &places, mutants.len());
    let count = u32::try_from(CHANGES.len()).unwrap();
    let mut numbers: Vec<_> = switched.numbers().collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(
        numbers,
        (1..=count).collect::<Vec<_>>(),
        "a constant has no switch"
    );

    let folder = tempfile::tempdir().unwrap();
    let (file, program) = (folder.path().join("main.rs"), folder.path().join("program"));
    fs::write(&file, switched.source).unwrap();
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut compiler = Command::new(rustc);
    compiler
        .env("RUSTC_BOOTSTRAP", "main")
        .args(["--crate-name=main", "--edition=2024"])
        .args(["--cap-lints=allow", "-o"])
        .arg(&program)
        .arg(&file);
    assert!(compiler.status().unwrap().success());

    let passed = folder.path().join("passed");
    let says = |number: u32| {
        let mut program = Command::new(&program);
        program.env("FACTUM_MUTANT", number.to_string());
        if number == 0 {
            program.env("FACTUM_MUTANTS_PASSED", &passed);
        }
        String::from_utf8(program.output().unwrap().stdout).unwrap()
    };
    assert_eq!(
        says(0),
        "true false 9 true false false many few none 5 4 false false"
    );
    for (number, (_, text, replacement, said)) in (1..).zip(CHANGES) {
        assert_eq!(says(number), said, "`{text}` with `{replacement}`");
    }
    let passed = fs::read(passed).unwrap();
    let mut passed: Vec<_> = passed
        .chunks(4)
        .map(|it| u32::from_le_bytes(it.try_into().unwrap()))
        .collect();
    passed.sort_unstable();
    assert_eq!(passed, numbers, "each is come by, and told once");
}

#[test]
fn an_error_blames_the_innermost_change_at_its_place() {
    let mutants: Vec<_> = CHANGES.iter().map(mutant).collect();
    let switched = Switched::of(SOURCE, &sites(SOURCE, (1..).zip(&mutants)).unwrap());
    let at = |text: &str| {
        let start = switched.source.find(text).unwrap();
        switched
            .at(&(start..start + text.len()))
            .map(<[u32]>::to_vec)
    };
    assert_eq!(at("return false"), Some(vec![1]));
    assert_eq!(at("__x > __y"), Some(vec![4]));
    assert_eq!(at("{  ..Pair"), Some(vec![15]));
    assert_eq!(at("fn main"), None);
}
