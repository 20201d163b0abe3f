//! The shapes that rules stand for: one struct for each old version, and what makes the event of it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;
use syn::punctuated::Punctuated;
use syn::{Attribute, DeriveInput, Field, Fields, Member, Meta, Token};

use super::about::Shape;
use super::keys::{Side, key};
use super::removed::Removed;
use super::rules::{Rule, renamed};
use crate::diag::{Diag, repeated};
use crate::input::fields;
use crate::paths::Root;

/// Where what is stored is not the fields, each under its key: the word for serde, why rules on fields mean nothing then,
/// and what to write.
const WHOLE: [(&str, &str, &str); 6] = [
    ("default", "an old version has no `Default`", OF_FIELDS),
    ("from", NOT_READ, STEP),
    (
        "into",
        "serde does not write the event field by field",
        STEP,
    ),
    ("remote", NOT_READ, STEP),
    ("transparent", "the one field is stored without a key", STEP),
    ("try_from", NOT_READ, STEP),
];
const NOT_READ: &str = "serde does not read the event field by field";
const OF_FIELDS: &str = "write `#[serde(default)]` on the fields that may be missing";
const STEP: &str = "write the old shape and a step, `upcast(1 = ..)`";

/// What says under which key a field stands.
const KEYS: [&str; 2] = ["alias", "rename"];

/// What the rules say, beside the fields that they say it of.
pub(super) struct Shapes<'a> {
    pub(super) input: &'a DeriveInput,
    pub(super) rules: Vec<Rule>,
    pub(super) removed: Vec<Removed>,
    /// The shapes of fields that cannot be traced.
    pub(super) given: Vec<Shape>,
}

