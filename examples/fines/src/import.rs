//! Rows become commands: concurrent over fines, in order within one.

mod report;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use factum::{ExecuteError, Repository, Store};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::domain::{Fine, FineId, Rejection};
use crate::rows::{Malformed, Row, Rows};
pub use report::{Cause, Problem, Report};

/// How many commands are carried out at once: the more, the more of them share one wait for the disk.
const TASKS: usize = 256;

/// How many rows wait for each task: neighbours are mostly of one fine, so of one task, and the others shall
/// not run dry meanwhile.
const WAITING: usize = 32;

/// The first line that is no longer carried out.
///
/// Rows are handed out in the order of the file. So a problem that stops the import does not hold up the
/// rows before it, and of several problems the first one in the file is always met.
#[derive(Debug, Clone)]
struct Limit(Arc<AtomicU64>);

impl Limit {
    fn none() -> Self {
        Self(Arc::new(AtomicU64::new(u64::MAX)))
    }

    fn stop_at(&self, line: u64) {
        self.0.fetch_min(line, Ordering::SeqCst);
    }

    fn lets(&self, line: u64) -> bool {
        line < self.0.load(Ordering::SeqCst)
    }
}

/// Carries out the rows of a file, and tells `progress` of each.
///
/// ```
/// use factum::Memory;
/// use fines::{import::import, rows::COLUMNS};
///
/// # #[tokio::main] async fn main() {
/// let file = format!(
///     "{}\nA1,Create Fine,2006-07-24,35.0,,,0.0,157.0,A,NIL,,,0.0,561\nA1,Payment,2006-07-20,,,350.0,35.0,,,,,,,\n",
///     COLUMNS.join(","),
/// );
/// let report = import(Memory::new(), file.as_bytes(), false, || ()).await;
/// assert_eq!((report.recorded, report.problems.len()), (1, 1));
/// assert_eq!(report.problems[0].line, 3);
/// # }
/// ```
///
/// - A row that was carried out before changes nothing and is counted apart.
/// - The first problem stops the import, and it is the first one in the file: all rows before it are carried
///   out. With `keep_going` every row is tried and all problems are reported.
/// - A store that cannot serve stops it either way, since every other row would fail too.
/// - What was accepted stays.
pub async fn import<S: Store + Clone>(
    store: S,
    file: &[u8],
    keep_going: bool,
    progress: impl Fn() + Clone + Send + 'static,
) -> Report {
    let started = Instant::now();
    let limit = Limit::none();
    let mut report = Report::default();
    let mut tasks = JoinSet::new();
    let fines = Repository::<Fine, _>::new(store);
    let queues = (0..TASKS).map(|_| {
        let (queue, rows) = mpsc::channel(WAITING);
        let desk = Desk {
            fines: fines.clone(),
            limit: limit.clone(),
            keep_going,
            report: Report::default(),
        };
        tasks.spawn(desk.carry_out(rows, progress.clone()));
        queue
    });
    let queues = queues.collect::<Vec<_>>();
    let malformed = hand_out(file, &queues, &limit, keep_going).await;
    report
        .problems
        .extend(malformed.into_iter().map(Problem::from));
    drop(queues);
    while let Some(done) = tasks.join_next().await {
        match done {
            Ok(part) => report.add(part),
            Err(error) => report.problems.push(Problem::broken(error)),
        }
    }
    report.finish(started.elapsed(), keep_going)
}

/// Gives each row to the task of its fine, and returns the rows that cannot be read.
async fn hand_out(
    file: &[u8],
    queues: &[mpsc::Sender<Row>],
    limit: &Limit,
    keep_going: bool,
) -> Vec<Malformed> {
    let mut problems = Vec::new();
    let rows = match Rows::new(file) {
        Ok(rows) => rows,
        Err(header) => return vec![header],
    };
    for row in rows {
        match row {
            Ok(row) if limit.lets(row.line) => {
                let queue = &queues[desk_of(&row.command.fine, queues.len())];
                if queue.send(row).await.is_err() {
                    break;
                }
            }
            Err(malformed) if limit.lets(malformed.line) => {
                if !keep_going {
                    limit.stop_at(malformed.line);
                }
                problems.push(malformed);
            }
            Ok(_) | Err(_) => break,
        }
    }
    problems
}

fn desk_of(fine: &FineId, desks: usize) -> usize {
    let mut hasher = DefaultHasher::new();
    fine.hash(&mut hasher);
    let desks = u64::try_from(desks).unwrap_or(u64::MAX).max(1);
    usize::try_from(hasher.finish() % desks).unwrap_or_default()
}

/// One of the tasks: it carries out the rows of its fines, one after the other.
struct Desk<S> {
    fines: Repository<Fine, S>,
    limit: Limit,
    keep_going: bool,
    report: Report,
}

impl<S: Store> Desk<S> {
    async fn carry_out(mut self, mut rows: mpsc::Receiver<Row>, progress: impl Fn()) -> Report {
        while let Some(Row { line, command }) = rows.recv().await {
            if !self.limit.lets(line) {
                continue;
            }
            match self.fines.execute(command).await {
                Ok(done) if done.repeated => self.report.repeated += 1,
                Ok(_) => self.report.recorded += 1,
                Err(error) => self.fail(line, error),
            }
            progress();
        }
        self.report
    }

    fn fail(&mut self, line: u64, error: ExecuteError<Rejection>) {
        match error {
            ExecuteError::Rejected(_) | ExecuteError::Refused(_) if self.keep_going => {}
            ExecuteError::Rejected(_) | ExecuteError::Refused(_) => self.limit.stop_at(line),
            _ => self.limit.stop_at(0),
        }
        let cause = Cause::NotCarriedOut(Box::new(error));
        self.report.problems.push(Problem { line, cause });
    }
}
