//! Stored names: data on disk, so given by hand and checked before anything can be stored under them.

use proc_macro2::Ident;
use syn::LitStr;
use syn::ext::IdentExt;

use crate::attrs::Attrs;
use crate::diag::{Diag, help};

/// The longest stored name in bytes.
const MAX: usize = 128;

/// A stored name, and where it was written.
pub(crate) struct Name {
    /// The Rust name where none was given, so that a stub has a name of its own.
    pub(crate) text: String,
    pub(crate) literal: Option<LitStr>,
}

impl Name {
    /// Asks for `name`; what is suggested is a good one for this item.
    pub(crate) fn ask(attrs: &mut Attrs<'_>, ident: &Ident, suggested: &str) -> Self {
        let sample = format!("name = \"{suggested}\"");
        let literal: Option<LitStr> = attrs.value("name", "a literal string", &sample);
        let rust = || ident.unraw().to_string();
        Self {
            text: literal.as_ref().map_or_else(rust, LitStr::value),
            literal,
        }
    }

    /// The rules that every stored name obeys: it is a key, a filter, a column and a part of log lines.
    pub(crate) fn check(&self, diag: &Diag) {
        self.report(problem(&self.text), '-', diag);
    }

    /// Streams are named `category-id` and split at the first `-`.
    pub(crate) fn check_category(&self, diag: &Diag) {
        let dash = || self.text.contains('-').then(|| DASH.to_owned());
        self.report(problem(&self.text).or_else(dash), '_', diag);
    }

    fn report(&self, problem: Option<String>, dash: char, diag: &Diag) {
        if let (Some(literal), Some(problem)) = (&self.literal, problem) {
            let mended = mended(&self.text, dash).map(|name| help(&format!("name = \"{name}\"")));
            diag.error(literal, problem + &mended.unwrap_or_default());
        }
    }
}

const DASH: &str = "an aggregate's stored name cannot hold `-`\nnote: streams are named `category-id` and split at the first `-`";

/// What only the runtime and the stores may begin a name with.
const RESERVED: [&str; 2] = ["$", "factum."];

fn problem(text: &str) -> Option<String> {
    let bad = text.chars().find(|c| !allowed(*c)).map(shown);
    let reserved = RESERVED.iter().find(|prefix| text.starts_with(**prefix));
    let bytes = text.len();
    Some(match (bad, reserved) {
        _ if bytes == 0 => "a stored name cannot be empty".to_owned(),
        (Some(bad), _) => format!(
            "a stored name cannot hold {bad}\nnote: it is printable ASCII without spaces, quotes and `\\`"
        ),
        _ if bytes > MAX => format!("the stored name has {bytes} bytes and the limit is {MAX}"),
        (_, Some(reserved)) => format!(
            "stored names that start with `{reserved}` are reserved\nnote: stores, and factum itself, keep them for their own use"
        ),
        _ => return None,
    })
}

/// Whether anything may have been stored under this name, which need not be one that is given today.
pub(crate) fn check_stored(name: &LitStr, diag: &Diag) -> bool {
    let text = name.value();
    let stored = !text.is_empty() && !text.contains('\0');
    if !stored {
        diag.error(name, "nothing was ever stored under this name\nnote: a stored name is neither empty nor does it hold U+0000");
    }
    stored
}

/// The nearest name without problems, unless it would lose a letter.
fn mended(text: &str, dash: char) -> Option<String> {
    let mut rest = text.trim();
    while let Some(shorter) = RESERVED.iter().find_map(|prefix| rest.strip_prefix(prefix)) {
        rest = shorter;
    }
    if rest.chars().any(|c| !allowed(c) && c.is_alphanumeric()) {
        return None;
    }
    let dashed = rest.replace([' ', '-'], &dash.to_string());
    let name = dashed.replace(|c| !allowed(c), "");
    problem(&name).is_none().then_some(name)
}

fn allowed(c: char) -> bool {
    c.is_ascii_graphic() && !matches!(c, '"' | '\'' | '`' | '\\')
}

fn shown(c: char) -> String {
    match c {
        ' ' => "a space".to_owned(),
        '`' => "a backtick".to_owned(),
        c if c.is_ascii_graphic() => format!("`{c}`"),
        // What does not show, or turns the line around, is shown as the user could have written it.
        c => format!("`{}` (U+{:04X})", c.escape_debug(), u32::from(c)),
    }
}

/// A name to paste for an event: `MoneyDeposited` suggests `money.deposited`.
pub(crate) fn suggest_event(ident: &Ident) -> String {
    match ascii_words(ident).as_slice() {
        [] => "thing.happened".to_owned(),
        [only] => only.clone(),
        [first, rest @ ..] => format!("{first}.{}", rest.join("-")),
    }
}

/// A name to paste for an aggregate: `BankAccount` suggests `bank_account`.
pub(crate) fn suggest_category(ident: &Ident) -> String {
    match ascii_words(ident) {
        none if none.is_empty() => "thing".to_owned(),
        words => words.join("_"),
    }
}

/// As much of the words as a stored name can hold.
fn ascii_words(ident: &Ident) -> Vec<String> {
    let words = words(ident).into_iter();
    let ascii = words.map(|word| word.chars().filter(char::is_ascii).collect());
    ascii.filter(|word: &String| !word.is_empty()).collect()
}

/// The words of a name, as functions are named.
pub(crate) fn snake(ident: &Ident) -> String {
    words(ident).join("_")
}

/// The words of a name in camel case, in lower case: `HTTPServerStarted` has three.
fn words(ident: &Ident) -> Vec<String> {
    let chars: Vec<char> = ident.unraw().to_string().chars().collect();
    let mut spaced = String::new();
    for (i, c) in chars.iter().enumerate() {
        let after_lower = i > 0 && !chars[i - 1].is_uppercase();
        let before_lower = chars.get(i + 1).is_some_and(|next| next.is_lowercase());
        if *c == '_' || c.is_uppercase() && (after_lower || before_lower) {
            spaced.push(' ');
        }
        spaced.extend(c.to_lowercase().filter(|c| c.is_alphanumeric()));
    }
    spaced.split_whitespace().map(str::to_owned).collect()
}
