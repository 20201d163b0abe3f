//! The workloads on PostgreSQL, each beside its twin on the bare driver.

mod children;
mod command;
mod many;
mod raw;
mod read;
mod work;

use factum::Postgres;
use factum_server::{Cluster, DURABLE, database_at};
use tokio::runtime::Runtime;

use crate::ratio::{Bench, Goal, Outcome, Round, Workload};
use crate::w5_append;

pub(crate) use children::is_child;

pub(crate) fn run(bench: &mut Bench) -> Outcome<()> {
    if !bench.wants_any(&names()) {
        return Ok(());
    }
    let server = Server::start()?;
    command::run(bench, &server)?;
    read::run(bench, &server)?;
    append(bench, &server)?;
    many::run(bench, &server)
}

fn names() -> Vec<&'static str> {
    let mut names: Vec<_> = command::names().collect();
    names.extend(read::NAMES);
    names.push(W5);
    names.extend(many::names());
    names
}

/// A server of our own, which waits for its disk.
pub(crate) struct Server {
    cluster: Cluster,
    runtime: Runtime,
}

impl Server {
    fn start() -> Outcome<Self> {
        Ok(Self {
            cluster: Cluster::start(&DURABLE)?,
            runtime: Runtime::new()?,
        })
    }

    /// The address of a database with a store's tables.
    pub(crate) fn database(&self) -> Outcome<String> {
        self.runtime.block_on(async {
            let url = database_at(self.cluster.folder()).await;
            Postgres::builder(&url).migrate().open().await?;
            Ok(url)
        })
    }
}

const W5: &str = "W5 append of 100,000, batches of 100, on PostgreSQL";

fn append(bench: &mut Bench, server: &Server) -> Outcome<()> {
    let workload = Workload {
        name: W5,
        unit: "events",
        rounds: 7,
        goal: Goal::Ratio(0.9),
    };
    let ours = || {
        let url = server.database()?;
        let runtime = Runtime::new()?;
        let store = runtime.block_on(Postgres::open(&url))?;
        w5_append::appended(&runtime, &store)
    };
    let twin = || {
        let url = server.database()?;
        let runtime = Runtime::new()?;
        let session = runtime.block_on(raw::Session::open(&url))?;
        let (round, last) = Round::timed(w5_append::BATCHES * w5_append::EVENTS, || {
            runtime.block_on(async {
                let mut last = None;
                for batch in 0..w5_append::BATCHES {
                    let batch = w5_append::by_hand(batch)?;
                    last = session
                        .append(raw::Scheme::Statement, &[&batch])
                        .await?
                        .pop();
                }
                Ok(last)
            })
        })?;
        assert_eq!(last.map(|stored| stored.position), Some(100_000));
        Ok(round)
    };
    bench.pair(&workload, ours, twin)
}
