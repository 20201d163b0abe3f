//! `#[derive(Aggregate)]`: the enum of its events, the dispatch of `apply`, and the start of scenarios.

mod contract;
mod given;
mod machine;
mod past;
mod set;
mod shape;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote_spanned};
use syn::{Data, DeriveInput, LitInt, Type};

use crate::attrs::Attrs;
use crate::diag::Diag;
use crate::evolve::about::doc;
use crate::input::{Derive, ONE_SHAPE, implement, refuse_generics, refuse_inside};
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
        Self {
            input,
            name: Name::ask(&mut attrs, &input.ident, &suggest_category(&input.ident)),
            id: attrs.value("id", "a type", "id = String"),
            set: Set::ask(&mut attrs, input),
            machine: Machine::parse(input),
            logic: attrs.nested("snapshot", "snapshot(logic = 2)", |options| {
                options.value("logic", "a literal number", "logic = 1")
            }),
            root: Root::ask(&mut attrs),
            contract: Contract::ask(&mut attrs),
            intact: attrs.finish(),
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
            && !matches!(logic.base10_parse(), Ok(0..=50_000_u64))
        {
            diag.error(logic, "`logic` is a number from 0 to 50,000\nnote: it is counted up by one each time; with the events and their versions, it has 16 bits");
        }
    }

    fn expand(&self) -> TokenStream {
        let Some(id) = &self.id else {
            return TokenStream::new();
        };
        let (input, set) = (self.input, &self.set);
        let event = set.ident.to_token_stream();
        let declared = shape::of(input, self.logic.as_ref());
        let says = self.logic.as_ref();
        let says = says.and_then(|logic| logic.base10_parse::<u64>().ok());
        let logic = says.unwrap_or(0);
        let retired = set.past.members.len();
        let set_of = hygienic!(<#event as __factum::EventSet>);
        let shape = hygienic!(__factum::shape(__factum::traced::<Self>(#declared), #logic, #set_of::READS, #retired, #set_of::IGNORES));
        let (fold, machine) = match &self.machine {
            Some(machine) => (machine.fold(set), machine.expand(set)),
            None => (set.apply(), TokenStream::new()),
        };
        let apply = hygienic!(#fold __factum::Result::Ok(()));
        let implementation = self.implementation([&id.to_token_stream(), &event, &shape, &apply]);
        let (items, given) = (set.expand(), given::functions(input, &event));
        let items = hygienic!(#items #machine #implementation #given);
        let (events, block) = (set.declaration(), self.root.block(&items));
        let folds = says.map(|logic| hygienic!([#logic, #declared]));
        let tests = self.contract.expand(input, set, &self.root, folds.as_ref());
        hygienic!(#events #block #tests)
    }

    fn stub(&self, error: &TokenStream) -> TokenStream {
        let id = match &self.id {
            None | Some(Type::Reference(_)) => error.clone(),
            Some(id) => id.to_token_stream(),
        };
        let unreachable = hygienic!(::core::unreachable!());
        let implementation = self.implementation([&id, error, &hygienic!(0), &unreachable]);
        let machine = self.machine.as_ref().map(Machine::stub);
        let (declared, given) = (self.set.stub(error), given::functions(self.input, error));
        let block = self.root.block(&hygienic!(#machine #implementation #given));
        hygienic!(#declared #block)
    }
}

impl Aggregate<'_> {
    fn implementation(&self, [id, event, shape, apply]: [&TokenStream; 4]) -> TokenStream {
        let name = &self.name.text;
        let id = quote_spanned!(hygienic_at(id)=> type Id = #id;);
        let machine = self
            .machine
            .as_ref()
            .map(|machine| machine.consts(&self.set));
        let doc = doc(&self.input.attrs);
        let doc = (!doc.is_empty()).then(|| hygienic!(const DOC: &'static __factum::str = #doc;));
        let items = hygienic! {
            const NAME: &'static __factum::str = #name;
            #doc
            #machine
            #id
            type Event = #event;
            #[inline]
            fn shape() -> __factum::u64 { #shape }

            #[inline]
            fn fold(&mut self, event: &#event) -> __factum::Result<(), __factum::Illegal> { #apply }
        };
        let aggregate = implement(self.input, "Aggregate", Some("StoredState"), &items);
        let snapshot = || implement(self.input, "Snapshot", None, &hygienic!());
        let snapshot = self.logic.is_some().then(snapshot);
        hygienic!(#aggregate #snapshot)
    }

    fn check_given(&self, diag: &Diag) {
        let (ident, name) = (&self.input.ident, suggest_category(&self.input.ident));
        if self.name.literal.is_none() {
            diag.error(ident, format!("aggregate `{ident}` has no stored name\nnote: it begins the name of each of its streams, so it must survive a rename of the struct\nhelp: add `#[aggregate(name = \"{name}\")]`"));
        }
        match &self.id {
            Some(Type::Reference(id)) => diag.error(id, "an aggregate's id is an owned type\nhelp: write `id = String`"),
            Some(_) => {}
            None => diag.error(ident, format!("aggregate `{ident}` does not say what tells one from another\nnote: a `String`, a `Uuid`, an integer, or a newtype with `#[derive(StreamId)]`\nhelp: add `#[aggregate(id = String)]`")),
        }
    }
}
