//! What is wrong with the states and the arrows as they are drawn.

use proc_macro2::Ident;
use quote::quote;
use syn::{Attribute, DeriveInput, Variant};

use super::{Arrow, Machine, held, is_state};
use crate::aggregate::set::Set;
use crate::diag::{Diag, help, repeated, source};
use crate::input::field_attrs;

/// Arrows stand on variants alone.
pub(in crate::aggregate) fn refuse_misplaced(input: &DeriveInput, diag: &Diag) {
    for attr in misplaced(input) {
        diag.error(attr, "`#[state(..)]` is not expected here\nnote: it draws the arrows that leave a state, so it belongs on a variant of an enum");
    }
}

fn misplaced(input: &DeriveInput) -> impl Iterator<Item = &Attribute> {
    let attrs = field_attrs(input).chain(&input.attrs);
    attrs.filter(|attr| is_state(attr))
}

impl Machine<'_> {
    pub(in crate::aggregate) fn check(&self, set: &Set<'_>, diag: &Diag) {
        let (machine, states) = (&self.input.ident, &self.states);
        let Some(first) = states.first() else {
            return diag.error(machine, format!("the machine `{machine}` has no states\nnote: its variants are its states, and the first is where it starts"));
        };
        let held_text = |state: &Variant| held(state).map(source);
        for (state, earlier) in repeated(states, |a, b| held_text(a) == held_text(b)) {
            self.check_state(state, earlier.copied(), diag);
        }
        let event = set.names().next();
        let event = event.unwrap_or_else(|| "OrderPlaced".to_owned());
        let to = &states.get(1).unwrap_or(first).ident;
        let arrow = "an arrow is an event and the state that it leads to";
        let sample = format!("{event} => {to}");
        for (unread, [open, close]) in &self.unread {
            let paste = help(&format!("{open}{sample}{close}"));
            diag.error(unread, format!("{arrow}{paste}"));
        }
        let mut resolved = self.unread.is_empty() && misplaced(self.input).next().is_none();
        let same = |a: &Arrow, b: &Arrow| a.from == b.from && a.event == b.event;
        for (arrow, first) in repeated(&self.arrows, same) {
            resolved &= self.check_arrow(arrow, set, diag);
            if let Some(first) = first {
                let (state, event) = (&states[arrow.from].ident, &arrow.event);
                let again = format!("the state `{state}` takes the event `{event}` twice");
                diag.twice(event, again, &first.event);
            }
        }
        if resolved && self.arrows.is_empty() {
            diag.error(&first.ident, format!("no arrow leaves the first state\nnote: {arrow}\nhelp: write above it `#[state({sample})]`"));
        } else if resolved {
            // Else, that something is not reached may be no news.
            self.check_graph(&first.ident, set, diag);
        }
    }

    fn check_state(&self, state: &Variant, earlier: Option<&Variant>, diag: &Diag) {
        let (name, fields, mut attrs) = (&state.ident, &state.fields, state.attrs.iter());
        if let Some(attr) = attrs.find(|attr| attr.path().is_ident("default")) {
            let first = &self.states[0].ident;
            diag.error(attr, format!("a machine starts in its first state, here `{first}`\nnote: `#[derive(Aggregate)]` writes its `Default`, so it takes no `#[derive(Default)]`"));
        }
        match (held(state), earlier.and_then(held)) {
            (None, _) => diag.error(quote!(#name #fields), format!("the state `{name}` does not hold exactly one struct\nnote: decisions and arrows are written on the struct of a state\nhelp: write `{name}({name})`")),
            (Some(ty), Some(first)) => diag.twice(ty, "two states hold the same struct\nnote: the struct says in which state a decision can be made", first),
            _ => {}
        }
    }

    /// Whether its event and its target are known.
    fn check_arrow(&self, arrow: &Arrow, set: &Set<'_>, diag: &Diag) -> bool {
        let (machine, Arrow { from, event, to }) = (&self.input.ident, arrow);
        let states: Vec<String> = self.states.iter().map(|it| it.ident.to_string()).collect();
        let stay = if to == "Self" { &states[*from] } else { "" };
        let headline = format!("`{machine}` has no state `{to}`");
        let leads = diag.known(to, "state", &states, &headline, &help(stay));
        let events: Vec<String> = set.names().collect();
        let headline = format!("`{machine}` does not list the event `{event}`");
        let other = self.place(event).is_none();
        let add = other.then(|| format!("\nhelp: list it too: `{event}`"));
        let add = add.unwrap_or_default();
        // Where no event could be read, each is as good as listed.
        leads & (events.is_empty() || diag.known(event, "event", &events, &headline, &add))
    }

    /// That each state can be met, and each event be taken.
    fn check_graph(&self, first: &Ident, set: &Set<'_>, diag: &Diag) {
        let ends = |arrow: &Arrow| Some((arrow.from, self.place(&arrow.to)?));
        let ends: Vec<(usize, usize)> = self.arrows.iter().filter_map(ends).collect();
        let mut reached: Vec<bool> = (0..self.states.len()).map(|place| place == 0).collect();
        // Once for each state: no way is longer.
        for (from, to) in self.states.iter().flat_map(|_| &ends) {
            reached[*to] |= reached[*from];
        }
        for (name, reached) in self.states.iter().map(|it| &it.ident).zip(reached) {
            if !reached {
                diag.error(name, format!("no arrows lead from `{first}` to the state `{name}`\nnote: a machine starts in its first state, so it would never be in this one"));
            }
        }
        for member in &set.members {
            let (machine, event) = (&self.input.ident, &member.variant);
            if self.arrows.iter().all(|arrow| arrow.event != *event) {
                diag.error(&member.ty, format!("no state of `{machine}` takes the event `{event}`\nnote: what no state takes can never be recorded"));
            }
        }
    }
}
