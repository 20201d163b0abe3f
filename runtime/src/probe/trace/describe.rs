//! From what was asked for to a shape: what the runs leave open is found out by trials.

use std::collections::BTreeSet;

use super::rounds::Once;
use super::{Change, Node, Seen, Trial};
use crate::error::BoxError;
use crate::probe::keys::UNKNOWN;
use crate::probe::knowledge::Kind;
use crate::probe::path::is_within;
use crate::probe::refusal::Problem;
use crate::probe::text::{FORMS, example};
use crate::probe::{Manner, Probe, refusal};
use crate::schema::{Shape, kind};

/// What serde says where none of several types takes it.
const UNTAGGED: &str = "did not match any variant of untagged enum";

pub(super) struct Describe<'a> {
    pub(super) probe: &'a Probe,
    pub(super) once: Once<'a>,
    /// Maps of which trials found out that they take keys of any name.
    pub(super) others: Vec<String>,
}

impl Describe<'_> {
    pub(super) fn node(&mut self, node: &Node) -> Shape {
        let is_null = node.seen.contains(&Seen::Null);
        let mut seen = node.seen.iter().filter(|seen| **seen != Seen::Null);
        let mut shape = match (seen.next(), seen.next()) {
            _ if self.ends(node) => Shape::opaque(),
            (Some(seen), None) => self.seen(node, seen),
            // What is asked for depends on what was answered.
            _ if node.seen.contains(&Seen::Open) => self.seen(node, &Seen::Open),
            _ => Shape::opaque(),
        };
        shape.null |= is_null;
        shape
    }

    /// Whether nothing that was tried here was taken.
    fn ends(&self, node: &Node) -> bool {
        self.probe.with(|trace| trace.ended(&node.place))
    }

    fn seen(&mut self, node: &Node, seen: &Seen) -> Shape {
        match seen {
            Seen::Plain(kind) => Shape::of(*kind),
            Seen::Text | Seen::Null => self.text(node),
            Seen::Again(place) if place.is_empty() => {
                Shape::of(format!("the whole{}", kind::AGAIN))
            }
            Seen::Again(place) => Shape::of(format!("{place}{}", kind::AGAIN)),
            Seen::List => self.with_parts("list", node, &["[]"]),
            Seen::Map => self.with_parts("map", node, &["[key]", "[]"]),
            Seen::Tuple(count) => self.tuple(node, *count),
            Seen::Enum(variants) => {
                let shape = self.with_parts("enum", node, variants);
                self.renamed(shape, &node.place, variants)
            }
            Seen::Struct => self.fields(node, ""),
            Seen::Open => self.open(node),
            Seen::Tag => self.variants(node),
        }
    }

    fn text(&self, node: &Node) -> Shape {
        let form = self.probe.tape().known.form(&node.place);
        match form {
            0 => Shape::of("text"),
            // Only an example was taken.
            FORMS => Shape::opaque(),
            form => Shape::of(format!("{}{}", kind::LIKE, example(form))),
        }
    }

    fn tuple(&mut self, node: &Node, count: usize) -> Shape {
        let names: Vec<String> = (0..count).map(|at| format!("[{at}]")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        self.with_parts("tuple", node, &names)
    }

    /// Those of the parts that no run came to cannot be told.
    fn with_parts(&mut self, kind: &str, node: &Node, names: &[&str]) -> Shape {
        let mut shape = Shape::of(kind);
        for name in names {
            let part = node.parts.get(*name);
            let part = part.map_or_else(Shape::opaque, |part| self.node(part));
            shape.parts.insert((*name).to_owned(), part);
        }
        shape
    }

    /// A struct; one with a tag has a part for each variant that the tag tells apart.
    fn fields(&mut self, node: &Node, variant: &str) -> Shape {
        let mut shape = Shape::of("struct");
        let takes_others = self.takes_others(node, variant);
        if takes_others && node.parts.keys().all(|name| is_other(name)) {
            return self.with_parts("map", node, &["[key]", kind::OTHERS]);
        }
        for (name, part) in &node.parts {
            let mut described = if is_variant(name) {
                self.fields(part, name)
            } else {
                self.node(part)
            };
            described.missing = !is_variant(name) && self.may_miss(node, part, name);
            let is_unread = described.kind == Shape::OPAQUE && self.is_unsure(part);
            if !is_unread && name != "[key]" {
                shape.parts.insert(name.clone(), described);
            }
        }
        if takes_others {
            let other = shape.parts.entry(kind::OTHERS.to_owned());
            other.or_insert_with(Shape::opaque).missing = true;
        }
        self.aliases(node, &mut shape);
        if node.parts.keys().any(|name| is_variant(name))
            && let Some((tag, variants)) = self.tag(node)
        {
            let place = node.parts.get(tag).map(|part| part.place.clone());
            shape = by_tag(shape, tag, variants);
            shape = self.renamed(shape, &place.unwrap_or_default(), variants);
        }
        if self.is_closed(node) {
            return shape.closed();
        }
        shape
    }

    /// Whether it was recorded, and nothing asks for it: what takes anything there passes it over.
    fn is_unsure(&mut self, part: &Node) -> bool {
        let is_unsure = self.probe.with(|trace| trace.is_unsure(&part.place));
        is_unsure && {
            self.tried(part, &part.place, Change::None);
            !self
                .probe
                .with(|trace| trace.written().contains(&part.place))
        }
    }

    /// The tag of a struct, and the names that it takes.
    fn tag<'a>(&self, node: &'a Node) -> Option<(&'a str, &'static [&'static str])> {
        let known = &self.probe.tape().known;
        let learned = node.parts.iter().find_map(|(name, part)| {
            let is_tag = known.is_tag(&part.place);
            let variants = known.variants.names(&part.place).filter(|_| is_tag)?;
            Some((name.as_str(), variants))
        });
        let listed = || {
            node.parts.iter().find_map(|(name, part)| {
                let variants = part.seen.iter().find_map(|seen| match seen {
                    Seen::Enum(variants) => Some(*variants),
                    _ => None,
                });
                Some((name.as_str(), variants?))
            })
        };
        learned.or_else(listed)
    }

    fn may_miss(&mut self, node: &Node, part: &Node, name: &str) -> bool {
        let change = Change::Without(name.to_owned());
        matches!(self.tried(part, &node.place, change), Some(Ok(())))
    }

    /// A struct that refuses what it does not know could not be read by code from before a field was added.
    fn is_closed(&mut self, node: &Node) -> bool {
        let tried = self.tried(node, &node.place, Change::Unknown);
        let refused = tried.and_then(Result::err);
        let refused = refused.as_ref().and_then(refusal);
        refused.is_some_and(|refusal| matches!(refusal.problem(), Problem::Unknown(_)))
    }

    /// Whether a map whose keys were learned takes any others: a value of some kind is refused there, or is written.
    fn takes_others(&mut self, node: &Node, variant: &str) -> bool {
        let map = format!("{}{variant}", node.place);
        let tape = self.probe.tape();
        let is_known = tape.known.keys.takes_others(&map);
        if is_known || tape.known.keys.of(&node.place).is_none() {
            return is_known;
        }
        drop(tape);
        for kind in [Kind::Text, Kind::Number, Kind::Map] {
            let tried = self.tried(node, &node.place, Change::Other(kind));
            let takes = match tried {
                Some(Ok(())) => self.probe.with(|trace| {
                    let mut written = trace.written().iter();
                    written.any(|place| place.ends_with(UNKNOWN))
                }),
                Some(Err(error)) => {
                    let refused = refusal(&error);
                    !refused.is_some_and(|it| matches!(it.problem(), Problem::Unknown(_)))
                }
                None => false,
            };
            if takes {
                self.others.push(map);
                return true;
            }
        }
        false
    }

    /// Names that serde takes in the place of a field's name.
    fn aliases(&mut self, node: &Node, shape: &mut Shape) {
        let aliases = self.probe.tape().known.aliases_at(&node.place);
        for (alias, name) in aliases {
            if alias != name {
                shape.parts.insert(alias.to_owned(), Shape::alias_of(name));
                continue;
            }
            // The alias came first, and passed for the name.
            let keys: Vec<String> = shape.parts.keys().cloned().collect();
            for key in keys {
                let change = Change::Instead {
                    without: key.clone(),
                    with: name.to_owned(),
                };
                if let Some(Ok(())) = self.tried(node, &node.place, change)
                    && let Some(part) = shape.parts.remove(&key)
                {
                    shape.parts.insert(name.to_owned(), part);
                    shape.parts.insert(key, Shape::alias_of(name));
                    break;
                }
            }
        }
    }

    /// What is read behind a tag or flattened asks for anything; what is taken tells what it is.
    fn open(&mut self, node: &Node) -> Shape {
        let mut taken = Vec::new();
        let mut number = None;
        self.tried(node, &node.place, Change::None);
        let before = self.probe.with(|trace| trace.written().clone());
        for kind in Kind::ALL {
            match self.tried(node, &node.place, Change::Kind(kind)) {
                Some(Ok(())) if self.is_read(node, kind, &before) => taken.push(kind),
                Some(Ok(())) => {}
                // One of several that have nothing in common, and no name.
                Some(Err(error)) if error.to_string().contains(UNTAGGED) => return Shape::opaque(),
                Some(Err(error)) => number = number.or_else(|| expected(&error)),
                None => return Shape::opaque(),
            }
        }
        let null = taken.contains(&Kind::Nothing) && taken.len() > 1;
        taken.retain(|kind| !(null && *kind == Kind::Nothing));
        let mut shape = match taken.as_slice() {
            [Kind::Text] if self.names(node).is_some() => self.variants(node),
            [Kind::Text] => self.text(node),
            [Kind::Bool] => Shape::of("bool"),
            [Kind::Number | Kind::Float] | [Kind::Number, Kind::Float] => {
                Shape::of(number.unwrap_or("number"))
            }
            [Kind::Nothing] => Shape::of("nothing"),
            [Kind::List] => self.list(node),
            [Kind::Map] | [Kind::Map, Kind::List] => self.fields(node, ""),
            _ => Shape::opaque(),
        };
        shape.null = null && shape != Shape::opaque();
        shape
    }

    /// A list, or a tuple whose length was learned.
    fn list(&mut self, node: &Node) -> Shape {
        let length = self.probe.tape().known.lengths.of(&node.place);
        match length {
            Some(count) => self.tuple(node, count),
            None => self.with_parts("list", node, &["[]"]),
        }
    }

    fn names(&self, node: &Node) -> Option<&'static [&'static str]> {
        self.probe.tape().known.variants.names(&node.place)
    }

    /// Whether what was taken was read too, as far as what is written tells: it is passed over without a word by an
    /// `Option` that is flattened.
    fn is_read(&self, node: &Node, kind: Kind, before: &BTreeSet<String>) -> bool {
        self.probe.with(|trace| {
            let written = trace.written();
            let is_here = |place: &String| is_within(place, &node.place);
            let mut others = before.iter().filter(|place| !is_here(place));
            let was_here = before.contains(&node.place) && kind != Kind::Nothing;
            others.all(|place| written.contains(place))
                && (!was_here || written.contains(&node.place))
        })
    }

    /// An enum that is read behind a tag.
    fn variants(&mut self, node: &Node) -> Shape {
        let mut shape = Shape::of("enum");
        let names = self.names(node).unwrap_or_default();
        for variant in names {
            let is_full = self
                .probe
                .tape()
                .known
                .variants
                .is_full(&node.place, variant);
            let part = match node.parts.get(*variant) {
                _ if !is_full => Shape::of("nothing"),
                Some(content) => self.node(content),
                None => Shape::opaque(),
            };
            shape.parts.insert((*variant).to_owned(), part);
        }
        self.renamed(shape, &node.place, names)
    }

    /// Of several names of one variant, those that are not written stand for the one that is.
    fn renamed(&self, mut shape: Shape, place: &str, names: &[&str]) -> Shape {
        for name in names {
            let written = self.probe.with(|trace| trace.renamed(place, name));
            let part = |name: &str| match shape.opened() {
                "enum" => name.to_owned(),
                _ => format!("{{{name}}}"),
            };
            if let Some(written) = written.filter(|written| names.contains(&written.as_str())) {
                let (name, written) = (part(name), part(&written));
                shape.parts.insert(name, Shape::alias_of(&written));
            }
        }
        shape
    }

    /// Runs once more as a run that came by, but for one thing; `None` if there was none.
    fn tried(&mut self, node: &Node, place: &str, change: Change) -> Option<Result<(), BoxError>> {
        let by = node.by.clone()?;
        let mut tape = self.probe.tape();
        tape.rewind(&[], &Manner::Tracing, &[]);
        drop(tape);
        self.probe.with(|trace| {
            trace.round.clone_from(&by);
            let place = place.to_owned();
            trace.trial = Some(Trial { place, change });
        });
        Some((self.once)(self.probe))
    }
}

/// Whether a part is a key of any name, or what stands under one.
fn is_other(name: &str) -> bool {
    name.starts_with('[')
}

fn is_variant(name: &str) -> bool {
    name.starts_with('{')
}

/// A struct with other fields for each variant that a tag tells.
fn by_tag(mut shape: Shape, tag: &str, variants: &[&str]) -> Shape {
    shape.parts.remove(tag);
    for variant in variants {
        let parts = &mut shape.parts;
        parts
            .entry(format!("{{{variant}}}"))
            .or_insert_with(Shape::opaque);
    }
    shape.kind = format!("{}{tag}", kind::TOLD);
    shape
}

/// The number that is wanted, in the words of the refusal.
fn expected(error: &BoxError) -> Option<&'static str> {
    let Problem::Kind { expected, .. } = refusal(error)?.problem() else {
        return None;
    };
    kind::NUMBERS.into_iter().find(|number| expected == number)
}
