//! Days, which is as exactly as the office knows when something happened.

use std::fmt;
use std::str::FromStr;

use factum::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// A day, in UTC.
///
/// ```
/// use fines::domain::Day;
///
/// let day: Day = "2007-03-09".parse()?;
/// assert_eq!(day.start().to_string(), "2007-03-09T00:00:00Z");
/// assert_eq!(day.end().to_string(), "2007-03-09T23:59:59.999999Z");
/// assert!("2007-3-9".parse::<Day>().is_err());
/// # Ok::<(), fines::domain::InvalidDay>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(Date);

/// A text that is not a day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a day; write it as in `2007-03-09`")]
pub struct InvalidDay {
    text: String,
}

impl Day {
    /// Its first moment, which stands for the whole day where a time is asked for.
    pub fn start(self) -> Timestamp {
        let midnight = self.0.to_zoned(TimeZone::UTC);
        // Only the very last day that a date can name is past every timestamp.
        midnight.map_or(Timestamp::MAX, |midnight| midnight.timestamp())
    }

    /// Its last moment, in microseconds, which is as exactly as stores keep time.
    pub fn end(self) -> Timestamp {
        let next = self
            .0
            .tomorrow()
            .map_or(Timestamp::MAX, |next| Self(next).start());
        Timestamp::from_microsecond(next.as_microsecond() - 1).unwrap_or(Timestamp::MAX)
    }
}

/// When something happened that is known by its day.
impl From<Day> for Option<Timestamp> {
    fn from(day: Day) -> Self {
        Some(day.start())
    }
}

impl FromStr for Day {
    type Err = InvalidDay;

    fn from_str(text: &str) -> Result<Self, InvalidDay> {
        // Other ways to write a date are dates too; but one day has one text here.
        match text.parse::<Date>() {
            Ok(date) if text.len() == 10 && date.to_string() == text => Ok(Self(date)),
            _ => Err(InvalidDay {
                text: text.to_owned(),
            }),
        }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::Day;

    #[test]
    fn has_one_text() {
        let day: Day = "2008-02-29".parse().unwrap();
        assert_eq!(day.to_string(), "2008-02-29");
        for text in [
            "",
            "2007-02-29",
            "2007-3-09",
            "20070309",
            "2007-03-09T00:00",
            "09.03.2007",
            "-000007-03-09",
            "2007-03-09 ",
            "2007-13-01",
        ] {
            assert!(text.parse::<Day>().is_err(), "{text}");
        }
    }

    #[test]
    fn ends_before_the_next_begins() {
        let [day, next] = ["2007-12-31", "2008-01-01"].map(|day| day.parse::<Day>().unwrap());
        assert!(day < next);
        assert_eq!(
            next.start().as_microsecond() - day.end().as_microsecond(),
            1
        );
    }

    #[test]
    fn the_last_day_has_times_too() {
        let last: Day = "9999-12-31".parse().unwrap();
        assert!(last.start() >= last.end());
    }
}
