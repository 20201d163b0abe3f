//! Why an answer was refused, as far as `Deserialize` says so.

use std::fmt::{self, Display};

use serde::de::{self, Expected, Unexpected};

/// What the type said of an answer.
///
/// In a box, since what moves it about is compiled for every shape that is read.
#[derive(Debug)]
pub(super) struct Refusal(Box<Said>);

/// The message, and apart from it what there is to learn from.
#[derive(Debug)]
struct Said {
    problem: Problem,
    message: String,
}

#[derive(Debug)]
pub(super) enum Problem {
    /// A key that a map has to have.
    Missing(&'static str),
    /// A key that says again what another one said: an alias, or the name itself behind one.
    Duplicate(&'static str),
    /// A text that has to be one of these.
    Variant {
        got: String,
        known: &'static [&'static str],
    },
    /// A value of another kind, or one that is out of range.
    Kind {
        got: String,
        expected: String,
    },
    /// A list of so many items where another number of them is wanted, or another kind.
    Length {
        got: usize,
        expected: String,
    },
    /// A key that the type has no use for, and does not pass over.
    Unknown(String),
    /// The next run has to go another way, which was noted where it was found out.
    Again,
    Other,
}

impl Refusal {
    fn new(problem: Problem, message: impl Display) -> Self {
        let message = message.to_string();
        Self(Box::new(Said { problem, message }))
    }

    pub(super) fn problem(&self) -> &Problem {
        &self.0.problem
    }

    pub(super) fn again() -> Self {
        Self::new(Problem::Again, "again")
    }

    fn kind(unexpected: Unexpected<'_>, expected: &dyn Expected, what: &str) -> Self {
        let (got, expected) = (unexpected.to_string(), expected.to_string());
        let message = format!("invalid {what}: {got}, expected {expected}");
        Self::new(Problem::Kind { got, expected }, message)
    }
}

impl Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Refusal {}

impl de::Error for Refusal {
    fn custom<T: Display>(message: T) -> Self {
        Self::new(Problem::Other, message)
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::kind(unexpected, expected, "type")
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::kind(unexpected, expected, "value")
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        let expected = expected.to_string();
        let message = format!("invalid length {length}, expected {expected}");
        let got = length;
        Self::new(Problem::Length { got, expected }, message)
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(
            Problem::Missing(field),
            format_args!("missing field `{field}`"),
        )
    }

    fn unknown_field(field: &str, known: &'static [&'static str]) -> Self {
        let message = format!("unknown field `{field}`, expected one of {known:?}");
        Self::new(Problem::Unknown(field.to_owned()), message)
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::new(
            Problem::Duplicate(field),
            format_args!("duplicate field `{field}`"),
        )
    }

    fn unknown_variant(variant: &str, known: &'static [&'static str]) -> Self {
        let got = variant.to_owned();
        let message = format!("unknown variant `{variant}`, expected one of {known:?}");
        Self::new(Problem::Variant { got, known }, message)
    }
}
