//! The options of an attribute: ask for each by name, then finish.
//!
//! What nobody asked for is unknown, so the list in the message is always the real one.

mod meant;
mod split;

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Attribute, LitStr, Meta};

use crate::diag::{Diag, all, help, listed, similar};

use self::meant::{bare, comma, meant, wanted};
pub(crate) use self::split::split;

/// Who takes which option, as asked for, to say of a misplaced one where it belongs.
const OPTIONS: &[(&str, &str)] = &[
    (
        "#[event(..)]",
        "name alias version since upcast removed sample stored crate",
    ),
    (
        "#[aggregate(..)]",
        "name id events event retired ignored snapshot crate tests commands",
    ),
    (
        "#[command(..)]",
        "aggregate id command_id occurred_at name crate",
    ),
    ("#[stream_id(..)]", "crate"),
    ("snapshot(..)", "logic"),
    (
        "#[event(..)] on a field",
        "since default renamed_from shape",
    ),
];

/// The options of one node, from all of its attributes of one name.
pub(crate) struct Attrs<'a> {
    /// The attribute as the user writes it.
    shown: String,
    options: Vec<Written>,
    /// What stands where an option should, and does not begin as one.
    strays: Vec<TokenStream>,
    asked: Vec<&'a str>,
    intact: bool,
    diag: &'a Diag,
}

/// An option as it was found.
struct Written {
    key: Ident,
    form: Form,
    value: TokenStream,
}

enum Form {
    // name = "account.opened"
    Assigned,
    // events(Opened, Deposited)
    Listed,
    // tests
    // name: "account.opened"
    Neither,
}

/// A list that was understood, with the key to point at.
pub(crate) struct Listed<T> {
    pub(crate) key: Ident,
    pub(crate) items: Vec<T>,
}

impl<'a> Attrs<'a> {
    pub(crate) fn new(attribute: &'a str, attrs: &[Attribute], diag: &'a Diag) -> Self {
        let mut this = Self::empty(format!("#[{attribute}(..)]"), diag);
        for attr in attrs.iter().filter(|attr| attr.path().is_ident(attribute)) {
            this.open(attribute, attr);
        }
        this
    }

    /// The options of one attribute of a field, where each is a node of its own.
    pub(crate) fn on_field(attribute: &'a str, attr: &Attribute, diag: &'a Diag) -> Self {
        let mut this = Self::empty(format!("#[{attribute}(..)] on a field"), diag);
        this.open(attribute, attr);
        this
    }

    fn open(&mut self, attribute: &str, attr: &Attribute) {
        match &attr.meta {
            Meta::Path(_) => {}
            Meta::List(list) => self.read(list.tokens.clone()),
            Meta::NameValue(pair) => {
                let value = pair.value.to_token_stream();
                let paste = self.named(value, |name| format!("{attribute}({name})"));
                let message = "takes its options in parentheses";
                self.wrong(&attr.meta, format!("`{attribute}` {message}{paste}"));
            }
        }
    }

    fn empty(shown: String, diag: &'a Diag) -> Self {
        Self {
            shown,
            options: vec![],
            strays: vec![],
            asked: vec![],
            intact: true,
            diag,
        }
    }

    fn read(&mut self, tokens: TokenStream) {
        for item in split(tokens) {
            let mut tokens = item.clone().into_iter();
            let Some(TokenTree::Ident(key)) = tokens.next() else {
                self.strays.push(item);
                continue;
            };
            let (form, value) = match tokens.next() {
                Some(TokenTree::Punct(punct)) if punct.as_char() == '=' => {
                    (Form::Assigned, tokens.collect())
                }
                Some(TokenTree::Group(list)) if list.delimiter() == Delimiter::Parenthesis => {
                    if let Some(next) = tokens.next() {
                        self.wrong(&next, comma(&next));
                    }
                    (Form::Listed, list.stream())
                }
                other => (Form::Neither, other.into_iter().chain(tokens).collect()),
            };
            self.options.push(Written { key, form, value });
        }
    }

    /// Asks for `key = value`; `kind` says what is wanted, `sample` what to paste if nothing better is known.
    pub(crate) fn value<T: Parse>(&mut self, name: &'a str, kind: &str, sample: &str) -> Option<T> {
        let Written { key, form, value } = self.take(name)?;
        let wanted = |value: &_| {
            let meant = meant::<T>(value).map(|value| format!("{name} = {value}"));
            wanted(name, kind, meant, sample)
        };
        match form {
            Form::Assigned if !value.is_empty() => self.parse(&value, wanted),
            _ => self.refuse(&key, wanted(&value)),
        }
    }

    /// Asks for a lone `key`.
    pub(crate) fn flag(&mut self, name: &'a str) -> Option<Ident> {
        let Written { key, form, value } = self.take(name)?;
        match form {
            Form::Neither if value.is_empty() => Some(key),
            _ => self.refuse(&key, format!("`{name}` takes nothing{}", help(name))),
        }
    }

