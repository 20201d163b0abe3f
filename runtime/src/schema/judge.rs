//! Whether what was written in one shape can be read in another one.

use std::collections::BTreeMap;
use std::fmt::{self, Display};

use super::kind;
use super::shape::Shape;

/// Why something that was written cannot be read, or would be lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The place in the payload, by the names of its parts.
    pub(crate) path: Vec<String>,
    pub(crate) fault: Fault,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It has to be there, and is not, or not always.
    Missing,
    /// It is written as one kind and read as another one.
    Kind { written: String, read: String },
    /// It may be null, and must not.
    Null,
    /// A variant that is not known.
    Variant,
    /// A struct that refuses it.
    Refused,
    /// Nothing reads it.
    Lost,
    /// A variant that is read as another one, which is written too.
    Merged,
}

/// What a change of a shape means for those who read and write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// Why this build cannot read what was written before, or loses some of it.
    pub(crate) backward: Vec<Problem>,
    /// Why a build from before cannot read what this one writes.
    pub(crate) forward: Vec<Problem>,
}

impl Verdict {
    /// Judges the step from one shape to the next.
    pub(crate) fn of(before: &Shape, now: &Shape) -> Self {
        let mut forward = found(before, now, Direction::Forward);
        // What an old build does not know, it passes over.
        forward.retain(|problem| problem.fault != Fault::Lost);
        Self {
            backward: found(now, before, Direction::Backward),
            forward,
        }
    }

    /// In the field's word, which does not mind what is read and dropped; we do.
    pub(crate) fn word(&self) -> &'static str {
        let mut backward = self.backward.iter();
        let reads = backward.all(|problem| matches!(problem.fault, Fault::Lost | Fault::Merged));
        match (reads, self.forward.is_empty()) {
            (true, true) if self.backward.is_empty() => "full",
            (true, true) => "full, with loss",
            (true, false) if self.backward.is_empty() => "backward",
            (true, false) => "backward, with loss",
            (false, true) => "forward",
            (false, false) => "none",
        }
    }
}

/// Each place at which what was written by one is not read by the other.
pub(crate) fn problems(reader: &Shape, writer: &Shape) -> Vec<Problem> {
    found(reader, writer, Direction::Step)
}

/// Who reads what whom wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    /// This build, under the same version, what was stored.
    Backward,
    /// A build from before, what this one writes.
    Forward,
    /// A step, what was stored in an old version: it may well take any JSON.
    Step,
}

fn found(reader: &Shape, writer: &Shape, direction: Direction) -> Vec<Problem> {
    let mut found = Found {
        path: Vec::new(),
        problems: Vec::new(),
        direction,
    };
    found.compare(reader, writer);
    found.problems
}

struct Found {
    path: Vec<String>,
    problems: Vec<Problem>,
    direction: Direction,
}

impl Found {
    fn add(&mut self, fault: Fault) {
        let path = self.path.clone();
        self.problems.push(Problem { path, fault });
    }

    fn within(&mut self, name: &str, look: impl FnOnce(&mut Self)) {
        self.path.push(name.to_owned());
        look(self);
        self.path.pop();
    }

    fn compare(&mut self, reader: &Shape, writer: &Shape) {
        // What cannot be traced any more: nobody can tell that it reads what was stored.
        let is_lost = self.direction == Direction::Backward && writer.kind != Shape::OPAQUE;
        if reader.kind == Shape::OPAQUE && !is_lost {
            return;
        }
        if writer.null && !reader.null {
            self.add(Fault::Null);
        }
        let kind = reader.opened();
        if let ("list", "tuple", Some(read)) = (kind, writer.opened(), reader.part("[]")) {
            for (place, written) in &writer.parts {
                self.within(place, |this| this.compare(read, written));
            }
            return;
        }
        if kind != writer.opened() {
            if !takes(kind, writer) {
                self.add(Fault::Kind {
                    written: writer.kind.clone(),
                    read: reader.kind.clone(),
                });
            }
            return;
        }
        if reader.tag().is_none() {
            self.written(reader, writer);
            self.read(reader, writer);
            return;
        }
        let (reader, writer) = (spread(reader, writer), spread(writer, reader));
        self.written(&reader, &writer);
        self.read(&reader, &writer);
    }

    /// What was written is read.
    fn written(&mut self, reader: &Shape, writer: &Shape) {
        for (name, written) in &writer.parts {
            self.within(name, |this| match reader.reads(name) {
                // It was the name once, and may stand in what was written then.
                _ if written.alias().is_some() && this.direction == Direction::Forward => {}
                _ if written.alias().is_some() => {
                    let target = written.alias().and_then(|name| reader.part(name));
                    let is_needed = target.is_some_and(|target| !target.missing);
                    if reader.part(name).is_none() {
                        this.add(if writer.has_variants(name) {
                            Fault::Variant
                        } else if is_needed {
                            Fault::Missing
                        } else {
                            Fault::Lost
                        });
                    }
                }
                Some(_) if meets(reader, writer, name) => {
                    this.add(if writer.has_variants(name) {
                        Fault::Merged
                    } else {
                        Fault::Refused
                    });
                }
                // JSON has each key as a text.
                Some(read) if is_key(reader, name, written) && read.kind == "text" => {}
                Some(read) => {
                    if written.missing && !read.missing {
                        this.add(Fault::Missing);
                    }
                    this.compare(read, written);
                }
                None if writer.has_variants(name) => this.add(Fault::Variant),
                None if reader.kind == "tuple" || reader.is_closed() => this.add(Fault::Refused),
                None => this.add(Fault::Lost),
            });
        }
    }

