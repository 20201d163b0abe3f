//! `#[derive(Aggregate)]`: the enum of its events, the dispatch of `apply`, and the start of scenarios.

mod contract;
mod given;
mod machine;
mod set;
mod shape;

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote_spanned};
use syn::ext::IdentExt;
use syn::{Data, DeriveInput, LitInt, Type};

use crate::attrs::Attrs;
use crate::diag::Diag;
use crate::input::{Derive, ONE_SHAPE, refuse_generics, refuse_inside, stored_bounds, stub_bounds};
use crate::names::{Name, suggest_category};
use crate::paths::{Root, hygienic_at};

use self::contract::Contract;
use self::machine::Machine;
use self::set::Set;

/// `#[aggregate(name = "account", id = AccountId, events(Opened, Deposited), snapshot(logic = 2))]`
pub(crate) struct Aggregate<'a> {
    input: &'a DeriveInput,
    root: Root,
    name: Name,
    id: Option<Type>,
    set: Set<'a>,
    machine: Option<Machine<'a>>,
    logic: Option<LitInt>,
    contract: Contract,
    intact: bool,
}

impl<'a> Derive<'a> for Aggregate<'a> {
    fn parse(input: &'a DeriveInput, diag: &Diag) -> Self {
        let mut attrs = Attrs::new("aggregate", &input.attrs, diag);
        let sample = format!("name = \"{}\"", suggest_category(&input.ident));
        let name = Name::ask(&mut attrs, &input.ident, &sample);
        let id = attrs.value("id", "a type", "id = String");
        let events = attrs.list("events", "types", "events(Opened, Deposited)");
        let event = attrs.value("event", "the name of the enum", "event = AccountEvent");
        let default = format_ident!("{}Event", input.ident.unraw(), span = input.ident.span());
        let (logic, snapshot_intact) = snapshot(&mut attrs);
        let root = Root::ask(&mut attrs);
        let set = Set::new(input, event.unwrap_or(default), events, root.private());
        Self {
            input,
            name,
            id,
            machine: Machine::parse(input),
            set,
            logic,
            contract: Contract::ask(&mut attrs),
            root,
            intact: attrs.finish() && snapshot_intact,
        }
    }

    fn check(&self, diag: &Diag) {
        if let Data::Union(data) = &self.input.data {
            diag.error(data.union_token, "an aggregate is a struct or an enum");
        }
        refuse_generics(self.input, "the aggregate", ONE_SHAPE, diag);
        refuse_inside(self.input, "aggregate", diag);
        self.name.check_category(diag);
        if self.intact {
            self.check_given(diag);
        }
        self.set.check(self.intact, diag);
        machine::refuse_misplaced(self.input, diag);
        if let Some(machine) = &self.machine {
            machine.check(&self.set, diag);
        }
        self.contract.check(self.intact, diag);
        if let Some(logic) = &self.logic
            && logic.base10_parse::<u64>().is_err()
        {
            diag.error(logic, "`logic` is a number from 0 to 2^64 - 1");
        }
    }

    fn expand(&self) -> TokenStream {
        let Some(id) = &self.id else {
            return TokenStream::new();
        };
        let (private, event) = (self.root.private(), &self.set.ident);
        let shape = shape::of(self.input, self.logic.as_ref());
        let shape = hygienic!(#private::shape(#shape, <#event as #private::EventSet>::READS));
        let (fold, machine) = match &self.machine {
            Some(machine) => (machine.fold(&self.set), machine.expand(&self.set)),
            None => (self.set.apply(), TokenStream::new()),
        };
        let apply = hygienic!(#fold #private::Result::Ok(()));
        let implementation = self.implementation(&id.to_token_stream(), &shape, &apply);
        let (set, given) = (
            self.set.expand(),
            given::functions(self.input, &self.root, &self.set.ident),
        );
        let (ident, events) = (&self.input.ident, self.set.events());
        let tests = self.contract.expand(ident, events, &private);
        hygienic!(#set #machine #implementation #given #tests)
    }

    fn stub(&self) -> TokenStream {
        let private = self.root.private();
        let string = || hygienic!(#private::String);
        let id = self
            .id
            .as_ref()
            .map_or_else(string, ToTokens::to_token_stream);
        let unreachable = hygienic!(::core::unreachable!());
        let implementation = self.implementation(&id, &hygienic!(0), &unreachable);
        let machine = self.machine.as_ref();
        let (set, machine, given) = (
            self.set.stub(),
            machine.map(|machine| machine.stub(&self.set)),
            given::functions(self.input, &self.root, &self.set.ident),
        );
        hygienic!(#set #machine #implementation #given)
    }
}

impl Aggregate<'_> {
    fn implementation(
        &self,
        id: &TokenStream,
        shape: &TokenStream,
        apply: &TokenStream,
    ) -> TokenStream {
        let (ident, name, private) = (&self.input.ident, &self.name, self.root.private());
        let (generics, parameters, _) = self.input.generics.split_for_impl();
        let event = &self.set.ident;
        let bounds = bounds(self.input, &private);
        let id = quote_spanned!(hygienic_at(id)=> type Id = #id;);
        hygienic! {
            #[automatically_derived] #[allow(deprecated)]
            impl #generics #private::Aggregate for #ident #parameters #bounds {
                const NAME: &'static #private::str = #name;
                #id
                type Event = #event;

                fn shape() -> #private::u64 {
                    #shape
                }

                #[inline]
                fn fold(&mut self, event: &#event) -> #private::Result<(), #private::Illegal> {
                    #apply
                }
            }
        }
    }

    fn check_given(&self, diag: &Diag) {
        let ident = &self.input.ident;
        if self.name.literal.is_none() {
            let name = suggest_category(ident);
            diag.error(
                ident,
                format!("aggregate `{ident}` has no stored name\nnote: it begins the name of each of its streams, so it must survive a rename of the struct\nhelp: add `#[aggregate(name = \"{name}\")]`"),
            );
        }
        if self.id.is_none() {
            diag.error(
                ident,
                format!("aggregate `{ident}` does not say what tells one from another\nhelp: add `#[aggregate(id = String)]`, or a type with `#[derive(StreamId)]`"),
            );
        }
    }
}

/// The bounds of an aggregate's implementations.
fn bounds(input: &DeriveInput, private: &TokenStream) -> TokenStream {
    let stored = stored_bounds(private);
    stub_bounds(input, &hygienic!(#stored + #private::Default))
}

/// `snapshot(logic = 2)`
fn snapshot(attrs: &mut Attrs<'_>) -> (Option<LitInt>, bool) {
    let sample = "snapshot(logic = 2)";
    let Some(mut options) = attrs.nested("snapshot", sample) else {
        return (None, true);
    };
    let logic = options.value("logic", "a literal number", sample);
    (logic, options.finish())
}