impl Shapes<'_> {
    pub(super) fn is_empty(&self) -> bool {
        self.rules.is_empty() && self.removed.is_empty()
    }

    /// Whether something changed in this version.
    pub(super) fn changed(&self, version: u16) -> bool {
        let rule = self.rules.iter().any(|rule| rule.since() == version);
        let ends = |it: &Removed| it.gone() == version || it.since() == version;
        rule || self.removed.iter().any(ends)
    }

    /// Serde reads the event field by field, so that an old shape is those of its fields that were there.
    pub(super) fn check(&self, diag: &Diag) {
        for (word, reason, instead) in WHOLE {
            for found in words(&self.input.attrs, &[word]) {
                diag.error(
                    &found,
                    format!(
                        "`{word}` does not go with changes on the fields\nnote: {reason}; {instead}"
                    ),
                );
            }
        }
        let now = fields(self.input).into_iter().flatten();
        let gone = self.removed.iter().map(|it| &it.field);
        for field in now.chain(gone) {
            for word in words(&field.attrs, &["flatten"]) {
                diag.error(&word, format!("`flatten` does not go with changes on the fields\nnote: what it takes in has no keys of its own; {STEP}"));
            }
        }
        self.check_changed(diag);
    }

    /// What changed has a key, and serde reads it.
    fn check_changed(&self, diag: &Diag) {
        if let Some(Fields::Unnamed(_)) = fields(self.input) {
            for old in self.rules.iter().filter_map(|it| it.renamed_from.as_ref()) {
                diag.error(old, "a tuple's fields go by their places, so none had another name\nnote: the old shape and its step say what changed: `upcast(1 = OpenedV1)`");
            }
        }
        let now = fields(self.input).into_iter().flatten().enumerate();
        let has_rule = |place| self.rules.iter().any(|rule| rule.field == place);
        let changed = now.filter_map(|(place, field)| has_rule(place).then_some(field));
        let gone = self.removed.iter().map(|it| &it.field);
        for field in changed.chain(gone) {
            for word in words(&field.attrs, &["skip", "skip_deserializing"]) {
                diag.error(&word, format!("`{word}` does not go with a change of this field\nnote: serde reads it in no version, so what was stored there would be lost; leave one of the two out"));
            }
        }
    }

    /// The keys that the fields are stored under now.
    pub(super) fn keys(&self) -> Vec<String> {
        let all = fields(self.input).into_iter().flatten().enumerate();
        all.map(|(place, field)| self.key(place, field, Side::Written))
            .collect()
    }

    fn key(&self, place: usize, field: &Field, side: Side) -> String {
        key(&self.input.attrs, place, field, side)
    }

    /// No old version has two fields under one key, which nothing could read.
    pub(super) fn check_keys(&self, [first, current]: [u16; 2], diag: &Diag) {
        for version in first..current {
            let now = fields(self.input).into_iter().flatten().enumerate();
            let now = now.filter(|(place, _)| self.is_in(*place, version));
            let read = |place, field: &Field| {
                let key = self.key(place, field, Side::Read);
                (field.to_token_stream(), key)
            };
            let now = now.map(
                |(place, field)| match renamed(&self.rules, place, version) {
                    Some(old) => (old.to_token_stream(), old.value()),
                    None => read(place, field),
                },
            );
            let gone = self.removed.iter().filter(|it| it.is_in(version));
            let gone = gone.map(|it| read(0, &it.field));
            let all: Vec<_> = now.chain(gone).collect();
            for ((at, key), other) in repeated(&all, |a, b| a.1 == b.1) {
                if let Some((other, _)) = other {
                    diag.twice(at, format!("version {version} would have two fields `{key}`\nnote: one of them came later, or was stored under another key"), other);
                    return;
                }
            }
        }
    }

    /// The struct that one version was stored as.
    pub(super) fn shape(&self, version: u16, ident: &Ident, root: &Root) -> TokenStream {
        let (private, kept) = (root.private(), serde(&self.input.attrs, &["crate"]));
        let serde = quote!(#private::serde).to_string();
        let all = fields(self.input).into_iter().flatten().enumerate();
        let there = all.filter(|(place, _)| self.is_in(*place, version));
        let now = there.map(|(place, field)| self.field(place, field, version));
        let gone = self.removed.iter().filter(|it| it.is_in(version));
        let gone = gone.map(|it| {
            let vis = self.input.vis.clone();
            let field = it.field.clone();
            Field { vis, ..field }.into_token_stream()
        });
        let parts: Vec<TokenStream> = now.chain(gone).collect();
        let body = match fields(self.input) {
            Some(Fields::Unnamed(_)) => quote!((#(#parts),*);),
            Some(Fields::Unit) if parts.is_empty() => quote!(;),
            _ => quote!({ #(#parts),* }),
        };
        let (vis, doc) = (
            &self.input.vis,
            format!("`{}` as version {version} stored it.", self.input.ident),
        );
        hygienic! {
            #[doc = #doc]
            #[allow(clippy::all, clippy::pedantic, dead_code, missing_debug_implementations, missing_docs)]
            #[derive(#private::Deserialize)]
            #[serde(crate = #serde)]
            #(#kept)*
            #vis struct #ident #body
        }
    }

    /// The event of such a struct.
    pub(super) fn lift(&self, version: u16) -> TokenStream {
        let mut places = 0..;
        let all = fields(self.input).into_iter().flatten().enumerate();
        let values = all.map(|(place, field)| {
            let member = |at: usize| {
                field
                    .ident
                    .clone()
                    .map_or_else(|| Member::from(at), Member::from)
            };
            let to = member(place);
            match self.came(place).filter(|rule| rule.since() > version) {
                Some(rule) => {
                    let default = &rule.default;
                    hygienic!(#to: #default)
                }
                None => {
                    let from = member(places.next().unwrap_or(place));
                    hygienic!(#to: event.#from)
                }
            }
        });
        hygienic!(Self { #(#values),* })
    }

    fn came(&self, field: usize) -> Option<&Rule> {
        let mut rules = self.rules.iter().filter(|rule| rule.field == field);
        rules.find(|rule| rule.is_new())
    }

    fn is_in(&self, field: usize, version: u16) -> bool {
        self.came(field).is_none_or(|rule| rule.since() <= version)
    }

    /// A field as it was, under the key that it had.
    fn field(&self, place: usize, field: &Field, version: u16) -> TokenStream {
        let key = renamed(&self.rules, place, version);
        let dropped: &[&str] = if key.is_some() { &KEYS } else { &[] };
        let (kept, key) = (
            serde(&field.attrs, dropped),
            key.map(|key| quote!(#[serde(rename = #key)])),
        );
        let Field { vis, ident, ty, .. } = field;
        let name = ident.as_ref().map(|ident| quote!(#ident:));
        quote!(#(#kept)* #key #vis #name #ty)
    }
}

/// The name of an old shape: one that the user writes steps to, or one that nobody needs to know.
pub(super) fn named(event: &Ident, version: u16, is_known: bool) -> Ident {
    if is_known {
        format_ident!("{}V{version}", event.unraw(), span = event.span())
    } else {
        Ident::new(&format!("__V{version}"), Span::mixed_site())
    }
}

/// What these attributes say to serde, but for some words.
fn serde(attrs: &[Attribute], dropped: &[&str]) -> Vec<TokenStream> {
    let said = |attr: &Attribute| {
        let options = options(attr)?.into_iter();
        let kept =
            options.filter(|option| !dropped.iter().any(|word| option.path().is_ident(word)));
        Some(quote!(#[serde(#(#kept),*)]))
    };
    attrs.iter().filter_map(said).collect()
}

/// The words that these attributes say to serde, of some.
fn words(attrs: &[Attribute], wanted: &[&str]) -> Vec<Ident> {
    let options = attrs.iter().filter_map(options).flatten();
    let idents = options.filter_map(|option| option.path().get_ident().cloned());
    let found = idents.filter(|ident| wanted.iter().any(|word| ident == word));
    found.collect()
}

/// What an attribute says to serde.
pub(super) fn options(attr: &Attribute) -> Option<Punctuated<Meta, Token![,]>> {
    let of_serde = attr.path().is_ident("serde");
    let parsed = of_serde.then(|| attr.parse_args_with(Punctuated::parse_terminated));
    parsed?.ok()
}
