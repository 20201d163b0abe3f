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
    known
        .into_iter()
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many letters to insert, drop, replace or swap (optimal string alignment): plain Levenshtein counts
/// the swap in `nmae` twice and would not find `name`.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let other = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (rows[i - 1][j] + 1)
                .min(row[j - 1] + 1)
                .min(rows[i - 1][j - 1] + other);
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
