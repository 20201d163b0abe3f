//! A file in which every change is behind a switch.

use std::ops::Range;

use crate::site::{Binary, Kind, Site, What};

/// The sources of a file, and where in them its changes have come to stand.
#[derive(Debug, Default)]
pub(crate) struct Switched {
    pub(crate) source: String,
    /// Outer places before inner ones.
    places: Vec<(Range<usize>, Vec<u32>)>,
}

impl Switched {
    pub(crate) fn of(source: &str, sites: &[Site]) -> Self {
        let mut switched = Self::default();
        switched.range(source, sites, 0..source.len());
        switched
    }

    /// The same of the crate's root, which has the switch itself, for so many changes.
    pub(crate) fn with_switch(source: &str, sites: &[Site], count: usize) -> Self {
        let mut switched = Self::default();
        switched.say(BEGINNING);
        switched.range(source, sites, 0..source.len());
        switched.say(&ending(count));
        switched
    }

    /// The changes at the innermost place around these bytes.
    pub(crate) fn at(&self, bytes: &Range<usize>) -> Option<&[u32]> {
        let around = self
            .places
            .iter()
            .filter(|(place, _)| place.start <= bytes.start && bytes.end <= place.end);
        let innermost = around.min_by_key(|(place, _)| place.len());
        innermost.map(|(_, numbers)| &**numbers)
    }

    /// All changes that found their place.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = u32> {
        self.places
            .iter()
            .flat_map(|(_, numbers)| numbers.iter().copied())
    }

    /// All that lies in the range.
    fn range(&mut self, source: &str, sites: &[Site], range: Range<usize>) {
        let mut at = range.start;
        let mut left = sites;
        while let Some((site, rest)) = left.split_first() {
            left = rest;
            if site.at.start < at || site.at.end > range.end {
                continue;
            }
            if site.at.start >= range.end {
                break;
            }
            self.source.push_str(&source[at..site.at.start]);
            self.site(source, site, rest);
            at = site.at.end;
        }
        self.source.push_str(&source[at..range.end]);
    }

    fn site(&mut self, source: &str, site: &Site, inner: &[Site]) {
        let start = self.source.len();
        let mut numbers = Vec::new();
        match &site.what {
            What::Body(instead) => {
                for (number, text) in instead {
                    let place = self.source.len();
                    self.say(&format!("if {} {{ return {text}; }} ", is(*number)));
                    self.places.push((place..self.source.len(), vec![*number]));
                }
            }
            What::Equal(both, number) => {
                numbers.push(*number);
                self.say(&format!("({} != (", is(*number)));
                self.range(source, inner, both.clone());
                self.say("))");
            }
            What::Binary(binary) => {
                numbers.extend(binary.instead.iter().map(|(number, _)| *number));
                self.binary(source, binary, inner);
            }
            What::Logic {
                left,
                right,
                is_and,
                number,
            } => {
                numbers.push(*number);
                self.say("({ let __x = (");
                self.range(source, inner, left.clone());
                let sign = if *is_and { "!=" } else { "==" };
                self.say(&format!("); if __x {sign} {} {{ ", is(*number)));
                self.range(source, inner, right.clone());
                self.say(" } else { __x } })");
            }
            What::Unary {
                operator,
                operand,
                number,
            } => {
                numbers.push(*number);
                self.say("({ let __x = (");
                self.range(source, inner, operand.clone());
                self.say(&format!(
                    "); if {} {{ __x }} else {{ {operator}__x }} }})",
                    is(*number)
                ));
            }
            What::Guard {
                guard,
                never,
                always,
            } => {
                numbers.extend(never.iter().chain(always));
                self.say(" if true");
                for never in never {
                    self.say(&format!(" && !{}", is(*never)));
                }
                if let Some(guard) = guard {
                    self.say(" && (");
                    for always in always {
                        self.say(&format!("{} || ", is(*always)));
                    }
                    self.say("(");
                    self.range(source, inner, guard.clone());
                    self.say("))");
                }
            }
            What::Match(arms) => {
                numbers.extend(arms);
                self.range(source, inner, site.at.clone());
            }
            What::Fields(gone) => {
                self.say("(");
                for (number, field) in gone {
                    self.say(&format!("if {} {{ ", is(*number)));
                    let place = self.source.len();
                    self.range(source, inner, site.at.start..field.start);
                    self.range(source, inner, field.end..site.at.end);
                    self.places.push((place..self.source.len(), vec![*number]));
                    self.say(" } else ");
                    numbers.push(*number);
                }
                self.say("{ ");
                self.range(source, inner, site.at.clone());
                self.say(" })");
            }
        }
        self.places.push((start..self.source.len(), numbers));
    }

    /// The right operand comes first where it is assigned, as it does to numbers.
    fn binary(&mut self, source: &str, binary: &Binary, inner: &[Site]) {
        if binary.kind == Kind::Assigning {
            self.say("{ let __y = (");
            self.range(source, inner, binary.right.clone());
            self.say("); ");
            self.either(binary, |of| of.range(source, inner, binary.left.clone()));
            return self.say(" }");
        }
        let reference = match binary.kind {
            Kind::Comparing => "&",
            _ => "",
        };
        self.say(&format!("(match ({reference}("));
        self.range(source, inner, binary.left.clone());
        self.say(&format!("), {reference}("));
        self.range(source, inner, binary.right.clone());
        self.say(")) { (__x, __y) => { ");
        self.either(binary, |of| of.say("__x"));
        self.say(" } })");
    }

    /// The operator, or what is there instead, behind what is on its left.
    fn either(&mut self, binary: &Binary, left: impl Fn(&mut Self)) {
        for (number, operator) in &binary.instead {
            self.say(&format!("if {} ", is(*number)));
            let place = self.source.len();
            self.say("{ ");
            left(self);
            self.say(&format!(" {operator} __y }}"));
            self.places.push((place..self.source.len(), vec![*number]));
            self.say(" else ");
        }
        self.say("{ ");
        left(self);
        self.say(&format!(" {} __y }}", binary.operator));
    }

    fn say(&mut self, text: &str) {
        self.source.push_str(text);
    }
}

