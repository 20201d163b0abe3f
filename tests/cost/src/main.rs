//! One kind of work, done a given number of times, for a tool that counts instructions:
//! `factum-cost fold-generated 2`.
//!
//! What stands between two runs of which one does it once more is that work alone. Whatever it is, its
//! results are compared with those of its twin, before.

mod by_hand;
mod domain;
mod history;
mod machine;
mod rules;
mod versions;

use std::error::Error;
use std::hint::black_box;

use factum::{Aggregate, DecodeError, Decoded, EventSet, Json};

use self::by_hand::ByHand;
use self::domain::{Account, AccountEvent};
use self::history::{Dice, EVENTS, Row, TIMES, events, row};
use self::machine::Job;
use self::rules::{Answered, AnsweredV1, Filed, FiledV1, LetterEvent, Sent, SentV3};
use self::versions::{Called, CalledV1, CustomerEvent, Moved, MovedV1, Wrote, WroteV1};

type Failure = Box<dyn Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [work, rounds] = arguments.as_slice() else {
        return Err("usage: factum-cost WORK ROUNDS".into());
    };
    let rounds: u64 = rounds.parse()?;
    match work.as_str() {
        "fold-generated" | "fold-by-hand" => fold(work, rounds),
        "machine-generated" | "machine-by-hand" => machine(work, rounds),
        "decode-generated" | "decode-by-hand" => decode(work, rounds),
        "moved-old" | "moved-new" => {
            versions::<CustomerEvent, _, _>(work, rounds, Moved::invent, MovedV1::from)
        }
        "wrote-old" | "wrote-new" => {
            versions::<CustomerEvent, _, _>(work, rounds, Wrote::invent, WroteV1::from)
        }
        "called-old" | "called-new" => {
            versions::<CustomerEvent, _, _>(work, rounds, Called::invent, CalledV1::from)
        }
        "sent-old" | "sent-new" => {
            versions::<LetterEvent, _, _>(work, rounds, Sent::invent, SentV3::from)
        }
        "filed-old" | "filed-new" => {
            versions::<LetterEvent, _, _>(work, rounds, Filed::invent, FiledV1::from)
        }
        "answered-old" | "answered-new" => {
            versions::<LetterEvent, _, _>(work, rounds, Answered::invent, AnsweredV1::from)
        }
        other => Err(format!("there is no work `{other}`").into()),
    }
}

fn fold(work: &str, rounds: u64) -> Result<(), Failure> {
    let generated = events();
    let by_hand: Vec<ByHand> = generated.iter().cloned().map(ByHand::from).collect();
    same(
        &fold_generated::<Account>(&generated)?,
        &fold_by_hand(&by_hand),
    )?;
    for _ in 0..rounds * TIMES {
        match work {
            "fold-generated" => drop(black_box(fold_generated::<Account>(black_box(&generated))?)),
            _ => drop(black_box(fold_by_hand(black_box(&by_hand)))),
        }
    }
    Ok(())
}

#[inline(never)]
fn fold_generated<A: Aggregate>(events: &[A::Event]) -> Result<A, factum::Illegal> {
    let mut state = A::default();
    for event in events {
        state.fold(event)?;
    }
    Ok(state)
}

#[inline(never)]
fn fold_by_hand(events: &[ByHand]) -> Account {
    let mut account = Account::default();
    for event in events {
        by_hand::fold(&mut account, event);
    }
    account
}

fn machine(work: &str, rounds: u64) -> Result<(), Failure> {
    let generated = machine::events()?;
    let by_hand: Vec<_> = generated
        .iter()
        .cloned()
        .map(machine::ByHand::from)
        .collect();
    same(
        &fold_generated::<Job>(&generated)?,
        &machine_by_hand(&by_hand)?,
    )?;
    for _ in 0..rounds * TIMES {
        match work {
            "machine-generated" => drop(black_box(fold_generated::<Job>(black_box(&generated))?)),
            _ => drop(black_box(machine_by_hand(black_box(&by_hand))?)),
        }
    }
    Ok(())
}

#[inline(never)]
fn machine_by_hand(events: &[machine::ByHand]) -> Result<Job, factum::Illegal> {
    let mut job = Job::default();
    for event in events {
        machine::fold(&mut job, event)?;
    }
    Ok(job)
}

fn decode(work: &str, rounds: u64) -> Result<(), Failure> {
    let rows = events().iter().map(row).collect::<Result<Vec<_>, _>>()?;
    for row in &rows {
        let generated = one(read::<AccountEvent>(row)?)?;
        same(
            &ByHand::from(generated),
            &by_hand::decode(row.name, &row.payload)?,
        )?;
    }
    for _ in 0..rounds * TIMES {
        match work {
            "decode-generated" => decode_generated::<AccountEvent>(black_box(&rows))?,
            _ => decode_by_hand(black_box(&rows))?,
        }
    }
    Ok(())
}

#[inline(never)]
fn decode_generated<E: EventSet>(rows: &[Row]) -> Result<(), Failure> {
    for row in rows {
        black_box(&one(read::<E>(row)?)?);
    }
    Ok(())
}

#[inline(never)]
fn decode_by_hand(rows: &[Row]) -> Result<(), Failure> {
    for row in rows {
        black_box(&by_hand::decode(row.name, &row.payload)?);
    }
    Ok(())
}

/// The oldest version of an event, or the current one: which of them the name of the work ends in.
fn versions<Set: EventSet, E: Clone + Into<Set>, Old: serde::Serialize>(
    work: &str,
    rounds: u64,
    invent: impl Fn(&mut Dice) -> E,
    former: impl Fn(E) -> Old,
) -> Result<(), Failure> {
    let mut dice = Dice(7);
    let mut rows = Vec::new();
    for _ in 0..EVENTS {
        let event = invent(&mut dice);
        let current: Set = event.clone().into();
        let oldest = current.info().oldest;
        let current = row(&current)?;
        let old = Row {
            name: current.name,
            version: oldest,
            payload: serde_json::to_vec(&former(event))?,
        };
        same(&read::<Set>(&old)?, &read(&current)?)?;
        rows.push(if work.ends_with("old") { old } else { current });
    }
    for _ in 0..rounds * TIMES {
        decode_generated::<Set>(black_box(&rows))?;
    }
    Ok(())
}

fn read<E: EventSet>(row: &Row) -> Result<Decoded<E>, DecodeError> {
    E::decode(&Json::default(), row.name, row.version, &row.payload)
}

fn one<E>(decoded: Decoded<E>) -> Result<E, Failure> {
    match decoded {
        Decoded::One(event) => Ok(event),
        Decoded::Many(_) => Err("one row is one event here".into()),
    }
}

fn same<T: PartialEq + std::fmt::Debug>(left: &T, right: &T) -> Result<(), Failure> {
    if left == right {
        return Ok(());
    }
    Err(format!("the twins differ: {left:?} and {right:?}").into())
}
