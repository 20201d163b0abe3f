//! What keeps stored events readable: the names and versions that an event had, and the steps up from each.

pub(crate) mod about;
mod alias;
mod chain;
mod keys;
mod removed;
mod rules;
mod shapes;
pub(crate) mod versions;

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{DeriveInput, Fields, LitInt};

use self::alias::Aliases;
use self::chain::Chain;
use self::shapes::{Shapes, named};
use self::versions::{NO_VERSION, number};
use crate::attrs::Attrs;
use crate::diag::{Diag, help};
use crate::input::fields;
use crate::names::Name;
use crate::paths::Root;

/// `alias("AccountOpened"), version = 3, since = 2, upcast(2 = OpenedV2)`
pub(crate) struct Evolution<'a> {
    aliases: Aliases,
    version: Option<LitInt>,
    since: Option<LitInt>,
    upcast: Chain,
    shapes: Shapes<'a>,
    /// Whether the rules on the fields could be read.
    read: bool,
}

impl<'a> Evolution<'a> {
    /// Asks for `alias`, `version`, `since`, `upcast` and `removed`, and each field for its rules.
    pub(crate) fn ask(attrs: &mut Attrs<'_>, input: &'a DeriveInput, diag: &Diag) -> Self {
        let fields = fields(input).unwrap_or(&Fields::Unit);
        let asked = rules::ask(fields, diag);
        let read = asked.is_some();
        let (rules, given) = asked.unwrap_or_default();
        let number = "a literal number";
        Self {
            aliases: Aliases::ask(attrs),
            version: attrs.value("version", number, "version = 1"),
            since: attrs.value("since", number, "since = 1"),
            upcast: Chain::ask(attrs, &input.ident),
            read,
            shapes: Shapes {
                input,
                rules,
                given,
                removed: attrs.every(
                    "removed",
                    "a field and the version without it",
                    "removed(note: String, in = 2)",
                ),
            },
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
        about::check(&self.shapes.given, diag);
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
        if !intact || !self.read || no_version.is_some() || no_oldest.is_some() {
            return false;
        }
        if let Some(since) = too_new {
            diag.error(since, format!("`{event}` is at version {current}, so version {oldest} was never stored\nnote: `since` is the oldest version that was"));
            return false;
        }
        let event_at = event as &dyn ToTokens;
        let at = self.version.as_ref().map_or(event_at, |literal| literal);
        let derived = self.derived();
        if self
            .upcast
            .check(event, [oldest, current], derived, at, diag)
            && let Some(first) = derived
        {
            self.check_rules(event, first, diag);
        }
        true
    }

    /// What is said of the fields accounts for each version of which no shape is given.
    fn check_rules(&self, event: &Ident, first: u16, diag: &Diag) {
        let (shapes, current) = (&self.shapes, self.versions()[1]);
        shapes.check(diag);
        let fields = fields(shapes.input).unwrap_or(&Fields::Unit);
        let versions = [first, current];
        let ruled = rules::check(&shapes.rules, &shapes.keys(), versions, diag);
        let removed = removed::check(&shapes.removed, &shapes.rules, fields, versions, diag);
        if ruled && removed {
            shapes.check_keys(versions, diag);
        }
        let mut changes = (first..current).map(|before| before + 1);
        let same = changes.find(|version| !shapes.changed(*version));
        if let Some(version) = same.filter(|_| ruled && removed) {
            let rust = event.unraw();
            let before = version - 1;
            diag.error(event, format!("nothing says what changed in version {version} of `{event}`\nnote: a field with `#[event(since = {version}, ..)]`, `removed(.., in = {version})`, or `upcast({before} = {rust}V{before})` does"));
        }
    }

    /// The first version whose shape follows from the fields, if any does: none that is given by hand comes behind it.
    fn derived(&self) -> Option<u16> {
        let [oldest, current] = self.versions();
        let first = self.upcast.next().max(oldest);
        (!self.shapes.is_empty() && first <= current).then_some(first)
    }

    /// What `EventInfo::new` does not say.
    pub(crate) fn said(&self) -> TokenStream {
        let (aliases, [oldest, _]) = (self.aliases.names(), self.versions());
        let since = (oldest > 1).then(|| hygienic!(.since(#oldest)));
        let aliases = (!aliases.is_empty()).then(|| hygienic!(.aliases(&[#(#aliases),*])));
        let first = self.derived_versions().start;
        let about = about::said(self.shapes.input, &self.shapes.given, first);
        hygienic!(#since #aliases #about)
    }

    /// What reads old versions, if there are any. The trait reads the current one, and refuses what nothing reads.
    pub(crate) fn decode(&self) -> Option<TokenStream> {
        let arms = self.arms();
        let decode = hygienic! {
            fn decode<__Codec: __factum::Codec>(
                codec: &__Codec, version: __factum::u16, payload: &[__factum::u8],
            ) -> __factum::Result<Self, __factum::DecodeError> {
                match version { #arms _ => __factum::current(codec, version, payload) }
            }
        };
        (!arms.is_empty()).then_some(decode)
    }

    fn arms(&self) -> TokenStream {
        let versions = self.derived_versions();
        let named = |version| self.named(version);
        let lift = |version| self.shapes.lift(version);
        let first = versions.clone().next();
        let first = first.map(|first| [named(first).into_token_stream(), lift(first)]);
        let typed = self.upcast.arms(first.as_ref());
        let derived = versions.map(|version| {
            let (shape, lift) = (named(version), lift(version));
            hygienic! {
                #version => {
                    let event = __factum::decode::<__Codec, Self, #shape>(codec, version, payload)?;
                    __factum::Result::Ok(#lift)
                }
            }
        });
        hygienic!(#typed #(#derived)*)
    }

    /// The structs of those versions: the one that a step leads to, which its user names, and the others.
    pub(crate) fn shapes(&self, root: &Root) -> [TokenStream; 2] {
        let shape = |version| self.shapes.shape(version, &self.named(version), root);
        let (known, others): (Vec<u16>, Vec<u16>) = self
            .derived_versions()
            .partition(|version| self.is_known(*version));
        [known, others].map(|versions| versions.into_iter().map(shape).collect())
    }

    fn derived_versions(&self) -> std::ops::Range<u16> {
        let current = self.versions()[1];
        self.derived().unwrap_or(current)..current
    }

    fn is_known(&self, version: u16) -> bool {
        self.derived() == Some(version) && version == self.upcast.next() && version > 1
    }

    fn named(&self, version: u16) -> Ident {
        named(&self.shapes.input.ident, version, self.is_known(version))
    }
}