/// Asks whether a change is the one to be tried.
fn is(number: u32) -> String {
    format!("crate::__mutant({number})")
}

/// What the sources begin with: a function that constants may call asks for a change as well, if no constant calls it.
const BEGINNING: &str = "#![feature(core_intrinsics, const_eval_select)]\n";

/// What they end with: which change is tried, and a file for those that were come by.
fn ending(count: usize) -> String {
    format!(
        r#"
#[doc(hidden)]
pub const fn __mutant(number: u32) -> bool {{
    const fn none(_: u32) -> bool {{ false }}
    core::intrinsics::const_eval_select((number,), none, __is_tried)
}}

fn __is_tried(number: u32) -> bool {{
    use std::io::Write;
    use std::sync::LazyLock;
    use std::sync::atomic::{{AtomicBool, Ordering}};
    static TRIED: LazyLock<u32> = LazyLock::new(|| {{
        std::env::var("FACTUM_MUTANT").ok().and_then(|it| it.parse().ok()).unwrap_or(0)
    }});
    static PASSED: LazyLock<Option<std::fs::File>> = LazyLock::new(|| {{
        let file = std::env::var_os("FACTUM_MUTANTS_PASSED")?;
        std::fs::OpenOptions::new().create(true).append(true).open(file).ok()
    }});
    static SEEN: [AtomicBool; {}] = [const {{ AtomicBool::new(false) }}; {}];
    if let Some(mut file) = PASSED.as_ref()
        && !SEEN[number as usize].swap(true, Ordering::Relaxed)
    {{
        let _ = file.write_all(&number.to_le_bytes());
    }}
    *TRIED == number
}}
"#,
        count + 1,
        count + 1
    )
}

#[cfg(test)]
mod tests;
