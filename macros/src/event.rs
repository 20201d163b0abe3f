//! `#[derive(Event)]`: one struct per event, its stored name, and the way up from its old versions.

use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::{DeriveInput, LitInt};

use crate::attrs::Attrs;
use crate::diag::Diag;
use crate::input::{
    Derive, ONE_SHAPE, fields, keyword, refuse_generics, refuse_inside, stored_bounds, stub_bounds,
};
use crate::names::{Name, suggest_event};
use crate::paths::Root;
use crate::sample::Samples;
use crate::upcast::{Chain, Target, number};

/// `#[event(name = "account.opened", version = 2, upcast(1 = OpenedV1))]`
pub(crate) struct Event<'a> {
    input: &'a DeriveInput,
    root: Root,
    name: Name,
    version: Option<LitInt>,
    upcast: Chain,
    samples: Samples,
    intact: bool,
}

impl<'a> Derive<'a> for Event<'a> {
    fn parse(input: &'a DeriveInput, diag: &Diag) -> Self {
        let mut attrs = Attrs::new("event", &input.attrs, diag);
        Self {
            input,
            name: Name::ask(&mut attrs, &input.ident, &example(input)),
            version: attrs.value("version", "a literal number", "version = 2"),
            upcast: Chain::ask(&mut attrs),
            samples: Samples::ask(&mut attrs),
            root: Root::ask(&mut attrs),
            intact: attrs.finish(),
        }
    }

    fn check(&self, diag: &Diag) {
        let (input, ident) = (self.input, &self.input.ident);
        if fields(input).is_none() {
            diag.error(
                keyword(input),
                "an event is a struct\nnote: each event has a name, versions and an old shape of its own\nhelp: write one struct per event and list them in `#[aggregate(events(..))]`, which generates the enum",
            );
        }
        refuse_generics(input, "the event", ONE_SHAPE, diag);
        refuse_inside(input, "event", diag);
        self.name.check(diag);
        if self.intact && self.name.literal.is_none() {
            let example = example(input);
            diag.error(
                ident,
                format!("event `{ident}` has no stored name\nnote: the stored name is written to disk, so it must survive a rename of the struct\nhelp: add `#[event({example})]`"),
            );
        }
        self.check_versions(diag);
    }

    fn expand(&self) -> TokenStream {
        let (name, version, private) = (&self.name, self.version(), self.root.private());
        let arms = self.upcast.arms(&private);
        let rust = self.input.ident.unraw().to_string();
        // Not `<Self as Event>::INFO`, at which rustc would report each missing supertrait once more.
        let samples = self.samples.methods(&private);
        let decode = hygienic! {
            const INFO: #private::EventInfo = #private::EventInfo::new(#name, #version, #rust);
            match version {
                #version => #private::decode(codec, &INFO, version, payload),
                #arms
                _ => #private::Result::Err(#private::unknown_version(&INFO, version)),
            }
        };
        self.implementation(&decode, &samples)
    }

    fn stub(&self) -> TokenStream {
        self.implementation(&hygienic!(::core::unreachable!()), &TokenStream::new())
    }
}

impl Event<'_> {
    fn implementation(&self, decode: &TokenStream, samples: &TokenStream) -> TokenStream {
        let (ident, name, private) = (&self.input.ident, &self.name, self.root.private());
        let (rust, version) = (ident.unraw().to_string(), self.version().max(1));
        let (generics, parameters, _) = self.input.generics.split_for_impl();
        let bounds = stub_bounds(self.input, &stored_bounds(&private));
        hygienic! {
            #[automatically_derived] #[allow(deprecated)]
            impl #generics #private::Event for #ident #parameters #bounds {
                const INFO: #private::EventInfo = #private::EventInfo::new(#name, #version, #rust);

                fn decode<__Codec: #private::Codec>(
                    codec: &__Codec,
                    version: #private::u16,
                    payload: &[#private::u8],
                ) -> #private::Result<Self, #private::DecodeError> {
                    #decode
                }

                #samples
            }
        }
    }

    fn version(&self) -> u16 {
        self.version.as_ref().map_or(1, number)
    }

    fn check_versions(&self, diag: &Diag) {
        let version = self.version();
        if let (Some(literal), 0) = (&self.version, version) {
            diag.error(
                literal,
                "a version is a number from 1 to 65535\nhelp: the first one is 1",
            );
        } else if self.intact {
            let event = &self.input.ident;
            let at: &dyn quote::ToTokens = match &self.version {
                Some(literal) => literal,
                None => event,
            };
            let target = Target { event, version, at };
            self.upcast.check(&target, diag);
            self.samples.check(&target, diag);
        }
    }
}

fn example(input: &DeriveInput) -> String {
    format!("name = \"{}\"", suggest_event(&input.ident))
}
