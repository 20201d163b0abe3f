//! What the source says of an event and of its fields: doc comments, and shapes that cannot be traced.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Attribute, DeriveInput, Expr, ExprLit, Field, Lit, LitStr, Meta};

use super::shapes::options;
use crate::diag::{Diag, repeated};
use crate::input::fields;

/// `#[event(shape = "decimal")]` on a field.
pub(super) struct Shape {
    /// Which of the fields.
    pub(super) field: usize,
    pub(super) literal: LitStr,
}

/// Each field has one shape, and each shape has a name.
pub(super) fn check(shapes: &[Shape], diag: &Diag) {
    for (shape, first) in repeated(shapes, |a, b| a.field == b.field) {
        if let Some(first) = first {
            diag.twice(
                &shape.literal,
                "the shape of one field is given twice",
                &first.literal,
            );
        }
        if shape.literal.value().trim().is_empty() {
            diag.error(
                &shape.literal,
                "a shape is a word or a few\nhelp: write `shape = \"decimal\"`",
            );
        }
    }
}

/// What `EventInfo` is told, if anything is said.
pub(super) fn said(input: &DeriveInput, shapes: &[Shape]) -> TokenStream {
    let doc = doc(&input.attrs);
    let all = fields(input).into_iter().flatten().enumerate();
    let told = all.filter_map(|(place, field)| {
        let (name, doc) = (key(place, field), self::doc(&field.attrs));
        let shape = shapes.iter().find(|shape| shape.field == place);
        let literal = shape.map_or_else(|| "".to_token_stream(), |it| it.literal.to_token_stream());
        let is_told = !doc.is_empty() || shape.is_some();
        is_told.then(|| hygienic!(__factum::FieldInfo::new(#name, #doc, #literal)))
    });
    let told: Vec<TokenStream> = told.collect();
    let is_said = !doc.is_empty() || !told.is_empty();
    let said = is_said.then(|| hygienic!(.about(#doc, &[#(#told),*])));
    said.into_token_stream()
}

/// The lines of a doc comment.
pub(crate) fn doc(attrs: &[Attribute]) -> String {
    let lines = attrs.iter().filter_map(|attr| match &attr.meta {
        Meta::NameValue(doc) if doc.path.is_ident("doc") => text(&doc.value),
        _ => None,
    });
    let lines: Vec<String> = lines.collect();
    let lines = lines
        .iter()
        .map(|line| line.strip_prefix(' ').unwrap_or(line));
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// The key that a field is stored under, as far as its own attributes say so.
pub(super) fn key(place: usize, field: &Field) -> String {
    let renamed = field.attrs.iter().filter_map(options).flatten();
    let renamed = renamed.filter(|option| option.path().is_ident("rename"));
    let mut renamed = renamed.filter_map(|option| text(&option.require_name_value().ok()?.value));
    let ident = || field.ident.as_ref().map(|ident| ident.unraw().to_string());
    renamed
        .next()
        .or_else(ident)
        .unwrap_or_else(|| place.to_string())
}

fn text(value: &Expr) -> Option<String> {
    match value {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => Some(text.value()),
        _ => None,
    }
}
