//! What the guide says that each store guarantees is what a run of the suite says.

use std::sync::Arc;
use std::{env, fs};

use factum::testing::conformance::{CASES, Outcome, Report};
use factum_server::Cluster;

use crate::server::OnServer;
use crate::{InFiles, InMemory};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/doc/guide/guarantees.md");
const BEGIN: &str = "<!-- printed by a run -->\n\n";
const END: &str = "\n<!-- until here -->";

/// A server that waits for its disk, as it does by default.
const DURABLE: [&str; 3] = ["fsync=on", "synchronous_commit=on", "full_page_writes=on"];

/// `BLESS=1` writes what the run says.
#[test]
fn the_table_of_guarantees_is_what_a_run_says() {
    let cluster = Arc::new(Cluster::start(&DURABLE).unwrap());
    let stores = [
        ("memory", Report::of(|| InMemory)),
        ("SQLite", Report::of(|| InFiles::new(false))),
        ("PostgreSQL", Report::of(|| OnServer::of(&cluster))),
    ];
    for (store, report) in &stores {
        for (case, outcome) in &report.outcomes {
            assert_eq!(*outcome, Outcome::Holds, "{case} on {store}");
        }
        assert_eq!(report.held(), CASES.len(), "{store} skips a case");
    }
    let page = fs::read_to_string(PAGE).unwrap();
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let table = Report::table(&stores.each_ref().map(|(name, report)| (*name, report)));
    let printed = format!("{before}{BEGIN}{table}{END}{after}");
    if env::var("BLESS").is_ok_and(|bless| bless == "1") {
        fs::write(PAGE, printed).unwrap();
    } else {
        assert!(
            page == printed,
            "{PAGE} says something else than this run, which `BLESS=1` writes:\n{table}"
        );
    }
}