    /// Asks for `key(item, ..)`; an item that does not parse does not hide the others.
    pub(crate) fn list<T: Parse>(
        &mut self,
        name: &'a str,
        kind: &str,
        sample: &str,
    ) -> Option<Listed<T>> {
        let Written { key, form, value } = self.take(name)?;
        if let Form::Listed = form {
            let one = sample.trim_start_matches(name).trim_matches(['(', ')']);
            let wanted = |item: &_| wanted(name, kind, meant::<T>(item), one);
            let items = split(value).into_iter();
            let items = items.filter_map(|item| self.parse(&item, wanted)).collect();
            return Some(Listed { key, items });
        }
        let items = split(bare(value));
        let meant: Option<Vec<String>> = items.iter().map(meant::<T>).collect();
        let meant = meant.filter(|items| !items.is_empty());
        let meant = meant.map(|items| format!("{name}({})", items.join(", ")));
        self.refuse(&key, wanted(name, kind, meant, sample))
    }

    /// Asks for each `key(value)`, which may be given several times.
    pub(crate) fn every<T: Parse>(&mut self, name: &'a str, kind: &str, sample: &str) -> Vec<T> {
        self.asked.push(name);
        let named = self.options.extract_if(.., |option| option.key == name);
        let all: Vec<Written> = named.collect();
        let all = all.into_iter().filter_map(|Written { key, form, value }| {
            let wanted = |_: &_| wanted(name, kind, None, sample);
            match form {
                Form::Listed if !value.is_empty() => self.parse(&value, wanted),
                _ => self.refuse(&key, wanted(&value)),
            }
        });
        all.collect()
    }

    /// Asks for `key(option = value, ..)`, and of its options in turn.
    pub(crate) fn nested<T>(
        &mut self,
        name: &'a str,
        sample: &str,
        ask: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<T> {
        let Written { key, form, value } = self.take(name)?;
        let Form::Listed = form else {
            return self.refuse(&key, wanted(name, "options", None, sample));
        };
        let mut inner = Self::empty(format!("{name}(..)"), self.diag);
        inner.read(value);
        let asked = ask(&mut inner);
        self.intact &= inner.finish();
        asked
    }

    /// Reports what nobody asked for; `false` if anything here could not be read, and then a missing
    /// option is no news.
    pub(crate) fn finish(self) -> bool {
        let asked = self.asked.iter().copied();
        let table = OPTIONS.iter().find(|(owner, _)| *owner == self.shown);
        debug_assert!(table.is_none_or(|(_, options)| options.split(' ').eq(asked)));
        let (here, known) = (&self.shown, all("the", "option", &self.asked));
        for stray in &self.strays {
            let paste = self.named(stray.clone(), |name| name);
            let message = format!("expected an option of `{here}`\nnote: {known}{paste}");
            self.diag.error(stray, message);
        }
        for Written { key, .. } in &self.options {
            self.diag.error(key, self.unknown(&key.to_string()));
        }
        self.intact && self.strays.is_empty() && self.options.is_empty()
    }

    fn unknown(&self, key: &str) -> String {
        let (here, known) = (&self.shown, all("the", "option", &self.asked));
        let owners = OPTIONS.iter().filter(|(_, options)| takes(options, key));
        let owners = listed(owners.map(|(owner, _)| owner));
        if !owners.is_empty() {
            return format!(
                "`{key}` is not an option of `{here}`\nnote: it belongs in {owners}; here, {known}"
            );
        }
        let near = help(similar(key, self.asked.iter().copied()).unwrap_or_default());
        format!("unknown option `{key}` in `{here}`\nnote: {known}{near}")
    }

    /// A lone string is most likely meant as the name.
    fn named(&self, stray: TokenStream, paste: impl FnOnce(String) -> String) -> String {
        let mut here = OPTIONS.iter().filter(|(owner, _)| *owner == self.shown);
        let named = here.any(|(_, options)| takes(options, "name"));
        match syn::parse2::<LitStr>(stray) {
            Ok(name) if named => help(&paste(format!("name = {}", name.to_token_stream()))),
            _ => String::new(),
        }
    }

    fn take(&mut self, name: &'a str) -> Option<Written> {
        self.asked.push(name);
        let mut named = self.options.extract_if(.., |option| option.key == name);
        let first = named.next()?;
        for again in named {
            let message = format!("`{name}` is given twice");
            self.diag.twice(&again.key, message, &first.key);
        }
        Some(first)
    }

    fn parse<T: Parse>(
        &mut self,
        tokens: &TokenStream,
        wanted: impl FnOnce(&TokenStream) -> String,
    ) -> Option<T> {
        let whole = |input: ParseStream<'_>| Ok((T::parse(input)?, TokenStream::parse(input)?));
        match whole.parse2(tokens.clone()) {
            Ok((value, rest)) => match rest.into_iter().next() {
                None => Some(value),
                Some(next) => self.refuse(&next, comma(&next)),
            },
            Err(_) => self.refuse(tokens, wanted(tokens)),
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
