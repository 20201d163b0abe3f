//! `#[derive(Command)]`: a decision as data, and which aggregate it asks.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::ext::IdentExt;
use syn::{DeriveInput, Fields, Member, Type};

use crate::attrs::Attrs;
use crate::diag::{Diag, all, source};
use crate::input::{Derive, fields, implement, keyword, refuse_inside};
use crate::names::Name;
use crate::paths::{Root, hygienic_at, located};

/// `#[command(aggregate = Account, id = account, command_id = request, occurred_at = at)]`
pub(crate) struct Command<'a> {
    input: &'a DeriveInput,
    root: Root,
    aggregate: Option<Type>,
    id: Option<Member>,
    request: Option<Member>,
    occurred_at: Option<Member>,
    name: Name,
    intact: bool,
}

impl<'a> Derive<'a> for Command<'a> {
    fn parse(input: &'a DeriveInput, diag: &Diag) -> Self {
        let mut attrs = Attrs::new("command", &input.attrs, diag);
        let rust = input.ident.unraw().to_string();
        let field = "the name of a field";
        Self {
            input,
            aggregate: attrs.value("aggregate", "a type", ""),
            id: attrs.value("id", field, &first_field(input).unwrap_or_default()),
            request: attrs.value("command_id", field, ""),
            occurred_at: attrs.value("occurred_at", field, ""),
            name: Name::ask(&mut attrs, &input.ident, &rust),
            root: Root::ask(&mut attrs),
            intact: attrs.finish(),
        }
    }

    fn check(&self, diag: &Diag) {
        let ident = &self.input.ident;
        refuse_inside(self.input, "command", diag);
        self.name.check(diag);
        if fields(self.input).is_none() {
            return diag.error(keyword(self.input), "a command is a struct\nnote: write one per command, each with its own `impl Handle`");
        }
        let named = [&self.id, &self.request, &self.occurred_at];
        for field in named.into_iter().flatten() {
            let no_field = format!("`{ident}` has no field `{}`", source(field));
            diag.known(field, "field", &self.fields(), &no_field, "");
        }
        if self.intact && self.aggregate.is_none() {
            diag.error(ident, format!("command `{ident}` does not say which aggregate decides it\nnote: add the aggregate's type to the options, `aggregate = ..`"));
        }
        if self.intact && self.id.is_none() {
            let fields = all("its", "field", &self.fields());
            let add = first_field(self.input).map(|id| format!("\nhelp: add `#[command({id})]`"));
            let help = add.unwrap_or_default();
            diag.error(ident, format!("command `{ident}` does not say which field holds the aggregate's id\nnote: {fields}{help}"));
        }
    }

    fn expand(&self) -> TokenStream {
        let (Some(aggregate), Some(id)) = (&self.aggregate, &self.id) else {
            return TokenStream::new();
        };
        let (span, id) = self.access(id);
        let target = quote_spanned!(span=> &self.#id);
        let command_id = self.optional("command_id", "CommandId", self.request.as_ref());
        let occurred_at = self.optional("occurred_at", "Timestamp", self.occurred_at.as_ref());
        let optional = hygienic!(#command_id #occurred_at);
        self.implementation([&aggregate.to_token_stream(), &target, &optional])
    }

    fn stub(&self, error: &TokenStream) -> TokenStream {
        let (never, none) = (hygienic!(::core::unreachable!()), TokenStream::new());
        let aggregate = self.aggregate.as_ref().map(ToTokens::to_token_stream);
        self.implementation([aggregate.as_ref().unwrap_or(error), &never, &none])
    }
}

impl Command<'_> {
    fn implementation(&self, [aggregate, target, optional]: [&TokenStream; 3]) -> TokenStream {
        let name = &self.name.text;
        let ty = quote_spanned!(hygienic_at(aggregate)=> type Aggregate = #aggregate;);
        // Not `Self::Aggregate`, at which rustc would report a missing supertrait once more.
        let items = hygienic! {
            const NAME: &'static __factum::str = #name;
            #ty
            fn target(&self) -> &<#aggregate as __factum::Aggregate>::Id { #target }
            #optional
        };
        let implementation = implement(self.input, "Command", None, &items);
        self.root.block(&implementation)
    }

    /// A field that may be an `Option`, or become one.
    fn optional(&self, method: &str, ty: &str, member: Option<&Member>) -> Option<TokenStream> {
        let (span, field) = self.access(member?);
        let (method, ty) = (Ident::new(method, Span::mixed_site()), Ident::new(ty, span));
        let carried =
            quote_spanned!(span=> __factum::Carries::<__factum::#ty>::carried(&self.#field));
        Some(hygienic!(fn #method(&self) -> __factum::Option<__factum::#ty> { #carried }))
    }

    /// The field under its own hygiene, shown where the option names it.
    fn access(&self, named: &Member) -> (Span, TokenStream) {
        let span = hygienic_at(named);
        let field = members(self.input).find(|field| field == named);
        (span, located(field.as_ref().unwrap_or(named), span))
    }

    fn fields(&self) -> Vec<String> {
        members(self.input).map(source).collect()
    }
}

/// Which field holds the id is a guess; the first one is a good one.
fn first_field(input: &DeriveInput) -> Option<String> {
    Some(format!("id = {}", source(members(input).next()?)))
}

fn members(input: &DeriveInput) -> impl Iterator<Item = Member> {
    fields(input).into_iter().flat_map(Fields::members)
}
