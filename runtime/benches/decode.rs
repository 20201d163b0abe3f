//! The generated decoder beside a `match` by hand.

use factum::{Decoded, EventInfo, EventSet, Json};

use crate::account::{AccountEvent, event};
use crate::ratio::{Bench, Goal, Outcome, Round, Workload};
use crate::raw;

const EVENTS: usize = 100_000;

pub(crate) fn run(bench: &mut Bench) -> Outcome<()> {
    let workload = Workload {
        name: "decode, by the generated `match`",
        unit: "events",
        rounds: 21,
        goal: Goal::Ratio(0.9),
    };
    if !bench.wants(workload.name) {
        return Ok(());
    }
    let stored: Vec<_> = (0..EVENTS).map(written).collect::<Outcome<_>>()?;
    let sum = |decode: fn(&str, u16, &[u8]) -> Outcome<AccountEvent>| {
        let run = || {
            let mut cents = 0;
            for (info, payload) in &stored {
                cents += raw::cents(&decode(info.name, info.version, payload)?);
            }
            Ok(cents)
        };
        let (round, cents) = Round::timed(EVENTS, run)?;
        assert_eq!(cents, crate::account::balance_after(EVENTS));
        Ok(round)
    };
    bench.pair(&workload, || sum(generated), || sum(raw::decode))
}

fn written(number: usize) -> Outcome<(&'static EventInfo, Vec<u8>)> {
    let event = event(number);
    let mut payload = Vec::new();
    event.encode(&Json::default(), &mut payload)?;
    Ok((event.info(), payload))
}

fn generated(name: &str, version: u16, payload: &[u8]) -> Outcome<AccountEvent> {
    match AccountEvent::decode(&Json::default(), name, version, payload)? {
        Decoded::One(event) => Ok(event),
        Decoded::Many(_) => Err("one event was read as several".into()),
    }
}
