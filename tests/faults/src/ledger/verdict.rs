//! What must not be, and what was found of it.

use std::fmt;

/// Counts what went wrong by what it is, each with what shows it.
#[derive(Debug)]
pub struct Verdict(Vec<(&'static str, Vec<String>)>);

impl Verdict {
    /// Nothing found yet of what must not be.
    pub fn on<const N: usize>(charges: [&'static str; N]) -> Self {
        Self(charges.map(|charge| (charge, Vec::new())).into())
    }

    /// Something was found; `shown` says what and where.
    pub fn found(&mut self, charge: &'static str, shown: impl fmt::Display) {
        let entry = self.0.iter_mut().find(|(known, _)| *known == charge);
        let (_, found) = entry.unwrap_or_else(|| panic!("nobody looks for `{charge}`"));
        found.push(shown.to_string());
    }

    /// Fails if anything was found, and says what there is none of.
    #[track_caller]
    pub fn clean(&self) -> String {
        let examples = self.0.iter().filter_map(|(_, found)| found.first());
        let examples: Vec<&str> = examples.map(String::as_str).collect();
        assert!(
            examples.is_empty(),
            "{self}; such as:\n{}",
            examples.join("\n")
        );
        self.to_string()
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (charge, found)) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{} {charge}", found.len())?;
        }
        Ok(())
    }
}
