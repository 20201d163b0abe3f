//! What is still stored and no longer happens: `retired(OpenedWithDeposit), ignored("account.audit-note")`.

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::{LitStr, Type};

use super::set::{Member, check_types, members};
use crate::attrs::{Attrs, Listed};
use crate::diag::{Diag, repeated};
use crate::names::check_stored;
use crate::paths::hygienic_at;

/// Events that are read as others, and names of events that are read as none.
pub(super) struct Past {
    retired: Option<Listed<Type>>,
    pub(super) members: Vec<Member>,
    ignored: Option<Listed<LitStr>>,
}

impl Past {
    /// Asks for `retired` and `ignored`.
    pub(super) fn ask(attrs: &mut Attrs<'_>) -> Self {
        let kind = "the types of events that no longer happen";
        let retired = attrs.list("retired", kind, "retired(Renamed)");
        let kind = "the names of events that are read as nothing";
        Self {
            members: members(retired.as_ref()),
            retired,
            ignored: attrs.list("ignored", kind, "ignored(\"old.name\")"),
        }
    }

    pub(super) fn check(&self, current: &[Member], intact: bool, diag: &Diag) {
        if let Some(retired) = &self.retired {
            check_types(&retired.items, &self.members, diag);
            if intact && retired.items.is_empty() {
                diag.error(&retired.key, "`retired` lists none");
            }
        }
        for Member { ty, variant } in &self.members {
            if let Some(other) = current.iter().find(|other| other.variant == *variant) {
                diag.twice(ty, format!("`{variant}` happens still, so it is not retired\nnote: list it in `events` or in `retired`"), &other.ty);
            }
        }
        let Some(ignored) = &self.ignored else { return };
        if intact && ignored.items.is_empty() {
            diag.error(&ignored.key, "`ignored` lists none");
        }
        for (name, first) in repeated(&ignored.items, |a, b| a.value() == b.value()) {
            if check_stored(name, diag)
                && let Some(first) = first
            {
                diag.twice(name, format!("`{}` is ignored twice", name.value()), first);
            }
        }
    }

    /// What is read beside the events that happen.
    pub(super) fn reads(&self) -> TokenStream {
        let reads = self.members.iter().map(|Member { ty, variant }| {
            quote_spanned!(hygienic_at(variant)=> __factum::info::<#ty>(),)
        });
        reads.collect()
    }

    /// The names that are read as nothing, and those of events that no longer happen, if there are any.
    pub(super) fn consts(&self) -> TokenStream {
        let ignored = self.ignored.as_ref().map(|ignored| {
            let names = &ignored.items;
            hygienic!(const IGNORES: &'static [&'static __factum::str] = &[#(#names),*];)
        });
        let types = self.members.iter().map(|member| &member.ty);
        let retired = (!self.members.is_empty()).then(|| {
            hygienic!(const RETIRES: &'static [&'static __factum::str] = &[#(__factum::info::<#types>().name),*];)
        });
        hygienic!(#ignored #retired)
    }

    /// The arms that read them; the first of them stands at this place among what is read.
    pub(super) fn arms(&self, first: usize) -> TokenStream {
        let places = self.members.iter().zip(first..);
        let retired = places.map(|(Member { ty, variant }, place)| {
            let span = hygienic_at(variant);
            // `info` first, as of the events that happen: of what is no event, rustc then says it once.
            quote_spanned! {span=> __factum::Option::Some(#place) => {
                let _ = __factum::info::<#ty>;
                __factum::replaced::<#ty, Self>(codec, version, payload)
            }}
        });
        let ignored = self.ignored.as_ref().map(|_| {
            hygienic! {
                _ if <Self as __factum::EventSet>::IGNORES.contains(&name) => {
                    __factum::Result::Ok(__factum::Decoded::Many(__factum::Vec::new()))
                }
            }
        });
        hygienic!(#(#retired)* #ignored)
    }
}
