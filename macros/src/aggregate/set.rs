//! The generated enum: a variant for each listed event.

mod expand;

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident};
use syn::ext::IdentExt;
use syn::{DeriveInput, Type};

use super::past::Past;
use crate::attrs::{Attrs, Listed};
use crate::diag::{Diag, help, repeated, source};
use crate::paths::path_of;

/// `events(Opened, Deposited)`
pub(super) struct Set<'a> {
    input: &'a DeriveInput,
    pub(super) ident: Ident,
    listed: Option<Listed<Type>>,
    pub(super) members: Vec<Member>,
    pub(super) past: Past,
}

/// One listed event and its variant.
pub(super) struct Member {
    pub(super) ty: Type,
    pub(super) variant: Ident,
}

impl<'a> Set<'a> {
    /// Asks for `events`, `event`, `retired` and `ignored`.
    pub(super) fn ask(attrs: &mut Attrs<'_>, input: &'a DeriveInput) -> Self {
        let listed: Option<Listed<Type>> = attrs.list("events", "the types of the events", "");
        let default = format_ident!("{}Event", input.ident.unraw(), span = input.ident.span());
        let sample = format!("event = {default}");
        let ident = attrs.value("event", "the name of the enum", &sample);
        Self {
            input,
            ident: ident.unwrap_or(default),
            members: members(listed.as_ref()),
            listed,
            past: Past::ask(attrs),
        }
    }

    pub(super) fn check(&self, intact: bool, diag: &Diag) {
        let aggregate = &self.input.ident;
        match &self.listed {
            Some(listed) if !listed.items.is_empty() => {
                check_types(&listed.items, &self.members, diag);
            }
            Some(listed) if intact => diag.error(&listed.key, format!("aggregate `{aggregate}` lists no events\nnote: name the types that it is folded from")),
            None if intact => diag.error(aggregate, format!("aggregate `{aggregate}` does not list its events\nnote: add the types that it is folded from to the options, `events(..)`")),
            _ => {}
        }
        self.past.check(&self.members, intact, diag);
        if let Some(taken) = self.taken() {
            let other = help(&format!("event = {}Events", aggregate.unraw()));
            let message = "the generated enum would have this name too".to_owned();
            diag.error(taken, message + &other);
        }
    }

    /// What has the name already that the enum, which is declared beside the aggregate, would take.
    fn taken(&self) -> Option<TokenStream> {
        let taken = |ty: &Type| path_of(ty).is_some_and(|path| path.is_ident(&self.ident));
        let mut types = self.members.iter().map(|member| &member.ty);
        let event = types.find(|ty| taken(ty)).map(ToTokens::to_token_stream);
        event.or_else(|| (self.ident == self.input.ident).then(|| self.ident.to_token_stream()))
    }

    /// The names of the variants.
    pub(super) fn names(&self) -> impl Iterator<Item = String> {
        self.members.iter().map(|member| member.variant.to_string())
    }
}

/// The types that are listed, each by the last part of its path.
pub(super) fn members(listed: Option<&Listed<Type>>) -> Vec<Member> {
    let types = listed.into_iter().flat_map(|listed| &listed.items);
    let members = types.filter_map(|ty| {
        let (ty, variant) = (ty.clone(), last_segment(ty)?.clone());
        Some(Member { ty, variant })
    });
    members.collect()
}

/// Each is a path, and no two end alike.
pub(super) fn check_types(types: &[Type], members: &[Member], diag: &Diag) {
    for ty in types.iter().filter(|ty| last_segment(ty).is_none()) {
        let message = "an event is a struct, named by its path".to_owned();
        diag.error(ty, message + &help(&owned(ty)));
    }
    let same = |a: &Member, b: &Member| a.variant == b.variant;
    for (Member { ty, variant }, first) in repeated(members, same) {
        if let Some(first) = first {
            diag.twice(ty, format!("two events are named `{variant}`\nnote: list it once, or import one under another name, `use .. as Other{variant}`"), &first.ty);
        }
    }
}

/// What names the variant.
fn last_segment(ty: &Type) -> Option<&Ident> {
    let ident = &path_of(ty)?.segments.last()?.ident;
    // `Self`, `crate` and the like, for which a path has room, name no variant.
    let named = syn::parse2::<Ident>(ident.to_token_stream()).is_ok();
    named.then_some(ident)
}

/// The type that was most likely meant.
fn owned(ty: &Type) -> String {
    match ty {
        Type::Reference(reference) => owned(&reference.elem),
        ty => last_segment(ty).map_or_else(String::new, |_| source(ty)),
    }
}
