//! The names that an event had before: `alias("AccountOpened")`.

use syn::LitStr;

use crate::attrs::Attrs;
use crate::diag::{Diag, repeated};
use crate::names::{Name, check_stored};

/// The names that an event was stored under before. They may hold whatever they do: they are on disk.
pub(crate) struct Aliases(Vec<LitStr>);

impl Aliases {
    /// Asks for `alias`.
    pub(crate) fn ask(attrs: &mut Attrs<'_>) -> Self {
        let kind = "the names that the event was stored under before";
        let listed = attrs.list("alias", kind, "alias(\"old.name\")");
        Self(listed.map_or_else(Vec::new, |listed| listed.items))
    }

    /// Each is another name than the one now and than the others.
    pub(crate) fn check(&self, now: &Name, diag: &Diag) {
        for (alias, first) in repeated(&self.0, |a, b| a.value() == b.value()) {
            let name = alias.value();
            if !check_stored(alias, diag) {
                continue;
            }
            if now.literal.is_some() && name == now.text {
                diag.error(alias, format!("`{name}` is what the event is stored as now\nnote: an alias is a name that it was stored under before"));
            } else if let Some(first) = first {
                diag.twice(alias, format!("the alias `{name}` is listed twice"), first);
            }
        }
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.0.iter().map(LitStr::value).collect()
    }
}
