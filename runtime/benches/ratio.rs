//! Rounds of a workload and of its twin in turns, and the table of their ratios.

use std::error::Error;
use std::fmt;
use std::time::{Duration, Instant};

use criterion::{Criterion, SamplingMode, Throughput};

use crate::files;

pub(crate) type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// What is compared, and what it should come to.
pub(crate) struct Workload {
    /// Its row's name, such as `W2 rehydrate, 1 × 10,000`.
    pub(crate) name: &'static str,
    /// What is counted, such as `events`.
    pub(crate) unit: &'static str,
    /// How often the twins take turns.
    pub(crate) rounds: usize,
    pub(crate) goal: Goal,
}

/// What a workload should come to.
#[derive(Clone, Copy)]
pub(crate) enum Goal {
    /// This part of the twin's rate.
    Ratio(f64),
    /// So many in a second, whatever a twin does.
    Rate(f64),
    /// Shown beside one that has a goal.
    None,
}

/// What one round did, once its result was checked.
#[derive(Clone, Copy)]
pub(crate) struct Round {
    operations: usize,
    took: Duration,
}

impl Round {
    /// A round that was timed elsewhere.
    pub(crate) fn new(operations: usize, took: Duration) -> Self {
        Self { operations, took }
    }

    /// Runs a round of so many operations, and gives what it made, which is to be checked.
    pub(crate) fn timed<T>(
        operations: usize,
        run: impl FnOnce() -> Outcome<T>,
    ) -> Outcome<(Self, T)> {
        let started = Instant::now();
        let made = run()?;
        Ok((Self::new(operations, started.elapsed()), made))
    }

    fn rate(self) -> f64 {
        float(self.operations) / self.took.as_secs_f64()
    }
}

/// How workloads are run.
pub(crate) struct Bench {
    mode: Mode,
    /// Only workloads whose names hold all of these.
    filter: Vec<String>,
    missed: usize,
}

enum Mode {
    /// Rounds in turns, one row of the table for each workload.
    Table,
    /// One side alone, for a profiler.
    Alone { raw: bool },
    /// Criterion's measurement, each side for itself.
    Measure(Box<Criterion>),
}

impl Bench {
    pub(crate) fn from_args(args: impl Iterator<Item = String>) -> Outcome<Self> {
        let measure = || {
            Criterion::default()
                .sample_size(10)
                .warm_up_time(Duration::from_millis(500))
                .measurement_time(Duration::from_secs(2))
        };
        let mut mode = None;
        let mut filter = Vec::new();
        for arg in args {
            match arg.as_str() {
                // Cargo says so to every bench.
                "--bench" => {}
                "--table" => mode = Some(Mode::Table),
                "--ours" => mode = Some(Mode::Alone { raw: false }),
                "--raw" => mode = Some(Mode::Alone { raw: true }),
                option if option.starts_with('-') => {
                    return Err(
                        format!("`{option}` is none of `--table`, `--ours`, `--raw`").into(),
                    );
                }
                _ => filter.push(arg),
            }
        }
        let mode = mode.unwrap_or_else(|| Mode::Measure(Box::new(measure())));
        Ok(Self {
            mode,
            filter,
            missed: 0,
        })
    }

    /// Says under which conditions it runs.
    pub(crate) fn start(&self) -> Outcome<()> {
        if let Mode::Table = self.mode {
            println!("{}\n", files::conditions()?);
            println!("| workload | Factum | raw | ratio (middle half) | goal | met |");
            println!("| --- | --- | --- | --- | --- | --- |");
        }
        Ok(())
    }

    /// Says how many goals were missed.
    pub(crate) fn finish(self) -> Outcome<()> {
        match self.mode {
            Mode::Table => println!("\n{}; goals missed: {}", files::conditions()?, self.missed),
            Mode::Alone { .. } => {}
            Mode::Measure(criterion) => criterion.final_summary(),
        }
        Ok(())
    }

    /// Whether any workload of this group is wanted; asked before data for it is made.
    pub(crate) fn wants(&self, name: &str) -> bool {
        self.filter.iter().all(|part| name.contains(part))
    }

    /// Whether any of several is wanted.
    pub(crate) fn wants_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.wants(name))
    }

    /// Runs a workload and its twin.
    pub(crate) fn pair(
        &mut self,
        workload: &Workload,
        mut ours: impl FnMut() -> Outcome<Round>,
        mut raw: impl FnMut() -> Outcome<Round>,
    ) -> Outcome<()> {
        if !self.wants(workload.name) {
            return Ok(());
        }
        match &mut self.mode {
            Mode::Table => {
                let row = Row::measured(workload, &mut ours, &mut raw)?;
                println!("{row}");
                self.missed += usize::from(!row.met());
            }
            Mode::Alone { raw: false } => alone(workload, &mut ours)?,
            Mode::Alone { raw: true } => alone(workload, &mut raw)?,
            Mode::Measure(criterion) => {
                measure(criterion, workload, "Factum", &mut ours);
                measure(criterion, workload, "raw", &mut raw);
            }
        }
        Ok(())
    }
}

