//! Values as their pretty `Debug` output lays them out.

use std::fmt::Debug;

/// What a part of a value is called.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::testing) enum Key {
    /// What `Some` and newtypes hold: it needs no name of its own.
    Only,
    Field(String),
    Place(usize),
    Item(usize),
    Entry(String),
}

impl Key {
    pub(in crate::testing) fn under(&self, path: &str) -> String {
        let dot = if path.is_empty() { "" } else { "." };
        match self {
            Self::Only => path.to_owned(),
            Self::Field(name) => format!("{path}{dot}{name}"),
            Self::Place(place) => format!("{path}{dot}{place}"),
            Self::Item(place) => format!("{path}[{place}]"),
            Self::Entry(key) => format!("{path}[{key}]"),
        }
    }
}

/// A value as the pretty form of `Debug` lays it out.
#[derive(Debug, PartialEq)]
pub(in crate::testing) enum Node {
    Leaf(String),
    Branch {
        name: String,
        open: char,
        entries: Vec<Entry>,
    },
}

impl Node {
    pub(in crate::testing) fn of<T: Debug>(value: &T) -> Self {
        let text = format!("{value:#?}");
        let mut reader = Reader {
            lines: text.lines().collect(),
            next: 1,
        };
        let head = reader.lines.first().copied().unwrap_or_default();
        match reader.value(head, 0) {
            Some((node, "")) if reader.next >= reader.lines.len() => node,
            _ => Self::Leaf(text),
        }
    }

    /// What it is a value of, and its parts, if it has any.
    pub(in crate::testing) fn parts(&self) -> Option<((&str, char), &[Entry])> {
        match self {
            Self::Leaf(_) => None,
            Self::Branch {
                name,
                open,
                entries,
            } => Some(((name, *open), entries)),
        }
    }

    /// Whether the two may be versions of one thing: the same kind of value, or two without parts.
    pub(in crate::testing) fn is_like(&self, other: &Self) -> bool {
        self.parts().map(|(kind, _)| kind) == other.parts().map(|(kind, _)| kind)
    }

    pub(in crate::testing) fn text(&self) -> String {
        let Self::Branch {
            name,
            open,
            entries,
        } = self
        else {
            let Self::Leaf(text) = self else {
                return String::new();
            };
            return text.clone();
        };
        let entries: Vec<String> = entries
            .iter()
            .map(|(key, node)| match key {
                Key::Field(key) | Key::Entry(key) => format!("{key}: {}", node.text()),
                _ => node.text(),
            })
            .collect();
        let entries = entries.join(", ");
        match open {
            '{' if name.is_empty() => format!("{{{entries}}}"),
            '{' => format!("{name} {{ {entries} }}"),
            '(' => format!("{name}({entries})"),
            _ => format!("{name}[{entries}]"),
        }
    }
}

pub(in crate::testing) type Entry = (Key, Node);

/// Reads the pretty form of `Debug`: a line per leaf, four spaces per level, a comma behind each part.
struct Reader<'a> {
    lines: Vec<&'a str>,
    next: usize,
}

impl<'a> Reader<'a> {
    /// Reads the value that starts with `head`, and returns what stands behind it; `None` if this is not
    /// the form that `derive(Debug)` writes.
    fn value(&mut self, head: &'a str, indent: usize) -> Option<(Node, &'a str)> {
        let open = head.chars().last().filter(|open| "{([".contains(*open));
        let Some(open) = open else {
            let leaf = head.strip_suffix(',').unwrap_or(head);
            return Some((Node::Leaf(leaf.to_owned()), &head[leaf.len()..]));
        };
        let name = head[..head.len() - 1].trim_end().to_owned();
        let close = match open {
            '{' => '}',
            '(' => ')',
            _ => ']',
        };
        let mut entries = Vec::new();
        loop {
            let line = *self.lines.get(self.next)?;
            let text = line.trim_start_matches(' ');
            self.next += 1;
            let depth = line.len() - text.len();
            if depth == indent {
                let tail = text.strip_prefix(close)?;
                if let ('(', [(key, _)]) = (open, &mut entries[..]) {
                    *key = Key::Only;
                }
                return Some((
                    Node::Branch {
                        name,
                        open,
                        entries,
                    },
                    tail,
                ));
            }
            if depth != indent + 4 {
                return None;
            }
            let entry = self.entry(text, depth, open, &name, entries.len())?;
            entries.push(entry);
        }
    }

    fn entry(
        &mut self,
        text: &'a str,
        depth: usize,
        open: char,
        name: &str,
        place: usize,
    ) -> Option<Entry> {
        if open == '{'
            && let Some((key, rest)) = split_key(text)
        {
            let key = key.to_owned();
            let key = if name.is_empty() {
                Key::Entry(key)
            } else {
                Key::Field(key)
            };
            let (node, tail) = self.value(rest, depth)?;
            return matches!(tail, "" | ",").then_some((key, node));
        }
        let (node, tail) = self.value(text, depth)?;
        if let Some(rest) = tail.strip_prefix(": ") {
            let (value, tail) = self.value(rest, depth)?;
            return matches!(tail, "" | ",").then_some((Key::Entry(node.text()), value));
        }
        let key = if open == '(' {
            Key::Place(place)
        } else {
            Key::Item(place)
        };
        matches!(tail, "" | ",").then_some((key, node))
    }
}

/// Splits `key: rest`; a key that is a text may hold `: ` itself.
fn split_key(text: &str) -> Option<(&str, &str)> {
    let mut end = 0;
    if let Some(quoted) = text.strip_prefix('"') {
        let mut escaped = false;
        end = 1 + quoted.find(|c: char| {
            let closes = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            closes
        })?;
    }
    let colon = end + text[end..].find(": ")?;
    Some((&text[..colon], &text[colon + 2..]))
}
