//! What the source says of an event and of its fields: doc comments, and shapes that cannot be traced.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, DeriveInput, LitStr, Meta};

use super::keys::{Side, key, text};
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

/// What `EventInfo` is told, if anything is said; the shapes are those of versions from `first` on.
pub(super) fn said(input: &DeriveInput, shapes: &[Shape], first: u16) -> TokenStream {
    let doc = doc(&input.attrs);
    let all = fields(input).into_iter().flatten().enumerate();
    let told = all.filter_map(|(place, field)| {
        let [name, read] =
            [Side::Written, Side::Read].map(|side| key(&input.attrs, place, field, side));
        let doc = self::doc(&field.attrs);
        let shape = shapes.iter().find(|shape| shape.field == place);
        let literal = shape.map_or_else(|| "".to_token_stream(), |it| it.literal.to_token_stream());
        // What is read tells all other keys.
        let is_told = !doc.is_empty() || shape.is_some() || name != read;
        let later = shape.filter(|_| first > 1);
        let since = later.map(|_| hygienic!(.since(#first)));
        is_told.then(|| hygienic!(__factum::FieldInfo::new(#name, #doc, #literal) #since))
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
