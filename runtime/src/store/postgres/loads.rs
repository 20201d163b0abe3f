//! Streams that many load at once, in one statement: what is asked while others are served goes with the next one.

use std::pin::pin;
use std::sync::Arc;

use futures_util::TryStreamExt;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::errors::{Failed, again};
use super::fit::Fit;
use super::page::{StreamPage, before_its_stream, limit, place};
use super::pool::{Connection, Connections};
use crate::error::Unavailable;
use crate::recorded::EventId;
use crate::store::{Direction, Page, PageBuilder, Read, Scope, queue, sql};

/// The most streams of one statement: they share its time.
const TOGETHER: usize = 64;

/// A read of a stream from some revision on, as repositories ask for it.
pub(super) struct Load {
    read: Arc<Read>,
    after: i64,
    answer: oneshot::Sender<Loaded>,
}

/// The page, or why there is none: there is no connection, or what was asked over it failed.
pub(super) type Loaded = Result<Result<Page, Failed>, Unavailable>;

impl Load {
    /// If it is a read that goes with others.
    pub(super) fn of(
        read: &Arc<Read>,
        after: Option<i64>,
    ) -> Option<(Self, oneshot::Receiver<Loaded>)> {
        let goes_with_others = matches!(read.scope, Scope::Stream { .. })
            && read.direction == Direction::Forward
            && read.filter.categories.is_empty()
            && read.filter.names.is_empty()
            && read.bare
            && read.limit == Read::LIMIT;
        if !goes_with_others {
            return None;
        }
        let (answer, answered) = oneshot::channel();
        let load = Self {
            read: Arc::clone(read),
            after: sql::start(read, after),
            answer,
        };
        Some((load, answered))
    }

    fn stream(&self) -> &str {
        match &self.read.scope {
            Scope::Stream { name, .. } => name.as_str(),
            Scope::All { .. } => "",
        }
    }

    fn answer(self, loaded: Loaded) {
        // Whoever asked may have stopped waiting.
        let _ = self.answer.send(loaded);
    }
}

/// Serves loads until nobody can ask any more. Several of these share a queue: one takes what waits, and the next
/// one what comes after that.
pub(super) async fn serve(
    queue: Arc<Mutex<mpsc::Receiver<Load>>>,
    connections: Connections,
    fit: Arc<Fit>,
) {
    let mut loads = Vec::new();
    loop {
        {
            let mut queue = queue.lock().await;
            let Some(first) = queue.recv().await else {
                return;
            };
            let mut left = TOGETHER;
            queue::gather(&mut loads, first, &mut queue, |_| {
                left -= 1;
                left > 0
            });
        }
        loads.retain(|load| !load.answer.is_closed());
        if loads.is_empty() {
            continue;
        }
        match connections.get().await {
            Ok(connection) => {
                together(&connection, &fit, loads.drain(..).map(Some).collect()).await;
            }
            Err(error) => {
                for load in loads.drain(..) {
                    load.answer(Err(again(&error)));
                }
            }
        }
    }
}

/// Answers each of them, as soon as it has its page.
async fn together(connection: &Connection, fit: &Fit, mut loads: Vec<Option<Load>>) {
    let outcome = connection
        .in_time(pin!(pages(connection, fit, &mut loads)))
        .await;
    if let Err(failed) = outcome {
        for load in loads.into_iter().flatten() {
            load.answer(Ok(Err(failed.clone())));
        }
    }
}

async fn pages(
    connection: &Connection,
    fit: &Fit,
    loads: &mut [Option<Load>],
) -> Result<(), Failed> {
    let of_all = || loads.iter().flatten();
    let streams: Vec<&str> = of_all().map(Load::stream).collect();
    let after: Vec<i64> = of_all().map(|load| load.after).collect();
    let ids = of_all().map(|load| load.read.find.map(EventId::get));
    let ids: Vec<Option<Uuid>> = ids.collect();
    let most = of_all().map(|load| fit.of(&load.read)).max().unwrap_or(1);
    let values: [&(dyn ToSql + Sync); 4] = [&streams, &after, &ids, &limit(most)];
    let rows = connection.rows(&connection.sql.loads, &values).await?;
    let mut rows = pin!(rows);
    let (mut stream, mut filling): (Option<usize>, Option<StreamPage>) = (None, None);
    while let Some(row) = rows.as_mut().try_next().await.map_err(Failed::of)? {
        if let Some([first, last, found, number]) = place(&row).map_err(Failed::damaged)? {
            if let (Some(number), Some(page)) = (stream, filling.take()) {
                answer(loads, number, Ok(page.end(fit)));
            }
            let number = usize::try_from(number - 1).unwrap_or(usize::MAX);
            stream = Some(number);
            if let Some(load) = loads.get(number).and_then(Option::as_ref) {
                match StreamPage::begun(&load.read, most, [first, last, found]) {
                    Ok(page) => filling = Some(page),
                    Err(failed) => answer(loads, number, Err(failed)),
                }
            }
            continue;
        }
        let number = stream.ok_or_else(before_its_stream)?;
        let load = loads.get(number).and_then(Option::as_ref);
        // One that is full, or damaged, has its answer already.
        let (Some(page), Some(load)) = (&mut filling, load) else {
            continue;
        };
        match page.add(&load.read, &row) {
            Ok(true) => {}
            Ok(false) => {
                if let Some(page) = filling.take() {
                    answer(loads, number, Ok(page.end(fit)));
                }
            }
            Err(failed) => {
                filling = None;
                answer(loads, number, Err(failed));
            }
        }
    }
    if let (Some(number), Some(page)) = (stream, filling) {
        answer(loads, number, Ok(page.end(fit)));
    }
    // Nothing was said of streams that are not there.
    for load in loads.iter_mut().filter_map(Option::take) {
        let page = PageBuilder::new(Read::clone(&load.read)).end(None);
        load.answer(Ok(Ok(page)));
    }
    Ok(())
}

fn answer(loads: &mut [Option<Load>], number: usize, page: Result<Page, Failed>) {
    if let Some(load) = loads.get_mut(number).and_then(Option::take) {
        load.answer(Ok(page));
    }
}
