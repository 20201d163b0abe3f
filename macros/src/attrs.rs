//! The options of an attribute: ask for each by name, then finish.
//!
//! What nobody asked for is unknown, so the list in the message is always the real one.

mod split;

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Attribute, Meta};

use crate::diag::{Diag, listed, similar};

pub(crate) use self::split::split;

/// Who takes which option, to say of a misplaced one where it belongs.
const OPTIONS: &[(&str, &str)] = &[
    ("event", "crate name version upcast sample stored"),
    (
        "aggregate",
        "crate name id events event snapshot tests commands",
    ),
    ("command", "crate aggregate id command_id occurred_at name"),
    ("stream_id", "crate"),
];

/// The options of one node, from all of its attributes of one name.
pub(crate) struct Attrs<'a> {
    attribute: &'static str,
    /// The attribute as the user writes it.
    shown: String,
    options: Vec<Written>,
    asked: Vec<&'static str>,
    intact: bool,
    diag: &'a Diag,
}

/// An option as it was found.
struct Written {
    key: Ident,
    value: Value,
}

enum Value {
    // tests
    Lone,
    // name: "account.opened"
    Neither,
    // name = "account.opened"
    Assigned(TokenStream),
    // events(Opened, Deposited)
    Listed(TokenStream),
}

/// A list that was understood, with the key to point at.
pub(crate) struct Listed<T> {
    pub(crate) key: Ident,
    pub(crate) items: Vec<T>,
}

/// A lone string is most likely meant as the name.
fn named(item: &[TokenTree]) -> String {
    match item {
        [TokenTree::Literal(literal)] if literal.to_string().starts_with('"') => {
            format!("\nhelp: write `name = {literal}`")
        }
        _ => String::new(),
    }
}

impl<'a> Attrs<'a> {
    pub(crate) fn new(attribute: &'static str, attrs: &[Attribute], diag: &'a Diag) -> Self {
        let mut this = Self::empty(attribute, format!("#[{attribute}(..)]"), diag);
        for attr in attrs.iter().filter(|attr| attr.path().is_ident(attribute)) {
            match &attr.meta {
                Meta::Path(_) => {}
                Meta::List(list) => this.read(list.tokens.clone()),
                Meta::NameValue(_) => this.wrong(
                    &attr.meta,
                    format!("`{attribute}` takes its options in parentheses\nhelp: write `#[{attribute}(..)]`"),
                ),
            }
        }
        this
    }

    fn empty(attribute: &'static str, shown: String, diag: &'a Diag) -> Self {
        Self {
            attribute,
            shown,
            options: vec![],
            asked: vec![],
            intact: true,
            diag,
        }
    }

    fn read(&mut self, tokens: TokenStream) {
        for item in split(tokens) {
            let [TokenTree::Ident(key), rest @ ..] = item.as_slice() else {
                let message = format!("expected an option of `{}`{}", self.shown, named(&item));
                self.wrong(item.into_iter().collect::<TokenStream>(), message);
                continue;
            };
            let value = match rest {
                [TokenTree::Punct(punct), value @ ..] if punct.as_char() == '=' => {
                    Value::Assigned(value.iter().cloned().collect())
                }
                [TokenTree::Group(group), rest @ ..]
                    if group.delimiter() == Delimiter::Parenthesis =>
                {
                    if let Some(next) = rest.first() {
                        self.wrong(next, "expected `,`".to_owned());
                    }
                    Value::Listed(group.stream())
                }
                [] => Value::Lone,
                _ => Value::Neither,
            };
            let key = key.clone();
            self.options.push(Written { key, value });
        }
    }

    /// Asks for `key = value`; `kind` and `sample` say what is wanted.
    pub(crate) fn value<T: Parse>(
        &mut self,
        name: &'static str,
        kind: &str,
        sample: &str,
    ) -> Option<T> {
        let Written { key, value } = self.take(name)?;
        let wanted = format!("`{name}` takes {kind}\nhelp: write `{sample}`");
        match value {
            Value::Assigned(tokens) if !tokens.is_empty() => self.parse(tokens, &wanted),
            _ => self.refuse(&key, wanted),
        }
    }