    /// What has to be there was written.
    fn read(&mut self, reader: &Shape, writer: &Shape) {
        for (name, read) in &reader.parts {
            let is_needed = !read.missing && read.alias().is_none() && !reader.has_variants(name);
            let mut names = reader.names(name);
            let unwritten = |name| {
                writer
                    .parts
                    .get(name)
                    .is_none_or(|part| part.alias().is_some())
            };
            if is_needed && names.all(unwritten) {
                self.within(name, |this| this.add(Fault::Missing));
            }
        }
    }
}

/// Whether the reader takes this name for that of a part which is written under another one as well: serde refuses both.
fn meets(reader: &Shape, writer: &Shape, name: &str) -> bool {
    let Some(part) = reader.parts.get(name).and_then(Shape::alias) else {
        return false;
    };
    let is_written = |name| {
        writer
            .parts
            .get(name)
            .is_some_and(|part| part.alias().is_none())
    };
    reader
        .names(part)
        .any(|other| other != name && is_written(other))
}

/// The same struct, with what another one has in its variants in each of them: serde reads what stands behind a tag after
/// it, so the order of the fields says where a part is found.
fn spread(shape: &Shape, other: &Shape) -> Shape {
    let in_variants = |name: &String| {
        let mut parts = other.parts.iter();
        let held = parts
            .any(|(variant, part)| other.has_variants(variant) && part.parts.contains_key(name));
        held && !other.parts.contains_key(name)
    };
    let parts = shape.parts.clone().into_iter();
    let (moved, mut left): (BTreeMap<_, _>, BTreeMap<_, _>) =
        parts.partition(|(name, _)| in_variants(name));
    for (name, variant) in &mut left {
        if shape.has_variants(name) {
            variant.parts.extend(moved.clone());
        }
    }
    Shape {
        parts: left,
        ..shape.clone()
    }
}

/// Whether one kind holds each value of another one.
fn takes(read: &str, writer: &Shape) -> bool {
    let written = writer.kind.as_str();
    let nothing = |part: &Shape| part.kind == "nothing";
    match (read, written) {
        ("text", "char") | ("f64", "f32") => true,
        ("text", "enum") => writer.parts.values().all(nothing),
        ("text", _) if written.starts_with(kind::LIKE) => true,
        ("f64" | "f32", _) => {
            let exact = if read == "f64" { 32 } else { 16 };
            integer(written).is_some_and(|(_, bits)| bits <= exact)
        }
        // Nobody could tell what it was, and now somebody says it.
        (_, Shape::OPAQUE) => !kind::is_traced(read),
        // Where a type comes up again, its own place says what it is.
        _ if read.ends_with(kind::AGAIN) => written.ends_with(kind::AGAIN),
        _ => match (integer(read), integer(written)) {
            (Some((true, wide)), Some((false, narrow))) => wide > narrow,
            (Some((a, wide)), Some((b, narrow))) => a == b && wide >= narrow,
            _ => false,
        },
    }
}

/// Whether it is a number that stands as the key of a map.
fn is_key(map: &Shape, name: &str, written: &Shape) -> bool {
    map.kind == "map" && name == "[key]" && kind::NUMBERS.contains(&written.kind.as_str())
}

/// Whether it is below zero as well, and its bits.
fn integer(kind: &str) -> Option<(bool, u32)> {
    let signed = kind.starts_with('i');
    let bits = kind.strip_prefix(['i', 'u'])?;
    Some((signed, bits.parse().ok()?))
}

impl Problem {
    /// The place, as it is written in a message.
    pub(crate) fn place(&self) -> String {
        place(&self.path)
    }
}

impl Shape {
    /// The places of what could not be traced.
    pub(crate) fn unknown(&self) -> Vec<String> {
        fn find(shape: &Shape, path: &mut Vec<String>, found: &mut Vec<String>) {
            if shape.kind == Shape::OPAQUE {
                found.push(place(path));
            }
            for (name, part) in &shape.parts {
                path.push(name.clone());
                find(part, path, found);
                path.pop();
            }
        }
        let mut found = Vec::new();
        find(self, &mut Vec::new(), &mut found);
        found
    }
}

/// `address.street`, `lines[].cents`, `paid{Card}.number`
fn place(path: &[String]) -> String {
    let mut place = String::new();
    for name in path {
        if !place.is_empty() && !name.starts_with(['[', '{']) {
            place.push('.');
        }
        place.push_str(name);
    }
    place
}

impl Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => write!(f, "it has to be there, and is not in all that was written"),
            Self::Kind { written, read } => {
                write!(f, "it is written as {written}, and read as {read}")
            }
            Self::Null => write!(f, "it may be written as null, which is not read"),
            Self::Variant => write!(f, "the variant is not known to the reader"),
            Self::Refused => write!(f, "it is written, and refused by the reader"),
            Self::Merged => write!(
                f,
                "it is read as another variant, which is written too: which of them it was would be lost"
            ),
            Self::Lost => write!(f, "it is written, and nothing reads it: it would be lost"),
        }
    }
}
