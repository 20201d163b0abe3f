//! The form of a message: one headline, at most one note, and at most one help whose only text in backticks is what
//! the user pastes. Beside it lies the case with just that pasted.

use std::fs;
use std::path::{Path, PathBuf};

/// One mistake: `ui/missing/comma`, without an extension.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Case(PathBuf);

impl Case {
    pub(crate) fn of(file: &Path) -> Option<Self> {
        let stem = file.to_str()?.strip_suffix(".rs")?;
        (!stem.contains('.')).then(|| Self(stem.into()))
    }

    pub(crate) fn files(&self) -> [PathBuf; 3] {
        ["rs", "stderr", "fixed.rs"].map(|extension| self.0.with_extension(extension))
    }

    /// What is wrong with its message, or with what is pasted.
    pub(crate) fn problems(&self) -> Vec<String> {
        let [source, stderr, fixed] = self.files().map(|file| fs::read_to_string(file).ok());
        let messages = stderr.as_deref().map_or_else(Vec::new, messages);
        let mut problems: Vec<&str> = messages.iter().flat_map(Message::problems).collect();
        if messages.is_empty() {
            problems.push("it has no expected message");
        }
        if stderr
            .as_deref()
            .is_some_and(|stderr| stderr.lines().any(|line| line.starts_with("warning")))
        {
            problems.push("a warning stands beside its message");
        }
        if let (Some(source), Some(fixed)) = (source, fixed) {
            problems.extend(pasted(&messages, &source, &fixed));
        } else if messages.iter().any(Message::asks_to_paste) {
            problems.push("there is something to paste, and no `.fixed.rs`");
        }
        let problem = |problem| format!("{}: {problem}", self.0.display());
        problems.into_iter().map(problem).collect()
    }
}

/// One error, from its headline to the next one's.
pub(crate) struct Message<'a> {
    pub(crate) headline: &'a str,
    pub(crate) lines: Vec<&'a str>,
}

pub(crate) fn messages(stderr: &str) -> Vec<Message<'_>> {
    let mut messages: Vec<Message> = vec![];
    for line in stderr.lines() {
        match messages.last_mut() {
            _ if line.starts_with("error") => messages.push(Message {
                headline: line,
                lines: vec![],
            }),
            Some(message) => message.lines.push(line),
            None => {}
        }
    }
    messages
}

impl<'a> Message<'a> {
    fn is_ours(&self) -> bool {
        self.headline.starts_with("error: ")
    }

    /// The lines that the derive wrote below its headline.
    pub(crate) fn own(&self, kind: &str) -> Vec<&'a str> {
        let own = |line: &&'a str| line.trim_start().strip_prefix(kind);
        self.lines.iter().filter_map(own).collect()
    }

    /// The only texts that would mend this; one of them was pasted.
    pub(crate) fn texts(&self) -> Vec<&'a str> {
        if self.is_ours() {
            return self.own("help: ").into_iter().filter_map(quoted).collect();
        }
        let added = |line: &&'a str| Some(line.split_once(" + ")?.1);
        let added = self.lines.iter().filter_map(added);
        let noted = self.own("= note: ").into_iter();
        let noted = noted.flat_map(|note| note.split('`').skip(1).step_by(2));
        noted.chain(added).collect()
    }

    fn can_be_mended(&self) -> bool {
        (self.is_ours() || self.headline.starts_with("error[E0277]")) && !self.texts().is_empty()
    }

    /// A note that ends with a text in backticks asks to paste it; what cannot be pasted as it stands is named earlier
    /// in the line. (`required for ..` is rustc's.)
    fn asks_to_paste(&self) -> bool {
        let asks = |note: &&str| note.ends_with('`') && !note.starts_with("required for ");
        self.can_be_mended() && (self.is_ours() || self.own("= note: ").iter().any(asks))
    }

    fn problems(&self) -> Vec<&'static str> {
        if !self.is_ours() {
            return vec![];
        }
        let (notes, helps) = (self.own("note: "), self.own("help: "));
        let said = self.headline.strip_prefix("error: ").into_iter();
        let said: Vec<&str> = said.chain(notes.iter().chain(&helps).copied()).collect();
        let rules = [
            (notes.len() > 1, "more than one note"),
            (helps.len() > 1, "more than one help"),
            (
                helps.iter().any(|help| help.matches('`').count() != 2),
                "a help has exactly one text in backticks",
            ),
            (
                said.iter().any(|line| line.starts_with(char::is_uppercase)),
                "a line begins in upper case",
            ),
            (
                said.iter().any(|line| line.ends_with('.')),
                "a line ends with a full stop",
            ),
            (
                said.iter().any(|line| line.contains("://")),
                "a line has an address",
            ),
        ];
        let broken = rules.into_iter().filter(|(broken, _)| *broken);
        broken.map(|(_, rule)| rule).collect()
    }
}

/// The last text in backticks.
fn quoted(line: &str) -> Option<&str> {
    let (before, _) = line.rsplit_once('`')?;
    Some(before.rsplit_once('`')?.1)
}

/// Each text is in the mended case, and nothing else is new there.
fn pasted<'a>(messages: &[Message<'_>], source: &str, fixed: &str) -> Vec<&'a str> {
    let asking: Vec<&Message> = messages.iter().filter(|it| it.can_be_mended()).collect();
    let texts: Vec<&str> = asking.iter().flat_map(|message| message.texts()).collect();
    let lines: Vec<&str> = source.lines().collect();
    let new: Vec<&str> = fixed.lines().filter(|line| !lines.contains(line)).collect();
    let holds = |line: &str, text: &str| {
        line.match_indices(text).any(|(at, text)| {
            let (before, after) = (&line[..at], &line[at + text.len()..]);
            let before = before.trim_end_matches(", ");
            let around = |old: &&str| old.starts_with(before) && old.ends_with(after);
            lines.iter().any(around) || before.trim().is_empty() && after.is_empty()
        })
    };
    let is_pasted = |message: &&&Message| {
        let texts = message.texts();
        texts
            .iter()
            .any(|text| new.iter().any(|line| holds(line, text)))
    };
    let rules = [
        (
            asking.is_empty(),
            "nothing is to be pasted, and there is a `.fixed.rs`",
        ),
        (
            asking.iter().filter(is_pasted).count() != asking.len(),
            "what is to be pasted is not new in `.fixed.rs`",
        ),
        (
            !new.iter()
                .all(|line| texts.iter().any(|text| holds(line, text))),
            "`.fixed.rs` has more that is new than what is to be pasted",
        ),
    ];
    let broken = rules.into_iter().filter(|(broken, _)| *broken);
    broken.map(|(_, rule)| rule).collect()
}
