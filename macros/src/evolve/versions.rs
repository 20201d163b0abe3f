//! Versions, and the lists that hold something for each old one.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitInt, Token};

use crate::diag::{Diag, help, repeated};

/// Why a number is refused.
pub(crate) const NO_VERSION: &str = "a version is a number from 1 to 65535";

/// Zero, which is no version, if it is not a number that versions have.
pub(crate) fn number(version: &LitInt) -> u16 {
    version.base10_parse().unwrap_or(0)
}

/// What belongs to one old version, or to several that follow one another.
pub(crate) struct Old<T> {
    pub(crate) first: LitInt,
    last: Option<LitInt>,
    pub(crate) value: T,
}

impl<T: Parse> Parse for Old<T> {
    // 1 = OpenedV1
    // 2..=4 = shapes::OpenedV2<'_>
    // 1 = r#"{"amount":250}"#
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let first = input.parse()?;
        let range = input.parse::<Option<Token![..=]>>()?;
        let last = range.map(|_| input.parse()).transpose()?;
        input.parse::<Token![=]>()?;
        let value = input.parse()?;
        Ok(Self { first, last, value })
    }
}

impl<T> Old<T> {
    pub(crate) fn first(&self) -> u16 {
        number(&self.first)
    }

    pub(crate) fn last(&self) -> u16 {
        self.last.as_ref().map_or_else(|| self.first(), number)
    }

    pub(crate) fn holds(&self, version: u16) -> bool {
        (self.first()..=self.last()).contains(&version)
    }

    pub(crate) fn pattern(&self) -> TokenStream {
        let (first, last) = (self.first(), self.last());
        match &self.last {
            Some(_) => quote!(#first..=#last),
            None => quote!(#first),
        }
    }

    /// The versions as they are written.
    pub(crate) fn written(&self) -> String {
        match &self.last {
            Some(last) => format!("{}..={last}", self.first),
            None => self.first.to_string(),
        }
    }
}

/// Each is of old versions that were stored, and no two are of one. `values` is what two of them would be, and
/// `refused` what one of the current version is or is not.
pub(crate) fn check<T>(
    all: &[Old<T>],
    event: &Ident,
    [oldest, current]: [u16; 2],
    [values, refused]: [&str; 2],
    diag: &Diag,
) {
    let overlap = |a: &Old<T>, b: &Old<T>| a.first() <= b.last() && b.first() <= a.last();
    for (old, other) in repeated(all, overlap) {
        let (first, last) = (old.first(), old.last());
        let end = old.last.as_ref().unwrap_or(&old.first);
        if first == 0 {
            diag.error(&old.first, NO_VERSION);
        } else if last < first {
            let upwards = help(&format!("{last}..={first}"));
            diag.error(
                end,
                format!("no version is in `{}`{upwards}", old.written()),
            );
        } else if last >= current {
            let so = format!("so version {last} {refused}");
            diag.error(end, format!("`{event}` is at version {current}, {so}"));
        } else if first < oldest {
            diag.error(&old.first, format!("version {first} of `{event}` was never stored\nnote: `since = {oldest}` says so"));
        } else if let Some(other) = other {
            let both = first.max(other.first());
            let again = format!("version {both} of `{event}` has two {values}");
            diag.twice(&old.first, again, &other.first);
        }
    }
}
