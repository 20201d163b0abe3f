//! Texts in the forms that types of the ecosystem read.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// A form, and how it is written with one number in it.
type Form = fn(u64) -> String;

/// How many forms there are: plain text, and these.
pub(super) const FORMS: usize = 1 + SPECIAL.len();

/// Those that are found most come first.
const SPECIAL: &[Form] = &[
    |n| {
        format!(
            "{:08x}-0000-4000-8000-{:012x}",
            n >> 48,
            n & 0xffff_ffff_ffff
        )
    },
    |n| format!("2026-01-02T03:04:{:02}Z", n % 60),
    |n| format!("2026-01-{:02}", n % 28 + 1),
    |n| n.to_string(),
    |n| format!("{}.50", n % 1000),
    |n| format!("2026-01-02T03:04:{:02}", n % 60),
    |n| format!("03:04:{:02}", n % 60),
    |n| format!("2026-01-02T03:04:{:02}+00:00[UTC]", n % 60),
    |n| format!("PT{}S", n % 60 + 1),
    |n| format!("127.0.0.{}", n % 255),
    |n| format!("127.0.0.1:{}", n % 9000 + 80),
    |n| format!("::{:x}", n % 0xffff),
    |n| format!("[::1]:{}", n % 9000 + 80),
    |n| format!("https://example.org/{n}"),
    |n| format!("ada{n}@example.org"),
    |n| chosen(n, &["EUR", "USD", "CHF"]),
    |n| format!("01ARZ3NDEKTSV4RRFFQ69G5{:03}", n % 1000),
    |n| chosen(n, &["true", "false"]),
    |n| chosen(n, &["A", "B", "C"]),
    |n| chosen(n, &["DE", "CH", "US"]),
    |n| chosen(n, &["en", "de", "en-GB"]),
    |n| format!("1.2.{}", n % 1000),
    |n| format!("{:04x}", n % 0xffff),
    |n| format!("{n:064x}"),
    |n| format!("10.0.{}.0/24", n % 255),
    |n| format!("+4930123456{:02}", n % 100),
    |n| chosen(n, &["DE89370400440532013000", "GB29NWBK60161331926819"]),
    |n| chosen(n, &["Europe/Zurich", "UTC"]),
    |n| chosen(n, &["#aabbcc", "#000000"]),
    |n| format!("{:05}", 10_000 + n % 90_000),
    |n| format!("ABC-{:06}", n % 1_000_000),
    |n| chosen(n, &["ada-lovelace", "zoe"]),
    |n| chosen(n, &["DEUTDEFF", "UBSWCHZH80A"]),
    |n| chosen(n, &["4111111111111111", "5555555555554444"]),
    |n| chosen(n, &["9780306406157", "9783161484100"]),
    |n| format!("{n:040x}"),
    |n| format!("0x{n:040x}"),
    |n| format!("2026-{:02}", n % 12 + 1),
    |n| format!("03:{:02}", n % 60),
    |n| chosen(n, &["QWRhIQ==", "Wm9lIQ=="]),
    |n| chosen(n, &["", "0"]),
];

/// Plain texts, the odd ones included that formats and old shapes stumble over.
const PLAIN: &[&str] = &[
    "", "a", "Ada", "Zoë", "a b", "\"", "\\", "\n", "0", "null", "😀",
];

/// A text: the name of its field for 0, and for other numbers others.
pub(super) fn text(form: usize, number: u64, name: &str) -> &'static str {
    let plain = |number: u64| match usize::try_from(number) {
        Ok(0) => name.to_owned(),
        Ok(n) if n <= PLAIN.len() => PLAIN[n - 1].to_owned(),
        _ => format!("{name} {number}"),
    };
    let special = form.checked_sub(1).and_then(|form| SPECIAL.get(form));
    kept(special.map_or_else(|| plain(number), |form| form(number)))
}

/// What a text of this form looks like.
pub(super) fn example(form: usize) -> &'static str {
    text(form, 5, "text")
}

fn chosen(number: u64, texts: &[&str]) -> String {
    let place = usize::try_from(number).unwrap_or(0) % texts.len();
    texts[place].to_owned()
}

/// The text for as long as the process lives: an old shape may borrow it for any lifetime.
pub(super) fn kept(text: String) -> &'static str {
    static KEPT: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut all = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = all.get(text.as_str()) {
        return known;
    }
    let text: &'static str = Box::leak(text.into_boxed_str());
    all.insert(text);
    text
}

#[cfg(test)]
mod tests {
    use super::{FORMS, text};

    #[test]
    fn each_form_is_written_with_a_number_in_it() {
        let forms = (0..FORMS).map(|form| [5, 123_456].map(|n| text(form, n, "name")).join("  "));
        insta::assert_snapshot!(forms.collect::<Vec<_>>().join("\n"), @r"
        a b  name 123456
        00000000-0000-4000-8000-000000000005  00000000-0000-4000-8000-00000001e240
        2026-01-02T03:04:05Z  2026-01-02T03:04:36Z
        2026-01-06  2026-01-05
        5  123456
        5.50  456.50
        2026-01-02T03:04:05  2026-01-02T03:04:36
        03:04:05  03:04:36
        2026-01-02T03:04:05+00:00[UTC]  2026-01-02T03:04:36+00:00[UTC]
        PT6S  PT37S
        127.0.0.5  127.0.0.36
        127.0.0.1:85  127.0.0.1:6536
        ::5  ::e241
        [::1]:85  [::1]:6536
        https://example.org/5  https://example.org/123456
        ada5@example.org  ada123456@example.org
        CHF  EUR
        01ARZ3NDEKTSV4RRFFQ69G5005  01ARZ3NDEKTSV4RRFFQ69G5456
        false  true
        C  A
        US  DE
        en-GB  en
        1.2.5  1.2.456
        0005  e241
        0000000000000000000000000000000000000000000000000000000000000005  000000000000000000000000000000000000000000000000000000000001e240
        10.0.5.0/24  10.0.36.0/24
        +493012345605  +493012345656
        GB29NWBK60161331926819  DE89370400440532013000
        UTC  Europe/Zurich
        #000000  #aabbcc
        10005  43456
        ABC-000005  ABC-123456
        zoe  ada-lovelace
        UBSWCHZH80A  DEUTDEFF
        5555555555554444  4111111111111111
        9783161484100  9780306406157
        0000000000000000000000000000000000000005  000000000000000000000000000000000001e240
        0x0000000000000000000000000000000000000005  0x000000000000000000000000000000000001e240
        2026-06  2026-01
        03:05  03:36
        Wm9lIQ==  QWRhIQ==
        0
        ");
    }
}
