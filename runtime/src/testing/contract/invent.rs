//! What is said where nothing could be invented.

use crate::event::EventInfo;
use crate::probe::Uninvented;

/// What should have been invented.
#[derive(Clone, Copy)]
pub(super) enum Subject<'a> {
    Event(&'a EventInfo),
    Retired(&'a EventInfo),
    Version(&'a EventInfo, u16),
    Command(&'a str),
}

impl Uninvented {
    pub(super) fn of(&self, subject: Subject<'_>) -> String {
        let (what, help) = match subject {
            Subject::Event(info) | Subject::Retired(info) => (
                format!("`{}`", info.name),
                format!(
                    "\nhelp: give one in the attribute of the event: `sample = {}`",
                    self.example(info)
                ),
            ),
            Subject::Version(info, version) => (
                format!("a payload of version {version} of `{}`", info.name),
                format!(
                    "\nhelp: give one in the attribute of the event: `stored({version} = {})`",
                    quoted(&self.payload())
                ),
            ),
            Subject::Command(name) => (
                format!("the command `{name}`"),
                "\nnote: histories can be made without it, if `commands(..)` leaves it out"
                    .to_owned(),
            ),
        };
        let reason = once(&self.reason);
        let why = match (self.step, self.path.as_str()) {
            (Some(from), _) => format!(
                "the step from version {from} takes none: {reason}\n  the last one: {}",
                self.json
            ),
            (None, "") => format!("its type takes none: {reason}"),
            (None, path) => format!("its field `{path}` takes none: {reason}"),
        };
        format!("cannot invent {what}: {why}{help}")
    }

    /// What a step refused is whole; else it is one with each field to fill in.
    fn payload(&self) -> String {
        if self.step.is_some() {
            return self.json.clone();
        }
        let fields = self.fields.iter().map(|field| format!("\"{field}\":null"));
        format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
    }

    /// With each field to fill in; their Rust names, unless serde has others for them.
    fn example(&self, info: &EventInfo) -> String {
        let fields = self.fields.iter().map(|field| format!("{field}: todo!()"));
        let fields: Vec<String> = fields.collect();
        match fields.as_slice() {
            [] => format!("{}(todo!())", info.rust),
            fields => format!("{} {{ {} }}", info.rust, fields.join(", ")),
        }
    }
}

/// One line of it: a report has lines of its own.
pub(super) fn once(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

/// A text as a raw string literal, with as many `#` as it needs.
pub(super) fn quoted(text: &str) -> String {
    let mut marks = "#".to_owned();
    while text.contains(&format!("\"{marks}")) {
        marks.push('#');
    }
    format!("r{marks}\"{text}\"{marks}")
}
