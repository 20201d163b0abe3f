//! What is wrong with the states and the arrows as they are drawn.

use proc_macro2::Ident;
use quote::{ToTokens, quote};
use syn::{Data, DeriveInput, Type, Variant};

use super::{Arrow, Machine, held, is_state};
use crate::aggregate::set::Set;
use crate::diag::{Diag, listed, similar};
use crate::input::fields;

/// Arrows stand on variants alone.
pub(in crate::aggregate) fn refuse_misplaced(input: &DeriveInput, diag: &Diag) {
    let variants = match &input.data {
        Data::Enum(data) => data.variants.iter().collect(),
        Data::Struct(_) | Data::Union(_) => vec![],
    };
    let inside = variants
        .into_iter()
        .map(|it| &it.fields)
        .chain(fields(input))
        .flatten();
    let attrs = inside.flat_map(|field| &field.attrs).chain(&input.attrs);
    for attr in attrs.filter(|attr| is_state(attr)) {
        diag.error(attr, "`#[state(..)]` is not expected here\nnote: it draws the arrows that leave a state, so it belongs on a variant of an enum");
    }
}

impl Machine<'_> {
    pub(in crate::aggregate) fn check(&self, set: &Set<'_>, diag: &Diag) {
        let (machine, states) = (&self.input.ident, &self.states);
        let Some(first) = states.first() else {
            return diag.error(machine, format!("the machine `{machine}` has no states\nnote: its variants are its states, and the first is where it starts"));
        };
        for (i, state) in states.iter().enumerate() {
            self.check_state(state, &states[..i], diag);
        }
        let event = set.names().next();
        let event = event.unwrap_or_else(|| "OrderPlaced".to_owned());
        let to = &states.get(1).unwrap_or(first).ident;
        let arrow = "an arrow is an event and the state that it leads to";
        let sample = format!("{event} => {to}");
        for (unread, [open, close]) in &self.unread {
            diag.error(
                unread,
                format!("{arrow}\nhelp: write `{open}{sample}{close}`"),
            );
        }
        let mut resolved = self.unread.is_empty();
        for i in 0..self.arrows.len() {
            resolved &= self.check_arrow(i, set, diag);
        }
        if resolved && self.arrows.is_empty() {
            diag.error(&first.ident, format!("no arrow leaves the first state\nnote: {arrow}\nhelp: write above it `#[state({sample})]`"));
        } else if resolved {
            // Else, that something is not reached may be no news.
            self.check_graph(&first.ident, set, diag);
        }
    }

    fn check_state(&self, state: &Variant, earlier: &[&Variant], diag: &Diag) {
        let (name, fields, mut attrs) = (&state.ident, &state.fields, state.attrs.iter());
        if let Some(attr) = attrs.find(|attr| attr.path().is_ident("default")) {
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
            diag.twice(ty, again, first);
        }
    }

    /// Whether its event and its target are known.
    fn check_arrow(&self, i: usize, set: &Set<'_>, diag: &Diag) -> bool {
        let (machine, (from, Arrow { event, to })) = (&self.input.ident, &self.arrows[i]);
        let state = &self.states[*from].ident;
        let states: Vec<String> = self.states.iter().map(|it| it.ident.to_string()).collect();
        let stay = (to == "Self").then(|| format!("\nhelp: write `{state}`"));
        let what = format!("`{machine}` has no state `{to}`\nnote: its states are");
        let leads = known(to, &states, stay.unwrap_or_default(), &what, diag);
        // Where no event could be read, each is as good as listed.
        let events: Vec<String> = set.names().collect();
        let other = self.place(event).is_none();
        let add = other.then(|| format!("\nhelp: list it too: `{event}`"));
        let add = add.unwrap_or_default();
        let what = format!("`{machine}` does not list the event `{event}`\nnote: its events are");
        let taken = events.is_empty() || known(event, &events, add, &what, diag);
        let mut earlier = self.arrows[..i].iter();
        if let Some((_, first)) = earlier.find(|(place, it)| place == from && it.event == *event) {
            let again = format!("the state `{state}` takes the event `{event}` twice");
            diag.twice(event, again, &first.event);
        }
        leads && taken
    }

    /// That each state can be met, and each event be taken.
    fn check_graph(&self, first: &Ident, set: &Set<'_>, diag: &Diag) {
        let ends = |(from, arrow): &(usize, Arrow)| Some((*from, self.place(&arrow.to)?));
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
            if self.arrows.iter().all(|(_, arrow)| arrow.event != *event) {
                diag.error(&member.ty, format!("no state of `{machine}` takes the event `{event}`\nnote: what no state takes can never be recorded"));
            }
        }
    }
}

/// Whether a word is one of these. Else it is reported, with a near one to write, or else with another help.
fn known(word: &Ident, known: &[String], or: String, what: &str, diag: &Diag) -> bool {
    let text = word.to_string();
    let found = known.contains(&text);
    if !found {
        let near = similar(&text, known.iter().map(String::as_str));
        let help = near.map_or(or, |near| format!("\nhelp: write `{near}`"));
        diag.error(word, format!("{what} {}{help}", listed(known)));
    }
    found
}
