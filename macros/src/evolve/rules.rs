//! What changed between versions, said on the fields: `#[event(since = 2, default = false)]`.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, Fields, LitInt, LitStr};

use super::about::Shape;
use super::versions::{NO_VERSION, number};
use crate::attrs::Attrs;
use crate::diag::{Diag, help, repeated, source};

/// Where something is wrong, and what.
pub(super) type Problem = (TokenStream, String);

/// One change to a field: that it came, or that it got another name.
pub(super) struct Rule {
    /// Which of the fields.
    pub(super) field: usize,
    attr: Attribute,
    since: Option<LitInt>,
    /// What it is in events that had no such field.
    pub(super) default: Option<TokenStream>,
    /// The stored key that it had before.
    pub(super) renamed_from: Option<LitStr>,
}

impl Rule {
    /// Whether the field came, and did not only get another name.
    pub(super) fn is_new(&self) -> bool {
        self.renamed_from.is_none()
    }

    /// Whether it is one, and not only a shape.
    fn says(&self) -> bool {
        self.since.is_some() || self.default.is_some() || self.renamed_from.is_some()
    }

    /// The version that made the change.
    pub(super) fn since(&self) -> u16 {
        self.since.as_ref().map_or(0, number)
    }
}

/// Asks each field for its rules and its shape; `None` if something there could not be read.
pub(super) fn ask(fields: &Fields, diag: &Diag) -> Option<(Vec<Rule>, Vec<Shape>)> {
    let (mut rules, mut shapes, mut intact) = (vec![], vec![], true);
    for (field, attrs) in fields.iter().map(|field| &field.attrs).enumerate() {
        for attr in attrs.iter().filter(|attr| attr.path().is_ident("event")) {
            let mut options = Attrs::on_field("event", attr, diag);
            let rule = Rule {
                field,
                attr: attr.clone(),
                since: options.value("since", "a literal number", "since = 2"),
                default: options.value("default", "a value", "default = Default::default()"),
                renamed_from: options.value(
                    "renamed_from",
                    "a literal string",
                    "renamed_from = \"old_key\"",
                ),
            };
            let shape = options.value("shape", "a literal string", "shape = \"decimal\"");
            if shape.is_none() || rule.says() {
                rules.push(rule);
            }
            shapes.extend(shape.map(|literal| Shape { field, literal }));
            intact &= options.finish();
        }
    }
    intact.then_some((rules, shapes))
}

/// Each says one thing of versions that were stored, and of which no shape is given by hand: those from `first` on.
/// `keys` are those that the fields have now.
pub(super) fn check(
    rules: &[Rule],
    keys: &[String],
    [first, current]: [u16; 2],
    diag: &Diag,
) -> bool {
    let mut fine = true;
    let mut refuse = |at: &dyn ToTokens, message: String| {
        diag.error(at, message);
        fine = false;
    };
    for rule in rules {
        let Some(since) = &rule.since else {
            let said = rule.attr.meta.require_list().map(|list| &list.tokens);
            let said = said.map_or_else(|_| String::new(), |said| format!(", {}", source(said)));
            let one = help(&format!("since = {current}{said}"));
            refuse(
                &rule.attr,
                format!("it is not said since which version{one}"),
            );
            continue;
        };
        if let Some((at, message)) = rule.meaning(since, rules, keys) {
            refuse(&at, message);
        }
        if let Some(message) = problem(rule.since(), first, current) {
            refuse(since, message);
        }
    }
    fine && check_pairs(rules, diag)
}

impl Rule {
    /// What is wrong with what it says of older events, and where.
    fn meaning(&self, since: &LitInt, rules: &[Self], keys: &[String]) -> Option<Problem> {
        match (&self.default, &self.renamed_from) {
            (None, None) => {
                let since = help(&format!("since = {since}, default = Default::default()"));
                let message = format!("it is not said what the field is in older events{since}");
                Some((self.attr.to_token_stream(), message))
            }
            (Some(_), Some(old)) => Some((old.to_token_stream(), "a field cannot be new and renamed at once\nnote: each change is an attribute of its own, with its own `since`".to_owned())),
            (None, Some(old)) => {
                let when = self.still_called(old, rules, keys)?;
                Some((old.to_token_stream(), format!("`{}` is what the field is called {when}\nnote: `renamed_from` is the key that older events have", old.value())))
            }
            (Some(_), None) => None,
        }
    }

    /// When the field is called as it was before this change, if it is.
    fn still_called(&self, old: &LitStr, rules: &[Self], keys: &[String]) -> Option<String> {
        let (old, version) = (old.value(), self.since());
        match renamed(rules, self.field, version) {
            // Zero is no version, which is said elsewhere.
            Some(next) => {
                (version > 0 && next.value() == old).then(|| format!("in version {version} too"))
            }
            None => (*keys.get(self.field)? == old).then(|| "now".to_owned()),
        }
    }
}

/// Why no rule can be since this version.
pub(super) fn problem(since: u16, first: u16, current: u16) -> Option<String> {
    if since == 0 {
        Some(NO_VERSION.to_owned())
    } else if since > current {
        let next = help(&format!("version = {since}"));
        Some(format!(
            "the event is at version {current}, so nothing changed in version {since}{next}"
        ))
    } else if since <= first {
        Some(format!(
            "there is no version before {since} to which this could apply\nnote: older ones were never stored, or their shape is given by `upcast`, and its step says what changed"
        ))
    } else {
        None
    }
}

/// Of one field, no two changes are of one version, and it has no name before it came.
fn check_pairs(rules: &[Rule], diag: &Diag) -> bool {
    let mut fine = true;
    let same = |a: &Rule, b: &Rule| a.field == b.field && a.since() == b.since();
    for (rule, first) in repeated(rules, same) {
        let came = rules
            .iter()
            .find(|it| it.field == rule.field && it.is_new());
        if let Some(first) = first {
            let since = rule.since();
            diag.twice(&rule.attr, format!("two changes of one field in version {since}\nnote: each is since a version of its own"), &first.attr);
            fine = false;
        } else if let Some(came) = came
            && came.since() > rule.since()
        {
            let (came, since) = (came.since(), rule.since());
            diag.error(
                &rule.attr,
                format!(
                    "the field came in version {came}, so nothing of it changed in version {since}"
                ),
            );
            fine = false;
        }
    }
    fine
}

/// The key that a field had in a version, if it got another one since.
pub(super) fn renamed(rules: &[Rule], field: usize, version: u16) -> Option<&LitStr> {
    let of_field = rules.iter().filter(|rule| rule.field == field);
    let later = of_field.filter(|rule| !rule.is_new() && rule.since() > version);
    let next = later.min_by_key(|rule| rule.since())?;
    next.renamed_from.as_ref()
}
