//! Ids and times by identity: the same one keeps the same number, whatever its value is in this run.

use std::fmt::Write;

use jiff::Timestamp;
use uuid::Uuid;

use super::tree::Tree;

/// The ids and times that were seen, in the order of their first appearance.
#[derive(Default)]
pub(super) struct Numbered {
    uuids: Vec<Uuid>,
    ulids: Vec<String>,
    times: Vec<Timestamp>,
}

impl Numbered {
    /// Puts numbers in place of ids and times.
    pub(super) fn redact(&mut self, tree: &mut Tree) {
        match tree {
            Tree::Plain(_) => {}
            Tree::Text(text) => {
                if let Some(number) = self.whole(text) {
                    *tree = Tree::Plain(number);
                } else {
                    *text = self.inside(text);
                }
            }
            Tree::List(items) => items.iter_mut().for_each(|item| self.redact(item)),
            Tree::Fields(entries) => {
                for (key, value) in entries {
                    *key = self.whole(key).unwrap_or_else(|| self.inside(key));
                    self.redact(value);
                }
            }
        }
    }

    /// The number of a text that is an id or a time.
    fn whole(&mut self, text: &str) -> Option<String> {
        if let Some(id) = uuid(text) {
            return Some(format!("[uuid#{}]", number(&mut self.uuids, id)));
        }
        if is_ulid(text) {
            return Some(format!(
                "[ulid#{}]",
                number(&mut self.ulids, text.to_owned())
            ));
        }
        let time = time(text)?;
        Some(format!("[time#{}]", number(&mut self.times, time)))
    }

    /// A text that holds UUIDs between other characters, such as a stream's name.
    fn inside(&mut self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        let mut before = None;
        while let Some(next) = rest.chars().next() {
            let starts = before.is_none_or(|before: char| !before.is_alphanumeric());
            let found = starts.then(|| rest.get(..UUID)).flatten().and_then(uuid);
            let ends = || {
                rest[UUID..]
                    .chars()
                    .next()
                    .is_none_or(|after| !after.is_alphanumeric())
            };
            if let Some(id) = found
                && ends()
            {
                let _ = write!(out, "[uuid#{}]", number(&mut self.uuids, id));
                rest = &rest[UUID..];
                before = Some(']');
            } else {
                out.push(next);
                rest = &rest[next.len_utf8()..];
                before = Some(next);
            }
        }
        out
    }
}

fn number<T: PartialEq>(seen: &mut Vec<T>, value: T) -> usize {
    let place = seen.iter().position(|other| *other == value);
    place.unwrap_or_else(|| {
        seen.push(value);
        seen.len() - 1
    }) + 1
}

/// The length of a UUID with its dashes; other forms are too much like ordinary hexadecimal texts.
const UUID: usize = 36;

fn uuid(text: &str) -> Option<Uuid> {
    if text.len() == UUID {
        Uuid::try_parse(text).ok()
    } else {
        None
    }
}

fn is_ulid(text: &str) -> bool {
    let crockford = |c: u8| c.is_ascii_digit() || c.is_ascii_uppercase() && !b"ILOU".contains(&c);
    text.len() == 26 && text.as_bytes()[0] <= b'7' && text.bytes().all(crockford)
}

/// A time with its offset; a date alone, or a time of day, means something by itself.
fn time(text: &str) -> Option<Timestamp> {
    let begins = text.as_bytes().first().is_some_and(u8::is_ascii_digit);
    if begins && text.len() >= "2026-01-02T03:04Z".len() {
        text.parse().ok()
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted<const N: usize>(texts: [&str; N]) -> [String; N] {
        let mut numbered = Numbered::default();
        texts.map(|text| {
            let mut tree = Tree::Text(text.to_owned());
            numbered.redact(&mut tree);
            match tree {
                Tree::Plain(text) => text,
                Tree::Text(text) => format!("{text:?}"),
                other => format!("{other:?}"),
            }
        })
    }

    #[test]
    fn the_same_id_keeps_its_number() {
        let (a, b) = (
            "6f9619ff-8b86-d011-b42d-00c04fc964ff",
            "00000000-0000-7000-8000-000000000001",
        );
        assert_eq!(
            redacted([a, b, &a.to_uppercase(), b]),
            ["[uuid#1]", "[uuid#2]", "[uuid#1]", "[uuid#2]"]
        );
    }

    #[test]
    fn ids_inside_of_names_keep_their_number_too() {
        let id = "6f9619ff-8b86-d011-b42d-00c04fc964ff";
        let (stream, pair, longer) = (
            format!("order-{id}"),
            format!("{id}/{id}é"),
            format!("a{id}"),
        );
        let texts = redacted([id, &stream, &pair, &longer]);
        let pair = format!(r#""[uuid#1]/{id}é""#);
        assert_eq!(
            texts,
            [
                "[uuid#1]",
                r#""order-[uuid#1]""#,
                &pair,
                &format!("{longer:?}")
            ]
        );
    }

    #[test]
    fn the_same_instant_keeps_its_number() {
        assert_eq!(
            redacted([
                "2026-01-02T03:04:05Z",
                "2026-01-02T04:04:05+01:00",
                "2026-01-02T03:04:05.000001Z"
            ]),
            ["[time#1]", "[time#1]", "[time#2]"]
        );
    }

    #[test]
    fn ulids_are_told_from_other_capitals() {
        assert_eq!(
            redacted([
                "01ARZ3NDEKTSV4RRFFQ69G5FAV",
                "ABCDEFGHJKMNPQRSTVWXYZ0123",
                "01ARZ3NDEKTSV4RRFFQ69G5FAU",
                "01arz3ndektsv4rrffq69g5fav",
            ]),
            [
                "[ulid#1]",
                r#""ABCDEFGHJKMNPQRSTVWXYZ0123""#,
                r#""01ARZ3NDEKTSV4RRFFQ69G5FAU""#,
                r#""01arz3ndektsv4rrffq69g5fav""#,
            ]
        );
    }

    #[test]
    fn times_in_other_forms_stay() {
        assert_eq!(
            redacted(["20260102T0304Z", "+002026-01-02T03:04:05Z"]),
            [r#""20260102T0304Z""#, r#""+002026-01-02T03:04:05Z""#]
        );
    }

    #[test]
    fn dates_and_other_texts_stay() {
        assert_eq!(
            redacted(["2026-01-02", "", "2026-01-02T03:04:05"]),
            [r#""2026-01-02""#, r#""""#, r#""2026-01-02T03:04:05""#]
        );
    }
}
