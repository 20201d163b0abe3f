//! Which lists are sets: what comes out in another order when the same is read again.

use serde_json::Value;

use super::super::event::unordered;
use super::Meaning;

/// As often as makes it certain that a set of two items comes out in both orders.
const AGAIN: usize = 32;

/// What a stored event is read as, again and again.
pub(in crate::testing::contract) struct Readings {
    now: Vec<Meaning>,
    again: Vec<Vec<Meaning>>,
}

impl Readings {
    /// Reads once, and again as long as nothing goes wrong.
    pub(in crate::testing::contract) fn of<E>(
        read: impl Fn() -> Result<Vec<Meaning>, E>,
    ) -> Result<Self, E> {
        let now = read()?;
        let again = (0..AGAIN).map_while(|_| read().ok()).collect();
        Ok(Self { now, again })
    }

    pub(in crate::testing::contract) fn now(&self) -> &[Meaning] {
        &self.now
    }

    /// These, with the items of each set in one order.
    pub(in crate::testing::contract) fn settled(&self, meanings: &[Meaning]) -> Vec<Meaning> {
        let settled = |(at, meaning): (usize, &Meaning)| {
            let readings = std::iter::once(&self.now).chain(&self.again);
            let readings = readings.filter_map(|reading| Some(&reading.get(at)?.payload));
            Meaning {
                payload: settled(&meaning.payload, &readings.collect::<Vec<_>>()),
                ..meaning.clone()
            }
        };
        meanings.iter().enumerate().map(settled).collect()
    }
}

fn settled(value: &Value, readings: &[&Value]) -> Value {
    match value {
        Value::Array(_) if is_set(readings) => unordered(value.clone()),
        Value::Array(items) => {
            let items = items.iter().enumerate();
            let part =
                |at| -> Vec<&Value> { readings.iter().filter_map(|it| it.get(at)).collect() };
            items.map(|(at, item)| settled(item, &part(at))).collect()
        }
        Value::Object(entries) => {
            let part = |name: &str| -> Vec<&Value> {
                readings.iter().filter_map(|it| it.get(name)).collect()
            };
            let entries = entries.iter();
            entries
                .map(|(name, value)| (name.clone(), settled(value, &part(name))))
                .collect()
        }
        value => value.clone(),
    }
}

/// Whether an item stands at another place in one of them, and not a set in another order at its own.
fn is_set(readings: &[&Value]) -> bool {
    let items = |value: &Value| match value {
        Value::Array(items) => items.iter().cloned().map(unordered).collect(),
        _ => Vec::new(),
    };
    let mut readings = readings.iter().map(|reading| items(reading));
    let first = readings.next();
    readings.any(|other| Some(other) != first)
}
