//! What to write so that a changed event still reads what was stored: field rules, or a step with the old shape.

mod names;
mod rust;

use std::fmt::Write;

use self::names::Names;
use super::judge::{Fault, Verdict};
use super::kind;
use super::shape::Shape;
use crate::event::EventInfo;

/// One event whose shape is no longer the one that was written.
pub(crate) struct Changed<'a> {
    pub(crate) info: &'a EventInfo,
    /// The shape that its version was written in.
    pub(crate) before: &'a Shape,
    pub(crate) now: &'a Shape,
}

impl Changed<'_> {
    /// The lines that make the change a legal one.
    pub(crate) fn lines(&self, verdict: &Verdict) -> String {
        let Some(rules) = self.rules(verdict) else {
            let fields = self.is_plain().then_some(self.now);
            return format!(
                "raise the version, and keep the shape that was stored:\n\n{}",
                self.step(fields)
            );
        };
        // A shape does not tell what the source says to serde.
        let refused = if rules.event.is_empty() {
            "with `#[serde(flatten)]` in it, the event takes no such rules"
        } else {
            "with `#[serde(flatten)]` in it, or that field under `#[serde(skip)]`, the event takes no such rules"
        };
        format!(
            "raise the version, and say what changed:\n\n    #[event(.., version = {}{})]{}\n\n\
             {refused}; then keep the shape that was stored:\n\n{}",
            self.next(),
            rules.event,
            rules.fields,
            self.step(None)
        )
    }

    fn next(&self) -> u32 {
        u32::from(self.info.version) + 1
    }

    /// The old shape, and the step from there, into these fields if they are all that the event has.
    fn step(&self, fields: Option<&Shape>) -> String {
        let EventInfo { rust, version, .. } = self.info;
        let old = format!("{rust}V{version}");
        format!(
            "    #[event(.., version = {}, upcast({version} = {old}))]\n\n{}",
            self.next(),
            indented(&rust::step(rust, &old, self.before, fields)),
        )
    }

    /// Whether each field of which something is known is stored: one that is not is skipped, or flattened.
    fn is_plain(&self) -> bool {
        let mut fields = self.info.fields.iter();
        fields.all(|field| self.now.part(field.name).is_some())
    }

    /// Rules on the fields, where they say all: fields that came, went, or have another name.
    fn rules(&self, verdict: &Verdict) -> Option<Rules> {
        let mut rules = Rules::default();
        let next = self.next();
        let (mut gone, mut new) = (Vec::new(), Vec::new());
        for problem in &verdict.backward {
            let [name] = problem.path.as_slice() else {
                return None;
            };
            match problem.fault {
                Fault::Missing if self.before.part(name).is_none() => new.push(name),
                Fault::Lost | Fault::Refused if self.now.part(name).is_none() => gone.push(name),
                _ => return None,
            }
        }
        let is_struct =
            |shape: &Shape| shape.opened() == "struct" && !shape.parts.contains_key(kind::OTHERS);
        let are_structs = is_struct(self.before) && is_struct(self.now);
        if !are_structs || !self.is_plain() || gone.is_empty() && new.is_empty() {
            return None;
        }
        let mut optional = self.added(&new);
        let mut given = Names::default();
        for field in names::fields(self.now).values() {
            given.give(field);
        }
        for name in gone {
            let before = self.before.parts.get(name)?;
            let same = |other: &&&String| {
                let now = self.now.parts.get(**other);
                now.is_some_and(|now| now.is_like(before) && (now.missing || !before.missing))
            };
            let renamed = new
                .iter()
                .find(same)
                .copied()
                .or_else(|| optional.iter().find(same).copied());
            if let Some(renamed) = renamed {
                new.retain(|other| *other != renamed);
                optional.retain(|other| *other != renamed);
                rules.field(renamed, &format!("since = {next}, renamed_from = {name:?}"));
            } else {
                rules.removed(name, before, &given.give(&names::field(name)), next)?;
            }
        }
        for name in new {
            rules.field(
                name,
                &format!("since = {next}, default = Default::default()"),
            );
        }
        Some(rules)
    }

    /// Fields that came and may be missing: one that was lost may stand there under its new name.
    fn added<'a>(&'a self, new: &[&String]) -> Vec<&'a String> {
        let parts = self.now.parts.iter();
        let added = parts.filter(|(name, part)| {
            part.alias().is_none() && self.before.part(name).is_none() && !new.contains(name)
        });
        added.map(|(name, _)| name).collect()
    }
}

#[derive(Default)]
struct Rules {
    event: String,
    fields: String,
}

impl Rules {
    /// What was stored in a field that is no more.
    fn removed(&mut self, key: &str, before: &Shape, field: &str, next: u32) -> Option<()> {
        let ty = rust::leaf(before)?;
        let default = (before.missing && !before.null).then(|| "#[serde(default)]".to_owned());
        let attributes = default.into_iter().chain(names::rename(key, field));
        let attributes: String = attributes.map(|attribute| attribute + " ").collect();
        let _ = write!(
            self.event,
            ", removed({attributes}{field}: {ty}, in = {next})"
        );
        Some(())
    }

    fn field(&mut self, name: &str, rule: &str) {
        let field = names::field(name);
        let _ = write!(self.fields, "\n    #[event({rule})] {field}: ..");
    }
}

fn indented(text: &str) -> String {
    let lines = text.lines().map(|line| match line {
        "" => "\n".to_owned(),
        line => format!("    {line}\n"),
    });
    lines.collect()
}
