//! What all derives share: the four steps, and the questions that each asks of its item.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, Data, DeriveInput, Fields, Type, Variant};

use crate::diag::Diag;

/// One derive, as four steps. `parse` and `check` report into one [`Diag`]; `expand` runs only on a model
/// without errors, and `stub` promises the same items otherwise, so that no error follows elsewhere; where it
/// cannot know a type, the error stands for it.
pub(crate) trait Derive<'a>: Sized {
    fn parse(input: &'a DeriveInput, diag: &Diag) -> Self;
    fn check(&self, diag: &Diag);
    fn expand(&self) -> TokenStream;
    fn stub(&self, error: &TokenStream) -> TokenStream;
}

/// The only way out of this crate.
pub(crate) fn run(
    item: proc_macro::TokenStream,
    derive: impl FnOnce(&DeriveInput) -> TokenStream,
) -> proc_macro::TokenStream {
    syn::parse(item)
        .map_or_else(syn::Error::into_compile_error, |input| derive(&input))
        .into()
}

/// The errors and a stub, or else the expansion.
pub(crate) fn derive<'a, D: Derive<'a>>(input: &'a DeriveInput) -> TokenStream {
    let diag = Diag::default();
    let model = D::parse(input, &diag);
    model.check(&diag);
    match diag.finish() {
        None => model.expand(),
        // A union can do nothing that would be promised.
        Some((errors, _)) if matches!(input.data, Data::Union(_)) => errors,
        Some((errors, first)) => {
            let stub = model.stub(&first);
            quote!(#errors #stub)
        }
    }
}

/// The fields, if the item is a struct.
pub(crate) fn fields(input: &DeriveInput) -> Option<&Fields> {
    match &input.data {
        Data::Struct(data) => Some(&data.fields),
        Data::Enum(_) | Data::Union(_) => None,
    }
}

/// The one value that is held.
pub(crate) fn newtype(fields: &Fields) -> Option<&Type> {
    match fields {
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => Some(&fields.unnamed.first()?.ty),
        _ => None,
    }
}

/// The word to point at where an item has the wrong shape.
pub(crate) fn keyword(input: &DeriveInput) -> TokenStream {
    match &input.data {
        Data::Struct(data) => data.struct_token.to_token_stream(),
        Data::Enum(data) => data.enum_token.to_token_stream(),
        Data::Union(data) => data.union_token.to_token_stream(),
    }
}

/// Why what is stored has no parameters.
pub(crate) const ONE_SHAPE: &str =
    "one stored name means one shape: write one struct for each, with owned fields";

/// `what` may have no parameters, for this reason.
pub(crate) fn refuse_generics(input: &DeriveInput, what: &str, reason: &str, diag: &Diag) {
    if !input.generics.params.is_empty() {
        let ident = &input.ident;
        let message = format!("{what} `{ident}` cannot have generic parameters\nnote: {reason}");
        diag.error(&input.generics, message);
    }
}

/// The attribute stands on the item, not within it.
pub(crate) fn refuse_inside(input: &DeriveInput, attribute: &str, diag: &Diag) {
    let (ident, keyword) = (&input.ident, keyword(input));
    let on_variants = variants(input).flat_map(|variant| &variant.attrs);
    let inside = on_variants.chain(field_attrs(input));
    for attr in inside.filter(|attr| attr.path().is_ident(attribute)) {
        diag.error(attr, format!("`#[{attribute}(..)]` is not expected here\nnote: it belongs on `{ident}` itself, above the `{keyword}`"));
    }
}

/// What stands on the fields, those of variants included.
pub(crate) fn field_attrs(input: &DeriveInput) -> impl Iterator<Item = &Attribute> {
    let all = variants(input)
        .map(|variant| &variant.fields)
        .chain(fields(input));
    all.flatten().flat_map(|field| &field.attrs)
}

fn variants(input: &DeriveInput) -> impl Iterator<Item = &Variant> {
    let data = match &input.data {
        Data::Enum(data) => Some(data),
        Data::Struct(_) | Data::Union(_) => None,
    };
    data.into_iter().flat_map(|data| &data.variants)
}

/// One of the runtime's traits for the item.
pub(crate) fn implement(
    input: &DeriveInput,
    of: &str,
    asked: Option<&str>,
    items: &TokenStream,
) -> TokenStream {
    let (ident, bounds) = (&input.ident, stub_bounds(input, asked));
    let (of, (generics, parameters, _)) = (hygienic_ident(of), input.generics.split_for_impl());
    hygienic!(#[automatically_derived] impl #generics __factum::#of for #ident #parameters #bounds { #items })
}

/// What a trait asks of an item that has parameters, which it should not have: its stub claims it.
pub(crate) fn stub_bounds(input: &DeriveInput, asked: Option<&str>) -> TokenStream {
    let (_, _, given) = input.generics.split_for_impl();
    match asked.map(hygienic_ident) {
        Some(asked) if !input.generics.params.is_empty() => {
            let given = given.iter().flat_map(|clause| &clause.predicates);
            hygienic!(where #(#given,)* Self: __factum::#asked + __factum::Send + __factum::Sync + 'static)
        }
        _ => quote!(#given),
    }
}

fn hygienic_ident(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}
