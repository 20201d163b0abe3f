//! What is wrong with the states and the arrows as they are drawn.

use quote::ToTokens;
use syn::{Attribute, Data, DeriveInput, Fields};

use super::{Arrow, Machine, State, is_state};
use crate::aggregate::set::Set;
use crate::diag::{Diag, listed, similar};
use crate::input::keyword;

/// Arrows stand on variants alone.
pub(in crate::aggregate) fn refuse_misplaced(input: &DeriveInput, diag: &Diag) {
    let fields = match &input.data {
        Data::Struct(data) => data.fields.iter().collect(),
        Data::Enum(data) => data.variants.iter().flat_map(|it| &it.fields).collect(),
        Data::Union(_) => vec![],
    };
    let inside = fields.into_iter().flat_map(|field| &field.attrs);
    let attrs: Vec<&Attribute> = input.attrs.iter().chain(inside).collect();
    for attr in attrs.into_iter().filter(|attr| is_state(attr)) {
        diag.error(
            attr,
            "`#[state(..)]` is not expected here\nnote: it draws the arrows that leave one state, so it belongs on a variant of an enum",
        );
    }
}

impl Machine<'_> {
    pub(in crate::aggregate) fn check(&self, set: &Set<'_>, diag: &Diag) {
        for (i, state) in self.states.iter().enumerate() {
            self.check_variant(&self.states[..i], state, diag);
            for (i, arrow) in state.arrows.iter().enumerate() {
                self.check_target(state, arrow, diag);
                self.check_event(arrow, set, diag);
                check_repetition(state, &state.arrows[..i], arrow, diag);
            }
        }
        let mut arrows = self.states.iter().flat_map(|state| &state.arrows);
        let resolved = |arrow: &Arrow| self.place(&arrow.to).is_some() && lists(set, arrow);
        // An arrow that leads nowhere is said once: what cannot be reached without it is no news.
        if self.intact && arrows.all(resolved) {
            self.check_graph(set, diag);
        }
    }

    fn check_variant(&self, earlier: &[State<'_>], state: &State<'_>, diag: &Diag) {
        let (variant, name) = (state.variant, state.name);
        for attr in &variant.attrs {
            if attr.path().is_ident("default") {
                let first = &self.states[0].name;
                diag.error(attr, format!("a machine starts in its first state, which is `{first}`\nnote: `#[derive(Aggregate)]` writes its `Default`, so it takes neither this nor `#[derive(Default)]`"));
            }
        }
        let Some(ty) = state.holds else {
            let fields = match &variant.fields {
                Fields::Unit => None,
                fields => Some(fields),
            };
            let at = fields.map_or_else(|| name.to_token_stream(), ToTokens::to_token_stream);
            let help = fields.map_or_else(|| format!("{name}({name})"), |_| format!("({name})"));
            diag.error(at, format!("the state `{name}` does not hold exactly one struct\nnote: decisions and arrows are written on the struct of a state\nhelp: write `{help}`"));
            return;
        };
        let text = ty.to_token_stream().to_string();
        let same = |ty: &syn::Type| ty.to_token_stream().to_string() == text;
        if let Some(first) = earlier.iter().find(|first| first.holds.is_some_and(same)) {
            let one = first.name;
            let again = format!(
                "the states `{one}` and `{name}` hold the same struct\nnote: a decision is written on the struct of a state, which says where it can be made"
            );
            diag.twice((ty, again), (first.holds, format!("`{one}` holds it here")));
        }
    }

    fn check_target(&self, state: &State<'_>, Arrow { to, .. }: &Arrow, diag: &Diag) {
        if self.place(to).is_some() {
            return;
        }
        let known: Vec<String> = self.states.iter().map(|it| it.name.to_string()).collect();
        let near = match to.to_string() {
            this if this == "Self" => Some(state.name.to_string()),
            word => similar(&word, known.iter().map(String::as_str)).map(str::to_owned),
        };
        let (machine, known) = (&self.input.ident, listed(known));
        let help = near.map_or_else(String::new, |near| format!("\nhelp: write `{near}`"));
        diag.error(
            to,
            format!("`{machine}` has no state `{to}`\nnote: its states are {known}{help}"),
        );
    }

    fn check_event(&self, arrow: &Arrow, set: &Set<'_>, diag: &Diag) {
        if lists(set, arrow) {
            return;
        }
        let (machine, event) = (&self.input.ident, &arrow.event);
        let known = set.members.iter().map(|member| member.variant.to_string());
        let known: Vec<String> = known.collect();
        let help = match similar(&event.to_string(), known.iter().map(String::as_str)) {
            Some(near) => format!("write `{near}`"),
            None => format!("list it in `events(..)`: `{event}`"),
        };
        let known = listed(known);
        diag.error(
            event,
            format!("`{machine}` does not list the event `{event}`\nnote: its events are {known}\nhelp: {help}"),
        );
    }

    /// That each state can be met, and each event be taken.
    fn check_graph(&self, set: &Set<'_>, diag: &Diag) {
        let machine = &self.input.ident;
        let Some(State { name: first, .. }) = self.states.first() else {
            diag.error(keyword(self.input), format!("the machine `{machine}` has no states\nnote: its variants are its states, and the first is where it starts"));
            return;
        };
        let arrows = || self.states.iter().flat_map(|state| &state.arrows);
        if let (None, Some(member)) = (arrows().next(), set.members.first()) {
            let to = self.states.get(1).map_or(first, |second| &second.name);
            let sample = format!("#[state({} => {to})]", member.variant);
            diag.error(first, format!("the machine `{machine}` has no arrows\nnote: an arrow is an event and the state that it leads to\nhelp: write above this state `{sample}`"));
            return;
        }
        for (State { name, .. }, reached) in self.states.iter().zip(self.reached()) {
            if !reached {
                diag.error(name, format!("no arrows lead to the state `{name}` from `{first}`\nnote: a machine starts in its first state, so it would never be in this one"));
            }
        }
        for member in &set.members {
            let event = &member.variant;
            if arrows().all(|arrow| arrow.event != *event) {
                diag.error(&member.ty, format!("no state of `{machine}` takes the event `{event}`\nnote: what no state takes can never be recorded"));
            }
        }
    }

    /// Of each state, whether arrows lead there from the first.
    fn reached(&self) -> Vec<bool> {
        let mut reached = vec![false; self.states.len()];
        let mut next = vec![0];
        while let Some(place) = next.pop() {
            if !std::mem::replace(&mut reached[place], true) {
                let arrows = self.states[place].arrows.iter();
                next.extend(arrows.filter_map(|arrow| self.place(&arrow.to)));
            }
        }
        reached
    }
}

/// Where no event could be read, each is as good as listed.
fn lists(set: &Set<'_>, arrow: &Arrow) -> bool {
    let mut variants = set.members.iter().map(|member| &member.variant);
    set.members.is_empty() || variants.any(|variant| *variant == arrow.event)
}

fn check_repetition(state: &State<'_>, earlier: &[Arrow], arrow: &Arrow, diag: &Diag) {
    let (name, event) = (state.name, &arrow.event);
    if let Some(first) = earlier.iter().find(|earlier| earlier.event == *event) {
        let again = format!(
            "the state `{name}` takes the event `{event}` twice\nnote: an event leads to one state"
        );
        diag.twice(
            (event, again),
            (&first.event, format!("`{name}` takes it first here")),
        );
    }
}
