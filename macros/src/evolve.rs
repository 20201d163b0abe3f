//! What keeps stored events readable: the names and versions that an event had, and the steps up from each.

mod alias;
mod chain;
pub(crate) mod versions;

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::LitInt;

use self::alias::Aliases;
use self::chain::Chain;
use self::versions::{NO_VERSION, number};
use crate::attrs::Attrs;
use crate::diag::{Diag, help};
use crate::names::Name;

/// `alias("AccountOpened"), version = 3, since = 2, upcast(2 = OpenedV2)`
pub(crate) struct Evolution {
    aliases: Aliases,
    version: Option<LitInt>,
    since: Option<LitInt>,
    upcast: Chain,
}

impl Evolution {
    /// Asks for `alias`, `version`, `since` and `upcast`.
    pub(crate) fn ask(attrs: &mut Attrs<'_>, event: &Ident) -> Self {
        let number = "a literal number";
        Self {
            aliases: Aliases::ask(attrs),
            version: attrs.value("version", number, "version = 1"),
            since: attrs.value("since", number, "since = 1"),
            upcast: Chain::ask(attrs, event),
        }
    }

    /// The oldest version that was ever stored, and the current one.
    pub(crate) fn versions(&self) -> [u16; 2] {
        let version = |literal: &Option<LitInt>| literal.as_ref().map_or(1, number).max(1);
        [version(&self.since), version(&self.version)]
    }

    /// Whether the versions are such that something can be said of each.
    pub(crate) fn check(&self, event: &Ident, name: &Name, intact: bool, diag: &Diag) -> bool {
        self.aliases.check(name, diag);
        let [oldest, current] = self.versions();
        let zero = |literal: &&LitInt| number(literal) == 0;
        let no_version = self.version.as_ref().filter(zero);
        let no_oldest = self.since.as_ref().filter(zero);
        if let Some(literal) = no_version {
            let next = help(&format!("version = {}", self.upcast.next()));
            diag.error(literal, format!("{NO_VERSION}{next}"));
        }
        if let Some(literal) = no_oldest {
            diag.error(literal, NO_VERSION);
        }
        let too_new = self.since.as_ref().filter(|_| oldest > current);
        if !intact || no_version.is_some() || no_oldest.is_some() {
            return false;
        }
        if let Some(since) = too_new {
            diag.error(since, format!("`{event}` is at version {current}, so version {oldest} was never stored\nnote: `since` is the oldest version that was"));
            return false;
        }
        let event_at = event as &dyn ToTokens;
        let at = self.version.as_ref().map_or(event_at, |literal| literal);
        self.upcast.check(event, [oldest, current], at, diag);
        true
    }

    /// What `EventInfo::new` does not say.
    pub(crate) fn said(&self) -> TokenStream {
        let (aliases, [oldest, _]) = (self.aliases.names(), self.versions());
        let since = (oldest > 1).then(|| hygienic!(.since(#oldest)));
        let aliases = (!aliases.is_empty()).then(|| hygienic!(.aliases(&[#(#aliases),*])));
        hygienic!(#since #aliases)
    }

    /// The arms that read old versions.
    pub(crate) fn arms(&self) -> TokenStream {
        self.upcast.arms()
    }
}
