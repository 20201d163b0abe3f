//! What is wrong with the states and the arrows as they are drawn.

use proc_macro2::Ident;
use quote::{ToTokens, quote};
use syn::{Data, DeriveInput, Type, Variant};

use super::{Arrow, Machine, held, is_state};
use crate::aggregate::set::Set;
use crate::diag::{Diag, listed, similar};

/// Arrows stand on variants alone.
pub(in crate::aggregate) fn refuse_misplaced(input: &DeriveInput, diag: &Diag) {
    let fields: Vec<_> = match &input.data {
        Data::Struct(data) => data.fields.iter().collect(),
        Data::Enum(data) => data.variants.iter().flat_map(|it| &it.fields).collect(),
        Data::Union(_) => vec![],
    };
    let attrs = fields.into_iter().flat_map(|field| &field.attrs);
    for attr in attrs.chain(&input.attrs).filter(|attr| is_state(attr)) {
        diag.error(attr, "`#[state(..)]` is not expected here\nnote: it draws the arrows that leave a state, so it belongs on a variant of an enum");
    }
}

impl Machine<'_> {
    pub(in crate::aggregate) fn check(&self, set: &Set<'_>, diag: &Diag) {
        let Some(first) = self.states.first() else {
            let machine = &self.input.ident;
            return diag.error(machine, format!("the machine `{machine}` has no states\nnote: its variants are its states, and the first is where it starts"));
        };
        let event = set
            .names()
            .next()
            .unwrap_or_else(|| "OrderPlaced".to_owned());
        let sample = format!(
            "#[state({event} => {})]",
            self.states.get(1).unwrap_or(first).ident
        );
        for tokens in &self.unread {
            diag.error(
                tokens,
                format!(
                    "an arrow is an event and the state that it leads to\nhelp: write `{sample}`"
                ),
            );
        }
        for (i, state) in self.states.iter().enumerate() {
            self.check_state(state, &self.states[..i], diag);
        }
        let resolved = (0..self.arrows.len())
            .filter(|i| self.check_arrow(*i, set, diag))
            .count();
        // What cannot be reached without an arrow that was misread is no news.
        if !self.unread.is_empty() || resolved < self.arrows.len() {
            return;
        }
        if self.arrows.is_empty() {
            diag.error(&first.ident, format!("no arrow leaves the first state\nnote: an arrow is an event and the state that it leads to\nhelp: write above it `{sample}`"));
        } else {
            self.check_graph(&first.ident, set, diag);
        }
    }

    fn check_state(&self, state: &Variant, earlier: &[&Variant], diag: &Diag) {
        let (name, fields) = (&state.ident, &state.fields);
        if let Some(attr) = state
            .attrs
            .iter()
            .find(|attr| attr.path().is_ident("default"))
        {
            let first = &self.states[0].ident;
            diag.error(attr, format!("a machine starts in its first state, here `{first}`\nnote: `#[derive(Aggregate)]` writes its `Default`, so it takes no `#[derive(Default)]`"));
        }
        let Some(ty) = held(state) else {
            return diag.error(quote!(#name #fields), format!("the state `{name}` does not hold exactly one struct\nnote: decisions and arrows are written on the struct of a state\nhelp: write `{name}({name})`"));
        };
        let text = |ty: &Type| ty.to_token_stream().to_string();
        let mut earlier = earlier.iter().filter_map(|earlier| held(earlier));
        if let Some(first) = earlier.find(|first| text(first) == text(ty)) {
            let again = "two states hold the same struct\nnote: the struct says in which state a decision can be made";
            diag.twice((ty, again), (first, "the first is here"));
        }
    }

    /// Whether its event and its target are known.
    fn check_arrow(&self, i: usize, set: &Set<'_>, diag: &Diag) -> bool {
        let (machine, (from, Arrow { event, to })) = (&self.input.ident, &self.arrows[i]);
        let (state, events): (_, Vec<String>) = (&self.states[*from].ident, set.names().collect());
        let stay = (to == "Self").then(|| format!("write `{state}`"));
        let states: Vec<String> = self.states.iter().map(|it| it.ident.to_string()).collect();
        let headline = format!("`{machine}` has no state `{to}`\nnote: its states are");
        let leads = known(to, &states, &headline, stay, diag);
        let add = format!("list it too: `{event}`");
        let headline =
            format!("`{machine}` does not list the event `{event}`\nnote: its events are");
        // Where no event could be read, each is as good as listed.
        let taken = events.is_empty() || known(event, &events, &headline, Some(add), diag);
        let mut earlier = self.arrows[..i].iter();
        if let Some((_, first)) = earlier.find(|(place, it)| place == from && it.event == *event) {
            let again = format!("the state `{state}` takes the event `{event}` twice");
            diag.twice((event, again), (&first.event, "the first is here"));
        }
        leads && taken
    }

    /// That each state can be met, and each event be taken.
    fn check_graph(&self, first: &Ident, set: &Set<'_>, diag: &Diag) {
        let (mut reached, mut i) = (vec![first], 0);
        while let Some(from) = reached.get(i).map(|name| self.place(name)) {
            let leaving = self.arrows.iter().filter(|(place, _)| Some(*place) == from);
            for (_, Arrow { to, .. }) in leaving {
                if !reached.contains(&to) {
                    reached.push(to);
                }
            }
            i += 1;
        }
        let names = self.states.iter().map(|state| &state.ident);
        for name in names.filter(|name| !reached.contains(name)) {
            diag.error(name, format!("no arrows lead from `{first}` to the state `{name}`\nnote: a machine starts in its first state, so it would never be in this one"));
        }
        for member in &set.members {
            let (machine, event) = (&self.input.ident, &member.variant);
            if self.arrows.iter().all(|(_, arrow)| arrow.event != *event) {
                diag.error(&member.ty, format!("no state of `{machine}` takes the event `{event}`\nnote: what no state takes can never be recorded"));
            }
        }
    }
}

/// Reports a word that is not one of these.
fn known(word: &Ident, known: &[String], headline: &str, or: Option<String>, diag: &Diag) -> bool {
    let text = word.to_string();
    let near = similar(&text, known.iter().map(String::as_str));
    let help = near.map(|near| format!("write `{near}`")).or(or);
    let help = help.map_or_else(String::new, |help| format!("\nhelp: {help}"));
    let found = known.contains(&text);
    if !found {
        diag.error(word, format!("{headline} {}{help}", listed(known)));
    }
    found
}