fn alone(workload: &Workload, side: &mut dyn FnMut() -> Outcome<Round>) -> Outcome<()> {
    // Long enough that what is made before weighs little in a profile.
    let started = Instant::now();
    let mut rates = Vec::new();
    while started.elapsed() < Duration::from_secs(3) {
        rates.push(side()?.rate());
    }
    let [low, middle, high] = quartiles(rates).map(|rate| shown(rate, workload.unit));
    println!("{}: {middle} ({low} to {high})", workload.name);
    Ok(())
}

fn measure(
    criterion: &mut Criterion,
    workload: &Workload,
    side: &str,
    run: &mut dyn FnMut() -> Outcome<Round>,
) {
    let mut round = || {
        run().unwrap_or_else(|error| {
            eprintln!("{}: {error}", workload.name);
            std::process::exit(1)
        })
    };
    let operations = round().operations;
    let mut group = criterion.benchmark_group(workload.name);
    group.sampling_mode(SamplingMode::Flat);
    group.throughput(Throughput::Elements(operations as u64));
    group.bench_function(side, |bencher| {
        bencher.iter_custom(|rounds| (0..rounds).map(|_| round().took).sum());
    });
    group.finish();
}

/// A row of the table.
struct Row<'a> {
    workload: &'a Workload,
    ours: f64,
    raw: f64,
    /// The quartiles of the rounds' ratios.
    ratio: [f64; 3],
}

impl<'a> Row<'a> {
    /// Twins take turns, so that what the machine does beside falls on both; who starts changes too.
    fn measured(
        workload: &'a Workload,
        ours: &mut dyn FnMut() -> Outcome<Round>,
        raw: &mut dyn FnMut() -> Outcome<Round>,
    ) -> Outcome<Self> {
        let (mut own, mut twin) = (Vec::new(), Vec::new());
        // The first round warms up.
        for round in 0..=workload.rounds {
            let (a, b) = if round % 2 == 0 {
                let a = ours()?;
                (a, raw()?)
            } else {
                let b = raw()?;
                (ours()?, b)
            };
            if round > 0 {
                own.push(a.rate());
                twin.push(b.rate());
            }
        }
        let ratios = own.iter().zip(&twin).map(|(own, twin)| own / twin);
        Ok(Self {
            workload,
            ratio: quartiles(ratios.collect()),
            ours: quartiles(own)[1],
            raw: quartiles(twin)[1],
        })
    }

    fn met(&self) -> bool {
        match self.workload.goal {
            Goal::Ratio(goal) => self.ratio[1] >= goal,
            Goal::Rate(goal) => self.ours >= goal,
            Goal::None => true,
        }
    }
}

impl fmt::Display for Row<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Workload {
            name, unit, goal, ..
        } = self.workload;
        let (ours, raw) = (shown(self.ours, unit), shown(self.raw, unit));
        let [low, middle, high] = self.ratio;
        write!(
            f,
            "| {name} | {ours} | {raw} | **{middle:.2}** ({low:.2} to {high:.2}) |"
        )?;
        match goal {
            Goal::Ratio(goal) => write!(f, " {goal:.2} |")?,
            Goal::Rate(goal) => write!(f, " {} |", shown(*goal, unit))?,
            Goal::None => f.write_str(" |")?,
        }
        f.write_str(match goal {
            Goal::None => " |",
            _ if self.met() => " yes |",
            Goal::Rate(goal) if self.raw < *goal => " no, nor does the twin |",
            _ => " **no** |",
        })
    }
}

/// The first quartile, the median and the third quartile; zeros of nothing.
fn quartiles(mut values: Vec<f64>) -> [f64; 3] {
    values.sort_by(f64::total_cmp);
    let at = |quarter: usize| {
        let last = values.len().saturating_sub(1) * quarter;
        let (low, rest) = (last / 4, last % 4);
        let value = |at: usize| values.get(at).copied().unwrap_or_default();
        value(low) + (value(low + usize::from(rest > 0)) - value(low)) * float(rest) / 4.0
    };
    [at(1), at(2), at(3)]
}

/// A rate with three digits.
pub(crate) fn shown(rate: f64, unit: &str) -> String {
    let (number, scale) = match rate {
        1e6.. => (rate / 1e6, " M"),
        1e3.. => (rate / 1e3, " k"),
        _ => (rate, ""),
    };
    let digits = match number {
        100.0.. => 0,
        10.0.. => 1,
        _ => 2,
    };
    format!("{number:.digits$}{scale} {unit}/s")
}

/// As a float, which has room for all counts here.
pub(crate) fn float(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}
