//! What the derives write: one file per case, `tests/expand/<derive>-<case>.rs`, and its expansion beside it.

use std::fs;
use std::path::{Path, PathBuf};

use syn::{DeriveInput, Expr, File, Item};

use crate::{aggregate, command, event, input, stream_id};

/// What fits on a screen with its head; longer expansions are cut between items.
const LINES: usize = 75;

#[test]
fn expansions_are_as_recorded() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expand");
    let (cases, snapshots) = files(&folder);
    let mut recorded = vec![];
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(&folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for path in cases {
        let case = path.file_stem().unwrap().to_str().unwrap();
        let source = fs::read_to_string(&path).unwrap();
        settings.set_description(&source);
        for (i, page) in pages(expand(case, &source)).into_iter().enumerate() {
            let name = format!("{case}.{}", i + 1);
            settings.bind(|| insta::assert_snapshot!(&*name, page));
            recorded.push(folder.join(format!("{name}.snap")));
        }
    }
    for snapshot in snapshots {
        assert!(
            recorded.contains(&snapshot),
            "{} has no case",
            snapshot.display()
        );
    }
}

fn files(folder: &Path) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let all = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let known = all.filter(|path| !path.to_string_lossy().ends_with(".snap.new"));
    known.partition(|path| path.extension().is_some_and(|extension| extension == "rs"))
}

fn expand(case: &str, source: &str) -> File {
    let item: DeriveInput = syn::parse_str(source).unwrap();
    let tokens = match case.split_once('-').unwrap().0 {
        "event" => input::derive::<event::Event<'_>>(&item),
        "aggregate" => input::derive::<aggregate::Aggregate<'_>>(&item),
        "command" => input::derive::<command::Command<'_>>(&item),
        "stream_id" => input::derive::<stream_id::StreamId<'_>>(&item),
        other => panic!("no derive is called `{other}`"),
    };
    syn::parse2(tokens).unwrap()
}

fn pages(file: File) -> Vec<String> {
    let mut pages: Vec<String> = vec![];
    for item in file.items.into_iter().flat_map(opened) {
        let item = prettyplease::unparse(&syn::parse_quote!(#item));
        assert!(item.lines().count() <= LINES, "too long:\n{item}");
        match pages.last_mut() {
            Some(page) if page.lines().count() + item.lines().count() <= LINES => {
                page.push_str(&item);
            }
            _ => pages.push(item),
        }
    }
    pages
}

/// What stands in a block of its own, as if it stood outside.
fn opened(item: Item) -> Vec<Item> {
    if let Item::Const(item) = &item
        && let Expr::Block(block) = &*item.expr
    {
        let items = &block.block.stmts;
        let file: File = syn::parse_quote!(#(#items)*);
        return file.items;
    }
    vec![item]
}
