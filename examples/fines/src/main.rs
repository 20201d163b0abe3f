//! Imports road traffic fines, sums them up, and tells the story of each.

mod place;

use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{fs, io};

use anyhow::{Context, Result, bail};
use clap::{Args, Parser, Subcommand};
use factum::Store;
use fines::domain::{Day, FineId};
use fines::import::import;
use fines::log::{export, restore};
use fines::rows::Rows;
use fines::show::show;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use place::Place;

/// What to do where a row is the problem, and not the store.
const STOPPED: &str =
    "stopped at the first problem; --keep-going tries every row and lists all problems";

/// Road traffic fines, event by event.
#[derive(Parser)]
#[command(version, about)]
struct Program {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Carry out each row of a CSV file as a command; rows that were carried out before change nothing.
    Import {
        /// The file, whose header names the columns.
        file: PathBuf,
        #[command(flatten)]
        place: Place,
        /// Try every row and list all problems, instead of stopping at the first.
        #[arg(long)]
        keep_going: bool,
    },
    /// Say what the fines come to.
    Summary {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        view: View,
    },
    /// Print the log: each event as it is stored, a line of JSON.
    Export {
        #[command(flatten)]
        place: Place,
    },
    /// Store the events of an export, under the ids that they have; what is there already is left as it is.
    Restore {
        /// What `export` printed.
        file: PathBuf,
        #[command(flatten)]
        place: Place,
    },
    /// Tell what has happened to one fine, and where that leaves it.
    Show {
        /// The fine, such as A10004.
        id: FineId,
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        view: View,
    },
}

#[derive(Args)]
struct View {
    /// Only what had happened by the end of this day (UTC).
    #[arg(long, value_name = "YYYY-MM-DD")]
    as_of: Option<Day>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the runtime cannot start")
        .and_then(|runtime| runtime.block_on(run(Program::parse().command)));
    outcome.unwrap_or_else(|error| {
        eprintln!("error: {}", told(&error));
        ExitCode::FAILURE
    })
}

/// The error and its causes, without those that it has said already: some errors hold their cause in their text.
fn told(error: &anyhow::Error) -> String {
    let mut told = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !told.contains(&cause) {
            told = format!("{told}: {cause}");
        }
    }
    told
}

async fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Import {
            file,
            place,
            keep_going,
        } => run_import(&file, &place, keep_going).await,
        Command::Summary { place, view } => {
            let store = place.existing().await?;
            let mut figures = place.figures()?;
            if figures.catch_up(store).await?.rebuilt {
                eprintln!("the figures were ahead of the store and have been made again");
            }
            print(&figures.summary(view.as_of)?, view.json)
        }
        Command::Export { place } => {
            let store = place.existing().await?;
            export(&store, BufWriter::new(io::stdout().lock())).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Restore { file, place } => {
            let unread = || format!("{} cannot be read", file.display());
            let lines = BufReader::new(fs::File::open(&file).with_context(unread)?);
            let restored = restore(&place.open().await?, lines).await;
            let events =
                restored.with_context(|| format!("{} is restored in part", file.display()))?;
            writeln!(io::stdout(), "{events} events are stored")?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Show { id, place, view } => {
            let store = place.existing().await?;
            match show(store, &id, view.as_of).await? {
                Some(shown) => print(&shown, view.json),
                None => bail!("there is no fine `{id}` in {place}"),
            }
        }
    }
}

async fn run_import(file: &Path, place: &Place, keep_going: bool) -> Result<ExitCode> {
    let rows = fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
    // Before there is a store: a file of something else shall not leave an empty one.
    if let Err(header) = Rows::new(&rows) {
        eprintln!("{}:{}: {header}", file.display(), header.line);
        return Ok(ExitCode::FAILURE);
    }
    let store = place.open().await?;
    let bar = progress(&rows)?;
    let step = bar.clone();
    let report = import(store.clone(), &rows, keep_going, move || step.inc(1)).await;
    bar.finish_and_clear();
    for problem in &report.problems {
        eprintln!("{}:{}: {}", file.display(), problem.line, problem.cause);
    }
    if !keep_going
        && report
            .problems
            .iter()
            .any(|problem| !problem.cause.is_fatal())
    {
        eprintln!("{STOPPED}");
    }
    let mut out = io::stdout().lock();
    writeln!(out, "{report}")?;
    if report.stored() > 0 {
        let seconds = report.elapsed.as_secs_f64();
        writeln!(out, "{seconds:.2} s, {}", report.speed())?;
        writeln!(out, "what is stored {}", store.durability())?;
    }
    Ok(if report.problems.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// A bar over the lines behind the header; it shows itself on a terminal only.
fn progress(file: &[u8]) -> Result<ProgressBar> {
    let lines = file.split(|byte| *byte == b'\n').count();
    let bar = ProgressBar::new(u64::try_from(lines.saturating_sub(2))?);
    bar.set_style(ProgressStyle::with_template(
        "{bar:40} {pos}/{len} rows, {per_sec}, {eta} left",
    )?);
    Ok(bar)
}

fn print<T: Serialize + std::fmt::Display>(answer: &T, json: bool) -> Result<ExitCode> {
    let mut out = io::stdout().lock();
    if json {
        serde_json::to_writer(&mut out, answer)?;
        writeln!(out)?;
    } else {
        write!(out, "{answer}")?;
    }
    Ok(ExitCode::SUCCESS)
}
