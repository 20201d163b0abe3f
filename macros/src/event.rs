//! `#[derive(Event)]`: one struct per event, its stored name, and the way up from its old versions.

use proc_macro2::TokenStream;
use syn::DeriveInput;
use syn::ext::IdentExt;

use crate::attrs::Attrs;
use crate::diag::Diag;
use crate::evolve::Evolution;
use crate::input::{Derive, ONE_SHAPE, fields, implement, keyword, refuse_generics, refuse_inside};
use crate::names::{Name, suggest_event};
use crate::paths::Root;
use crate::sample::Samples;

/// `#[event(name = "account.opened", version = 2, upcast(1 = OpenedV1))]`
pub(crate) struct Event<'a> {
    input: &'a DeriveInput,
    root: Root,
    name: Name,
    evolution: Evolution<'a>,
    samples: Samples,
    intact: bool,
}

impl<'a> Derive<'a> for Event<'a> {
    fn parse(input: &'a DeriveInput, diag: &Diag) -> Self {
        let mut attrs = Attrs::new("event", &input.attrs, diag);
        Self {
            input,
            name: Name::ask(&mut attrs, &input.ident, &suggest_event(&input.ident)),
            evolution: Evolution::ask(&mut attrs, input, diag),
            samples: Samples::ask(&mut attrs),
            root: Root::ask(&mut attrs),
            intact: attrs.finish(),
        }
    }

    fn check(&self, diag: &Diag) {
        let (input, ident) = (self.input, &self.input.ident);
        if fields(input).is_none() {
            diag.error(keyword(input), "an event is a struct\nnote: write one per event, each with its own name and versions; `#[aggregate(events(..))]` generates the enum");
            refuse_inside(input, "event", diag);
        }
        refuse_generics(input, "the event", ONE_SHAPE, diag);
        self.name.check(diag);
        if self.intact && self.name.literal.is_none() {
            let name = suggest_event(ident);
            let of_whom = ", and most say of whom, as in `account.opened`";
            let whose = if name.contains('.') { "" } else { of_whom };
            diag.error(ident, format!("event `{ident}` has no stored name\nnote: it is written to disk, so it must survive a rename of the struct{whose}\nhelp: add `#[event(name = \"{name}\")]`"));
        }
        if self.evolution.check(ident, &self.name, self.intact, diag) {
            self.samples.check(ident, self.evolution.versions(), diag);
        }
    }

    fn expand(&self) -> TokenStream {
        let (decode, samples) = (self.evolution.decode(), self.samples.methods());
        let [known, shapes] = self.evolution.shapes(&self.root);
        let implementation = self.implementation(&hygienic!(#decode #samples));
        let block = self.root.block(&hygienic!(#shapes #implementation));
        hygienic!(#known #block)
    }

    fn stub(&self, _: &TokenStream) -> TokenStream {
        let implementation = self.implementation(&TokenStream::new());
        let ([known, _], block) = (
            self.evolution.shapes(&self.root),
            self.root.block(&implementation),
        );
        hygienic!(#known #block)
    }
}

impl Event<'_> {
    fn implementation(&self, methods: &TokenStream) -> TokenStream {
        let (name, [_, version]) = (&self.name.text, self.evolution.versions());
        let (rust, said) = (self.input.ident.unraw().to_string(), self.evolution.said());
        let items = hygienic! {
            const INFO: __factum::EventInfo = __factum::EventInfo::new(#name, #version, #rust) #said;

            #methods
        };
        implement(self.input, "Event", Some("Stored"), &items)
    }
}
