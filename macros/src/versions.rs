//! Versions, and the lists that hold something for each old one.

use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitInt, Token};

use crate::diag::{Diag, repeated};

/// Why a number is refused.
pub(crate) const NO_VERSION: &str = "a version is a number from 1 to 65535";

/// Zero, which is no version, if it is not a number that versions have.
pub(crate) fn number(version: &LitInt) -> u16 {
    version.base10_parse().unwrap_or(0)
}

/// What belongs to one old version.
pub(crate) struct Old<T> {
    pub(crate) literal: LitInt,
    pub(crate) value: T,
}

impl<T: Parse> Parse for Old<T> {
    // 1 = OpenedV1
    // 2 = shapes::OpenedV2<'_>
    // 1 = r#"{"amount":250}"#
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let literal = input.parse()?;
        input.parse::<Token![=]>()?;
        let value = input.parse()?;
        Ok(Self { literal, value })
    }
}

impl<T> Old<T> {
    pub(crate) fn version(&self) -> u16 {
        number(&self.literal)
    }
}

/// Each is of a version below the current one, and no two are of one. `values` is what two of them would be, and
/// `refused` what one of the current version is or is not.
pub(crate) fn check<T>(
    all: &[Old<T>],
    event: &Ident,
    current: u16,
    [values, refused]: [&str; 2],
    diag: &Diag,
) {
    for (old, first) in repeated(all, |a, b| a.version() == b.version()) {
        let (version, literal) = (old.version(), &old.literal);
        if version == 0 {
            diag.error(literal, NO_VERSION);
        } else if version >= current {
            let so = format!("so version {version} {refused}");
            diag.error(literal, format!("`{event}` is at version {current}, {so}"));
        } else if let Some(first) = first {
            let again = format!("version {version} of `{event}` has two {values}");
            diag.twice(literal, again, &first.literal);
        }
    }
}
