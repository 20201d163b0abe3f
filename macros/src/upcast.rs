//! The steps that keep old versions of an event readable: `upcast(1 = OpenedV1, 2 = OpenedV2)`.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{LitInt, Token, Type};

use crate::attrs::Attrs;
use crate::diag::{Diag, help};
use crate::paths::hygienic_at;

/// The shape that one old version was stored in.
struct Step {
    literal: LitInt,
    shape: Type,
}

impl Parse for Step {
    // 1 = OpenedV1
    // 2 = shapes::OpenedV2<'_>
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let literal = input.parse()?;
        input.parse::<Token![=]>()?;
        Ok(Self {
            literal,
            shape: input.parse()?,
        })
    }
}

impl Step {
    fn version(&self) -> u16 {
        number(&self.literal)
    }

    /// Whether the shape is the event itself, which converts into itself and so would pass for a step.
    fn is(&self, event: &Ident) -> bool {
        let Type::Path(path) = &self.shape else {
            return false;
        };
        path.qself.is_none() && (path.path.is_ident(event) || path.path.is_ident("Self"))
    }
}

/// Zero, which is no version, if it is not a number that versions have.
pub(crate) fn number(version: &LitInt) -> u16 {
    version.base10_parse().unwrap_or(0)
}

fn own_shape(event: &Ident, version: u16) -> String {
    let rust = event.unraw();
    format!(
        "`{rust}` is the new shape, so it cannot be what version {version} stored\nnote: it would misread what is stored; the old fields stand in a struct of their own\nhelp: write `{version} = {rust}V{version}`"
    )
}

/// Why a number is refused.
pub(crate) const NO_VERSION: &str = "a version is a number from 1 to 65535";

/// All steps of one event.
pub(crate) struct Chain {
    steps: Vec<Step>,
}

/// How many missing versions a message lists.
const SHOWN: usize = 8;

impl Chain {
    /// Asks for `upcast`.
    pub(crate) fn ask(attrs: &mut Attrs<'_>, event: &Ident) -> Self {
        let kind = "the number and the shape of each old version";
        let sample = format!("upcast(1 = {}V1)", event.unraw());
        let listed = attrs.list("upcast", kind, &sample);
        Self {
            steps: listed.map_or_else(Vec::new, |listed| listed.items),
        }
    }

    /// Each version below the current one has exactly one shape; the current one is underlined if not.
    pub(crate) fn check(&self, event: &Ident, current: u16, at: &dyn ToTokens, diag: &Diag) {
        for (i, step) in self.steps.iter().enumerate() {
            let version = step.version();
            let mut earlier = self.steps[..i].iter();
            let first = earlier.find(|earlier| earlier.version() == version);
            if step.is(event) {
                diag.error(&step.shape, own_shape(event, version));
            }
            if version == 0 {
                diag.error(&step.literal, NO_VERSION);
            } else if let Some(first) = first {
                let again = format!("version {version} of `{event}` has two shapes");
                diag.twice(&step.literal, again, &first.literal);
            }
        }
        let mut steps = self.steps.iter();
        if let Some(step) = steps.find(|step| step.version() >= current) {
            let (old, next) = (step.version(), help(&format!("version = {}", self.next())));
            let message = format!(
                "`{event}` is at version {current}, so version {old} cannot be an old shape{next}"
            );
            diag.error(&step.literal, message);
        } else if let Some(message) = self.incomplete(event, current) {
            diag.error(at, message);
        }
    }

    /// The version that the steps lead to.
    pub(crate) fn next(&self) -> u16 {
        let newest = self.steps.iter().map(Step::version).max();
        newest.unwrap_or(0).saturating_add(1)
    }

    fn incomplete(&self, event: &Ident, current: u16) -> Option<String> {
        let has = |version: &u16| self.steps.iter().any(|step| step.version() == *version);
        let missing: Vec<u16> = (1..current).filter(|version| !has(version)).collect();
        let (first, rust) = (missing.first()?, event.unraw());
        let shown = missing.iter().take(SHOWN).map(u16::to_string);
        let shown = shown.collect::<Vec<_>>().join(", ");
        // A slip such as `version = 40000` would fill the screen.
        let (more, help) = match missing.len().saturating_sub(SHOWN) {
            0 => (String::new(), help(&self.completed(event, current))),
            more => (format!(" and {more} more"), String::new()),
        };
        Some(format!(
            "`{event}` is at version {current}, but nothing reads version {shown}{more}\nnote: `{rust}V{first}` is a struct with the fields of version {first}, and `From` turns it into the next{help}"
        ))
    }

    /// The option with the steps that are there and those that are missing.
    fn completed(&self, event: &Ident, current: u16) -> String {
        let rust = event.unraw();
        let steps = (1..current).map(|version| {
            let step = self.steps.iter().find(|step| step.version() == version);
            let shape = step.map(|step| step.shape.to_token_stream().to_string());
            let shape = shape.unwrap_or_else(|| format!("{rust}V{version}"));
            format!("{version} = {shape}")
        });
        format!("upcast({})", steps.collect::<Vec<_>>().join(", "))
    }

    /// One arm per old version: read its shape, then take each step up to the event.
    ///
    /// The calls are spanned on the shapes, so that rustc underlines the one whose `From` is missing.
    pub(crate) fn arms(&self) -> TokenStream {
        let mut steps: Vec<&Step> = self.steps.iter().collect();
        steps.sort_by_key(|step| step.version());
        (0..steps.len()).map(|first| arm(&steps[first..])).collect()
    }
}

fn arm(steps: &[&Step]) -> TokenStream {
    let Some(oldest) = steps.first() else {
        return TokenStream::new();
    };
    let walk = steps.iter().enumerate().map(|(i, step)| {
        let (old, from) = (&step.shape, step.version());
        let span = hygienic_at(old);
        let next = steps.get(i + 1).map(|next| next.shape.to_token_stream());
        let new = next.unwrap_or_else(|| quote_spanned!(span=> Self));
        quote_spanned!(span=> let event = __factum::step::<#old, #new>(event, &INFO, #from)?;)
    });
    let (shape, version) = (&oldest.shape, oldest.version());
    let span = hygienic_at(shape);
    let read = quote_spanned! {span=>
        let event = __factum::decode::<__Codec, #shape>(codec, &INFO, version, payload)?;
    };
    hygienic! {
        #version => {
            #read
            #(#walk)*
            __factum::Result::Ok(event)
        }
    }
}