    /// Asks for a lone `key`.
    pub(crate) fn flag(&mut self, name: &'static str) -> Option<Ident> {
        let Written { key, value } = self.take(name)?;
        match value {
            Value::Lone => Some(key),
            _ => self.refuse(
                &key,
                format!("`{name}` takes nothing\nhelp: write `{name}`"),
            ),
        }
    }

    /// Asks for `key(item, ..)`; an item that does not parse does not hide the others.
    pub(crate) fn list<T: Parse>(
        &mut self,
        name: &'static str,
        kind: &str,
        sample: &str,
    ) -> Option<Listed<T>> {
        let Written { key, value } = self.take(name)?;
        let wanted = format!("`{name}` takes {kind}\nhelp: write `{sample}`");
        match value {
            Value::Listed(tokens) => {
                let items = split(tokens).into_iter();
                let items =
                    items.filter_map(|item| self.parse(item.into_iter().collect(), &wanted));
                let items = items.collect();
                Some(Listed { key, items })
            }
            _ => self.refuse(&key, wanted),
        }
    }

    /// Asks for `key(option = value, ..)`, whose options are asked for in turn.
    pub(crate) fn nested(&mut self, name: &'static str, sample: &str) -> Option<Attrs<'a>> {
        let Written { key, value } = self.take(name)?;
        let mut inner = Self::empty(name, format!("{name}(..)"), self.diag);
        match value {
            Value::Listed(tokens) => {
                inner.read(tokens);
                Some(inner)
            }
            _ => self.refuse(
                &key,
                format!("`{name}` takes options\nhelp: write `{sample}`"),
            ),
        }
    }

    /// Reports what nobody asked for; `false` if anything here could not be read, and then a missing
    /// option is no news.
    pub(crate) fn finish(mut self) -> bool {
        debug_assert!(
            OPTIONS
                .iter()
                .all(|(attribute, options)| *attribute != self.attribute
                    || options.split(' ').count() == self.asked.len()
                        && self.asked.iter().all(|name| takes(options, name))),
            "`OPTIONS` is behind `{}`: {:?}",
            self.attribute,
            self.asked
        );
        for Written { key, .. } in std::mem::take(&mut self.options) {
            let message = self.unknown(&key.to_string());
            self.wrong(&key, message);
        }
        self.intact
    }

    fn unknown(&self, key: &str) -> String {
        let here = &self.shown;
        let known = match self.asked.as_slice() {
            [only] => format!("its only option is `{only}`"),
            several => format!("its options are {}", listed(several)),
        };
        if let Some(near) = similar(key, self.asked.iter().copied()) {
            return format!(
                "unknown option `{key}` in `{here}`\nhelp: did you mean `{near}`? {known}"
            );
        }
        match OPTIONS.iter().find(|(_, options)| takes(options, key)) {
            Some((owner, _)) => format!(
                "`{key}` is not an option of `{here}`\nhelp: it belongs in `#[{owner}(..)]`; {known}"
            ),
            None => format!("unknown option `{key}` in `{here}`\nhelp: {known}"),
        }
    }

    fn take(&mut self, name: &'static str) -> Option<Written> {
        self.asked.push(name);
        let place = self.options.iter().position(|option| option.key == name)?;
        let first = self.options.remove(place);
        self.options.retain(|option| {
            let again = option.key == name;
            if again {
                self.diag.twice(
                    (&option.key, format!("`{name}` is given twice")),
                    (&first.key, format!("`{name}` is first given here")),
                );
            }
            !again
        });
        Some(first)
    }

    fn parse<T: Parse>(&mut self, tokens: TokenStream, wanted: &str) -> Option<T> {
        let whole =
            |input: ParseStream<'_>| Ok((input.parse::<T>()?, input.parse::<TokenStream>()?));
        match Parser::parse2(whole, tokens.clone()) {
            Ok((value, rest)) if rest.is_empty() => Some(value),
            Ok((_, rest)) => {
                let next = rest.into_iter().next();
                self.refuse(next, "expected `,`".to_owned())
            }
            Err(_) => self.refuse(tokens, wanted.to_owned()),
        }
    }

    fn refuse<T>(&mut self, at: impl ToTokens, message: String) -> Option<T> {
        self.wrong(at, message);
        None
    }

    fn wrong(&mut self, at: impl ToTokens, message: String) {
        self.intact = false;
        self.diag.error(at, message);
    }
}

fn takes(options: &str, name: &str) -> bool {
    options.split(' ').any(|option| option == name)
}
