//! The steps that keep old versions of an event readable: `upcast(1 = OpenedV1, 2 = OpenedV2)`.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::ext::IdentExt;
use syn::{Path, Type};

use super::versions::{self, Old};
use crate::attrs::Attrs;
use crate::diag::{Diag, help, source};
use crate::paths::{hygienic_at, located, path_of};

/// The shape that one old version was stored in.
type Step = Old<Type>;

/// All steps of one event.
pub(crate) struct Chain(Vec<Step>);

/// How many missing versions a message lists.
const SHOWN: usize = 8;

impl Chain {
    /// Asks for `upcast`.
    pub(crate) fn ask(attrs: &mut Attrs<'_>, event: &Ident) -> Self {
        let kind = "the number and the shape of each old version";
        let sample = format!("upcast(1 = {}V1)", event.unraw());
        let listed = attrs.list("upcast", kind, &sample);
        Self(listed.map_or_else(Vec::new, |listed| listed.items))
    }

    /// Each version below the current one has exactly one shape; the current one is underlined if not.
    pub(crate) fn check(
        &self,
        event: &Ident,
        [oldest, current]: [u16; 2],
        derived: Option<u16>,
        at: &dyn ToTokens,
        diag: &Diag,
    ) -> bool {
        let rust = event.unraw();
        // It converts into itself, and so would pass for a step.
        let is_event = |shape: &Path| shape.is_ident(event) || shape.is_ident("Self");
        let own = |step: &&Step| path_of(&step.value).is_some_and(is_event);
        for step in self.0.iter().filter(own) {
            let version = step.last();
            diag.error(&step.value, format!("`{rust}` is the new shape, so it cannot be what version {version} stored\nnote: it would misread what is stored; the old fields stand in a struct of their own\nhelp: write `{version} = {rust}V{version}`"));
        }
        let next = help(&format!("version = {}", self.next()));
        let too_new = format!("cannot be an old shape{next}");
        let versions = [oldest, current];
        versions::check(&self.0, event, versions, ["shapes", &too_new], diag);
        let is_old = |step: &Step| (step.first()..current).contains(&step.last());
        let all_old = self.0.iter().all(is_old);
        let versions = [oldest, derived.unwrap_or(current)];
        if all_old && let Some(message) = self.incomplete(event, current, versions) {
            diag.error(at, message);
            return false;
        }
        all_old
    }

    /// The version that the steps lead to.
    pub(crate) fn next(&self) -> u16 {
        let newest = self.0.iter().map(Step::last).max();
        newest.unwrap_or(0).saturating_add(1)
    }

    fn step(&self, version: u16) -> Option<&Step> {
        self.0.iter().find(|step| step.holds(version))
    }

    fn incomplete(&self, event: &Ident, current: u16, [oldest, end]: [u16; 2]) -> Option<String> {
        let missing = (oldest..end).filter(|version| self.step(*version).is_none());
        let missing: Vec<String> = missing.map(|version| version.to_string()).collect();
        let (first, rust) = (missing.first()?, event.unraw());
        let (shown, unshown) = missing.split_at(missing.len().min(SHOWN));
        let shown = shown.join(", ");
        // A slip such as `version = 40000` would fill the screen.
        let (more, help) = match unshown.len() {
            0 => (String::new(), help(&self.completed(event, [oldest, end]))),
            more => (format!(" and {more} more"), String::new()),
        };
        Some(format!(
            "`{event}` is at version {current}, but nothing reads version {shown}{more}\nnote: `{rust}V{first}` is a struct with the fields of version {first}, and `From` turns it into the next{help}"
        ))
    }

    /// The option with the steps that are there and those that are missing.
    fn completed(&self, event: &Ident, [oldest, current]: [u16; 2]) -> String {
        let rust = event.unraw();
        let steps = (oldest..current).filter_map(|version| match self.step(version) {
            Some(step) if step.first() == version => {
                Some(format!("{} = {}", step.written(), source(&step.value)))
            }
            Some(_) => None,
            None => Some(format!("{version} = {rust}V{version}")),
        });
        format!("upcast({})", steps.collect::<Vec<_>>().join(", "))
    }

    /// One arm per old shape: read it, then take each step up to the event.
    ///
    /// The calls are spanned on the shapes, so that rustc underlines the one whose `From` is missing.
    ///
    /// The last one may lead to a shape that follows from the fields, and from there to the event.
    pub(crate) fn arms(&self, derived: Option<&[TokenStream; 2]>) -> TokenStream {
        let mut steps: Vec<&Step> = self.0.iter().collect();
        steps.sort_by_key(|step| step.first());
        let arms = (0..steps.len()).map(|first| arm(&steps[first..], derived));
        arms.collect()
    }
}

fn arm(steps: &[&Step], derived: Option<&[TokenStream; 2]>) -> TokenStream {
    let (shape, lift) = derived.map(|[shape, lift]| (shape, lift)).unzip();
    let (first, versions) = (&steps[0].value, steps[0].pattern());
    let read = quote_spanned! {hygienic_at(first)=>
        __factum::decode::<__Codec, Self, #first>(codec, version, payload)
    };
    // Each call holds the one before it: rustc takes long over a `?` for each.
    let walk = steps.iter().enumerate().fold(read, |walk, (i, step)| {
        let (old, from) = (&step.value, step.last());
        let span = hygienic_at(old);
        let next = steps.get(i + 1).map(|next| next.value.to_token_stream());
        let next = next.or_else(|| shape.map(|shape| located(shape, span)));
        let new = next.unwrap_or_else(|| quote_spanned!(span=> Self));
        quote_spanned!(span=> __factum::step::<Self, #old, #new>(#walk, #from))
    });
    match lift {
        None => hygienic!(#versions => #walk,),
        Some(lift) => hygienic! {
            #versions => {
                let event = #walk?;
                __factum::Result::Ok(#lift)
            }
        },
    }
}
