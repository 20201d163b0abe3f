//! A field that the event had: `removed(note: String, in = 3)`.

use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Field, Fields, Ident, LitInt, MetaNameValue, Token, Type};

use super::rules::{self, Problem, Rule};
use super::versions::number;
use crate::diag::{Diag, help, source};

/// It was there from a version on, and no more from another one on.
pub(super) struct Removed {
    pub(super) field: Field,
    gone: LitInt,
    since: Option<LitInt>,
}

impl Parse for Removed {
    // note: String, in = 3
    // #[serde(rename = "memo")] note: String, since = 2, in = 3
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let field = Field::parse_named(input)?;
        let (mut gone, mut since) = (None, None);
        while input.parse::<Option<Token![,]>>()?.is_some() && !input.is_empty() {
            let end = input.call(Ident::parse_any)?;
            input.parse::<Token![=]>()?;
            let place = if end == "in" { &mut gone } else { &mut since };
            if (end != "in" && end != "since") || place.replace(input.parse()?).is_some() {
                return Err(input.error("not one `in` and one `since`"));
            }
        }
        Ok(Self {
            field: Field { attrs, ..field },
            gone: gone.ok_or_else(|| input.error("no `in`"))?,
            since,
        })
    }
}

impl Removed {
    /// The first version without it.
    pub(super) fn gone(&self) -> u16 {
        number(&self.gone)
    }

    /// The first version with it.
    pub(super) fn since(&self) -> u16 {
        self.since.as_ref().map_or(0, number)
    }

    pub(super) fn is_in(&self, version: u16) -> bool {
        (self.since()..self.gone()).contains(&version)
    }
}

/// Each was there in a version that was stored, and is there no more.
pub(super) fn check(
    removed: &[Removed],
    rules: &[Rule],
    fields: &Fields,
    versions: [u16; 2],
    diag: &Diag,
) -> bool {
    let problems: Vec<_> = removed
        .iter()
        .flat_map(|one| {
            let ends = one.ends(versions).into_iter();
            let field = one.borrowed().into_iter().chain(one.said());
            ends.chain(field).chain(one.still_there(rules, fields))
        })
        .collect();
    for (at, message) in &problems {
        diag.error(at, message);
    }
    problems.is_empty()
}

impl Removed {
    /// What is wrong with the versions that it names.
    fn ends(&self, [first, current]: [u16; 2]) -> Vec<Problem> {
        let ends = [Some(&self.gone), self.since.as_ref()];
        let problem = |end: &LitInt| {
            let message = rules::problem(number(end), first, current)?;
            Some((end.to_token_stream(), message))
        };
        let mut problems: Vec<Problem> = ends.into_iter().flatten().filter_map(problem).collect();
        if let Some(since) = self.since.as_ref().filter(|_| self.since() >= self.gone()) {
            let gone = self.gone();
            let message = format!(
                "the field was gone in version {gone}, so it was in no version\nnote: `since` is the first version with it, `in` the first one without"
            );
            problems.push((since.to_token_stream(), message));
        }
        problems
    }

    /// The shape that it is a field of follows from the fields, and borrows from nothing.
    fn borrowed(&self) -> Option<Problem> {
        let Type::Reference(reference) = &self.field.ty else {
            return None;
        };
        let owned = match &*reference.elem {
            Type::Path(text) if text.path.is_ident("str") => "String".to_owned(),
            owned => source(owned),
        };
        let message = format!(
            "a field that was removed owns what it holds\nnote: old events are read into a shape that borrows from nothing{}",
            self.written(&owned, self.since.as_ref())
        );
        Some((reference.to_token_stream(), message))
    }

    /// What a field that is there says of itself stands here behind its type.
    fn said(&self) -> Option<Problem> {
        let mut attrs = self.field.attrs.iter();
        let said = attrs.find(|attr| attr.path().is_ident("event"))?;
        let options = Punctuated::<MetaNameValue, Token![,]>::parse_terminated;
        let options = said.parse_args_with(options).into_iter().flatten();
        let since = options.filter(|option| option.path.is_ident("since"));
        let since = since.map(|since| since.value.to_token_stream()).next();
        let message = format!(
            "a field that was removed has no `#[event(..)]`\nnote: its versions stand behind its type{}",
            self.written(&source(&self.field.ty), since)
        );
        Some((said.to_token_stream(), message))
    }

    /// It, with this type and first version.
    fn written(&self, ty: &str, since: Option<impl ToTokens>) -> String {
        let name = self.field.ident.to_token_stream();
        let since = since.map_or_else(String::new, |it| format!("since = {}, ", source(it)));
        help(&format!("removed({name}: {ty}, {since}in = {})", self.gone))
    }

    fn still_there(&self, rules: &[Rule], fields: &Fields) -> Option<Problem> {
        let same = |field: &Field| field.ident == self.field.ident;
        let again = fields.iter().position(same);
        let came = |rule: &Rule| Some(rule.field) == again && rule.is_new();
        let came = rules.iter().find(|rule| came(rule));
        let message = if let Fields::Unnamed(_) = fields {
            "a tuple's fields go by their places, so none can be removed by name\nnote: the old shape and its step say it: `upcast(1 = OpenedV1)`"
        } else if again.is_some() && came.is_none_or(|rule| rule.since() < self.gone()) {
            "the field is there still\nnote: one that came again has `#[event(since = .., default = ..)]` of a later version"
        } else {
            return None;
        };
        Some((self.field.to_token_stream(), message.to_owned()))
    }
}
