//! Errors, collected: one compile says everything that is wrong.

use std::cell::RefCell;
use std::fmt::Display;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::Error;

/// Takes every error of one derive: the steps report, and [`crate::input::derive`] alone asks what there was.
#[derive(Default)]
pub(crate) struct Diag(RefCell<Option<Error>>);

impl Diag {
    /// Reports at all of these tokens. (`Error::new` with their span would underline the first alone.)
    pub(crate) fn error(&self, at: impl ToTokens, message: impl Display) {
        let error = Error::new_spanned(at, message);
        match &mut *self.0.borrow_mut() {
            Some(errors) => errors.combine(error),
            none => *none = Some(error),
        }
    }

    /// Reports what stands in two places: stable has no notes with a span of their own.
    pub(crate) fn twice(&self, again: impl ToTokens, message: impl Display, first: impl ToTokens) {
        self.error(again, message);
        self.error(first, "first given here");
    }

    /// Whether a word is one of these; else it is reported, with a near one to write, or else another help.
    pub(crate) fn known(
        &self,
        word: &impl ToTokens,
        kind: &str,
        known: &[String],
        headline: &str,
        or: &str,
    ) -> bool {
        let text = source(word);
        let found = known.contains(&text);
        if !found {
            let near = similar(&text, known.iter().map(String::as_str)).map(help);
            let (known, help) = (all("its", kind, known), near.as_deref().unwrap_or(or));
            self.error(word, format!("{headline}\nnote: {known}{help}"));
        }
        found
    }

    /// The errors as `compile_error!`s, and the first of them as a type. `None` if there are none.
    ///
    /// An array whose length is an error is a type of which rustc says nothing, whatever is done with it; and the
    /// same error in the same place it shows but once.
    pub(crate) fn finish(self) -> Option<(TokenStream, TokenStream)> {
        let errors = self.0.into_inner()?;
        let first = errors.clone().into_iter().next()?.into_compile_error();
        Some((errors.into_compile_error(), hygienic!([(); #first])))
    }
}

/// Each item, with the first of those before it that is the same.
pub(crate) fn repeated<T>(
    items: &[T],
    same: impl Fn(&T, &T) -> bool,
) -> impl Iterator<Item = (&T, Option<&T>)> {
    let first = move |i: usize| items[..i].iter().find(|first| same(first, &items[i]));
    (0..items.len()).map(move |i| (&items[i], first(i)))
}

/// The known word that was probably meant.
pub(crate) fn similar<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = word.chars().count().max(3) / 3;
    let known = known.into_iter().map(|it| (distance(word, it), it));
    let near = known.filter(|(distance, _)| *distance <= limit);
    Some(near.min_by_key(|(distance, _)| *distance)?.1)
}

/// How many letters to insert, drop, replace or swap (optimal string alignment): plain Levenshtein counts
/// the swap in `nmae` twice and would not find `name`.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = replaced.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

/// The line that says what to paste; none if there is nothing.
pub(crate) fn help(paste: &str) -> String {
    match paste {
        "" => String::new(),
        paste => format!("\nhelp: write `{paste}`"),
    }
}

/// Words as a list in code quotes.
pub(crate) fn listed<T: Display>(words: impl IntoIterator<Item = T>) -> String {
    let words = words.into_iter().map(|word| format!("`{word}`"));
    words.collect::<Vec<_>>().join(", ")
}

/// All that there is of a kind: `its fields are ..`.
pub(crate) fn all<T: Display>(whose: &str, kind: &str, words: &[T]) -> String {
    match words {
        [] => format!("it has no {kind}s yet"),
        [only] => format!("{whose} only {kind} is `{only}`"),
        several => format!("{whose} {kind}s are {}", listed(several)),
    }
}

/// Tokens as one would write them.
pub(crate) fn source(tokens: impl ToTokens) -> String {
    tokens.into_token_stream().to_string()
}
