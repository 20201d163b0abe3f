//! Money as integer cents, read from decimal text without a float in between.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Sub};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The most digits before the decimal point: sums of many such amounts still fit.
const MAX_DIGITS: usize = 12;

/// An amount of money in cents of a euro.
///
/// ```
/// use fines::domain::Cents;
///
/// assert_eq!("82.55".parse(), Ok(Cents(8255)));
/// assert_eq!("36.0".parse(), Ok(Cents(3600)));
/// assert_eq!(Cents(3605).to_string(), "36.05");
/// assert!("0.105".parse::<Cents>().is_err());
/// ```
///
/// - The text is exact: no exponent, no sign but `-`, at most two decimals.
/// - A negative amount can be read; whether it may stand there is for the rules to say.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Cents(pub i64);

/// A text that is not an amount of money.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is not an amount of money; write digits, a point and at most two decimals, as in `35.50`"
)]
pub struct InvalidAmount {
    text: String,
}

impl FromStr for Cents {
    type Err = InvalidAmount;

    fn from_str(text: &str) -> Result<Self, InvalidAmount> {
        read(text).map(Self).ok_or_else(|| InvalidAmount {
            text: text.to_owned(),
        })
    }
}

fn read(text: &str) -> Option<i64> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, decimals) = match digits.split_once('.') {
        Some((whole, decimals)) if (1..=2).contains(&decimals.len()) => (whole, decimals),
        Some(_) => return None,
        None => (digits, ""),
    };
    if !(1..=MAX_DIGITS).contains(&whole.len()) {
        return None;
    }
    format!("{whole}{decimals:0<2}")
        .bytes()
        .try_fold(0, |cents: i64, digit| {
            digit
                .is_ascii_digit()
                .then(|| cents * 10 + i64::from(digit - b'0'))
        })
        .map(|cents| sign * cents)
}

impl fmt::Display for Cents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let cents = self.0.unsigned_abs();
        f.pad(&format!("{sign}{}.{:02}", cents / 100, cents % 100))
    }
}

impl Add for Cents {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Cents {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Sum for Cents {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::default(), Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::Cents;

    #[test]
    fn reads_decimal_text_exactly() {
        for (text, cents) in [
            ("0.0", 0),
            ("36", 3600),
            ("71.5", 7150),
            ("82.55", 8255),
            ("0.07", 7),
            ("-0.0", 0),
            ("-12.3", -1230),
            ("999999999999.99", 99_999_999_999_999),
        ] {
            assert_eq!(text.parse(), Ok(Cents(cents)), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_not_an_exact_amount() {
        for text in [
            "",
            "-",
            ".",
            "5.",
            ".5",
            "1.234",
            "12.500",
            "1e2",
            "+5",
            "1,5",
            " 5",
            "5 ",
            "--5",
            "5.-1",
            "NaN",
            "inf",
            "٣",
            "1_000",
            "1000000000000",
            "5.٣",
        ] {
            let refused = text.parse::<Cents>().unwrap_err();
            assert!(
                refused.to_string().contains(&format!("`{text}`")),
                "{refused}"
            );
        }
    }

    #[test]
    fn is_shown_with_two_decimals() {
        for (cents, shown) in [
            (0, "0.00"),
            (7, "0.07"),
            (-7, "-0.07"),
            (123_456, "1234.56"),
        ] {
            assert_eq!(Cents(cents).to_string(), shown);
        }
        assert_eq!(format!("{:>8}", Cents(3605)), "   36.05");
    }
}
