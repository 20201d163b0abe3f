//! What an aggregate stores, as data: for pages, for other teams, and for other languages.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::aggregate::{Aggregate, EventSet};
use crate::event::EventInfo;
use crate::probe::Known;
use crate::schema::{FieldInfo, Shape, shape_of, written};

/// Makes the catalogue of an aggregate: its events by stored name, with versions, fields and doc comments, and its
/// states and arrows if it is a state machine.
///
/// ```
/// use factum::{Aggregate, Apply, Event};
/// use serde::{Deserialize, Serialize};
///
/// /// Money came in.
/// #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
/// #[event(name = "account.deposited", alias("Deposited"))]
/// pub struct Deposited {
///     /// Never zero.
///     pub cents: u64,
/// }
///
/// #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
/// #[aggregate(name = "account", id = String, events(Deposited))]
/// pub struct Account { cents: u64 }
/// # impl Apply<Deposited> for Account { fn apply(&mut self, event: &Deposited) { self.cents += event.cents } }
///
/// let catalog = factum::catalog::<Account>();
/// assert_eq!(catalog.events[0].fields[0].doc, "Never zero.");
/// let json = serde_json::to_value(&catalog)?;
/// assert_eq!(json["events"][0]["versions"]["1"]["cents"], "u64");
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// - Its JSON form is stable: within one `format`, members are added and none is taken away or given another meaning.
/// - Events stand in the order of the attribute, those that are retired last.
/// - A shape is as [`Shape`] says. It is traced, which takes some milliseconds for each event.
pub fn catalog<A: Aggregate>() -> Catalog {
    let events = A::Event::READS.iter().map(event::<A::Event>);
    let text = |text: &&str| (*text).to_owned();
    Catalog {
        format: FORMAT,
        aggregate: A::NAME.to_owned(),
        doc: A::DOC.to_owned(),
        events: events.collect(),
        ignored: A::Event::IGNORES.iter().map(text).collect(),
        states: A::STATES.iter().map(text).collect(),
        arrows: A::ARROWS.iter().map(arrow).collect(),
    }
}

/// The number of the JSON form.
const FORMAT: u32 = 1;

/// The catalogue of one aggregate; see [`catalog`].
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Catalog {
    /// The number of the JSON form: 1.
    pub format: u32,
    /// The stored name: the category of its streams.
    pub aggregate: String,
    /// Its doc comment.
    pub doc: String,
    /// What it is folded from, and what is read as that.
    pub events: Vec<CatalogEvent>,
    /// The stored names that are read as nothing.
    pub ignored: Vec<String>,
    /// The states of a state machine, the first one first.
    pub states: Vec<String>,
    /// What each state takes.
    pub arrows: Vec<CatalogArrow>,
}

/// One event of a [`Catalog`].
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CatalogEvent {
    /// The stored name.
    pub name: String,
    /// The names that it was stored under before.
    pub aliases: Vec<String>,
    /// The version that is written.
    pub version: u16,
    /// The oldest version that is read.
    pub oldest: u16,
    /// Whether it is only read, as other events.
    pub retired: bool,
    /// Its doc comment.
    pub doc: String,
    /// The fields of the current version, by key.
    pub fields: Vec<CatalogField>,
    /// What each version is read as, by number.
    pub versions: BTreeMap<u16, Shape>,
}

/// One field of a [`CatalogEvent`].
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CatalogField {
    /// The key that it is stored under.
    pub name: String,
    /// Its doc comment.
    pub doc: String,
    /// What is read there.
    pub shape: Shape,
}

/// One arrow of a state machine in a [`Catalog`].
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CatalogArrow {
    /// The state that takes the event.
    pub from: String,
    /// The event, by its stored name.
    pub event: String,
    /// The state that it leads to.
    pub to: String,
}

fn event<E: EventSet>(info: &EventInfo) -> CatalogEvent {
    let versions = info.oldest..=info.version;
    let shape = |version| {
        let shape = shape_of(info, version, Known::default(), &|probe| {
            let read = E::decode(probe, info.name, version, &[])?;
            Ok(written(&read, info, version))
        });
        (version, shape)
    };
    let versions: BTreeMap<u16, Shape> = versions.map(shape).collect();
    let current = versions.get(&info.version);
    CatalogEvent {
        name: info.name.to_owned(),
        aliases: info
            .aliases
            .iter()
            .map(|alias| (*alias).to_owned())
            .collect(),
        version: info.version,
        oldest: info.oldest,
        retired: E::RETIRES.contains(&info.name),
        doc: info.doc.to_owned(),
        fields: current.map_or_else(Vec::new, |current| fields(info, current)),
        versions,
    }
}

fn fields(info: &EventInfo, current: &Shape) -> Vec<CatalogField> {
    let parts = current.parts.iter();
    let fields = parts.filter(|(_, part)| current.opened() == "struct" && part.alias().is_none());
    let told = |key: &str| {
        let is_field = |field: &&FieldInfo| current.names(key).any(|name| name == field.name);
        info.fields.iter().find(is_field)
    };
    let fields = fields.map(|(key, part)| {
        let told = told(key);
        // What is written under another key than it is read under first.
        let name = told.map_or(key.as_str(), |field| field.name);
        CatalogField {
            name: name.to_owned(),
            doc: told.map_or("", |field| field.doc).to_owned(),
            shape: part.clone(),
        }
    });
    fields.collect()
}

fn arrow(arrow: &[&str; 3]) -> CatalogArrow {
    let [from, event, to] = arrow.map(str::to_owned);
    CatalogArrow { from, event, to }
}

#[cfg(test)]
mod tests;
