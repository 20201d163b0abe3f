//! Colour, where someone looks at it.

use std::env;
use std::ffi::OsStr;
use std::io::{IsTerminal, stderr};

/// Whether reports are coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::testing) struct Paint(bool);

impl Paint {
    pub(in crate::testing) const OFF: Self = Self(false);

    #[cfg(test)]
    pub(in crate::testing) const ON: Self = Self(true);

    /// What the environment asks for: never with `NO_COLOR`, else as `CARGO_TERM_COLOR` says, else on a
    /// terminal.
    pub(in crate::testing) fn of_stderr() -> Self {
        let (refused, wanted) = (env::var_os("NO_COLOR"), env::var_os("CARGO_TERM_COLOR"));
        Self::decided(
            refused.as_deref(),
            wanted.as_deref(),
            stderr().is_terminal(),
        )
    }

    fn decided(refused: Option<&OsStr>, wanted: Option<&OsStr>, terminal: bool) -> Self {
        let refused = refused.is_some_and(|value| !value.is_empty());
        Self(
            !refused
                && wanted.map_or(terminal, |when| {
                    when == "always" || when == "auto" && terminal
                }),
        )
    }

    /// What was expected and is missing.
    pub(in crate::testing) fn missing(self, text: &str) -> String {
        self.wrapped("31", text)
    }

    /// What is there and was not expected.
    pub(in crate::testing) fn found(self, text: &str) -> String {
        self.wrapped("32", text)
    }

    /// What is there, with differences.
    pub(in crate::testing) fn changed(self, text: &str) -> String {
        self.wrapped("33", text)
    }

    /// What labels the rest.
    pub(in crate::testing) fn label(self, text: &str) -> String {
        self.wrapped("1", text)
    }

    /// What stands around the rest.
    pub(in crate::testing) fn quiet(self, text: &str) -> String {
        self.wrapped("2", text)
    }

    fn wrapped(self, code: &str, text: &str) -> String {
        if self.0 {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coloured(refused: Option<&str>, wanted: Option<&str>, terminal: bool) -> bool {
        Paint::decided(refused.map(OsStr::new), wanted.map(OsStr::new), terminal).0
    }

    #[test]
    fn colours_on_a_terminal_or_when_cargo_is_told_to() {
        assert!(coloured(None, None, true));
        assert!(coloured(None, Some("auto"), true));
        assert!(coloured(None, Some("always"), false));
        assert!(!coloured(None, Some("auto"), false));
        assert!(!coloured(None, Some("never"), true));
        assert!(!coloured(None, None, false));
    }

    #[test]
    fn no_color_wins_unless_it_is_empty() {
        assert!(!coloured(Some("1"), Some("always"), true));
        assert!(coloured(Some(""), None, true));
    }

    #[test]
    fn colour_wraps_the_text_only() {
        assert_eq!(Paint(true).missing("a"), "\u{1b}[31ma\u{1b}[0m");
        assert_eq!(Paint(false).missing("a"), "a");
    }
}
