//! The crates that are compiled: the same structs, each time with more derives.

use std::fmt::Write;
use std::fs;
use std::path::Path;

pub(crate) const EVENTS: u16 = 200;

/// All of them hold the same structs with the standard library's derives, and the same `impl Apply`s, which
/// are the user's own; so what one takes more than another is its derives.
#[derive(Clone, Copy)]
pub(crate) enum Variant {
    /// No derives beside those of the standard library.
    Plain,
    /// `Serialize` and `Deserialize`.
    Serde,
    /// `Event` on each struct too, and one `Aggregate` that lists them all.
    Factum,
    /// The aggregate asks for generated tests.
    FactumTests,
    /// As `Serde`, and for each struct the shape of an old version with serde's derives, and a `From`.
    SerdeOld,
    /// As `Factum`, with these shapes as old versions.
    FactumOld,
    /// The same old versions, as they follow from what is said of a field.
    FactumRules,
}

const ALL: [Variant; 7] = [
    Variant::Plain,
    Variant::Serde,
    Variant::Factum,
    Variant::FactumTests,
    Variant::SerdeOld,
    Variant::FactumOld,
    Variant::FactumRules,
];

impl Variant {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Serde => "with-serde",
            Self::Factum => "with-factum",
            Self::FactumTests => "with-factum-tests",
            Self::SerdeOld => "with-serde-old",
            Self::FactumOld => "with-factum-old",
            Self::FactumRules => "with-factum-rules",
        }
    }

    /// Has cargo compile the crate anew.
    pub(crate) fn touch(self, folder: &Path) {
        let source = folder.join(self.name()).join("src/lib.rs");
        fs::write(source, self.source()).unwrap();
    }

    fn source(self) -> String {
        let (imports, derives) = match self {
            Self::Plain => ("use factum::Apply;\n", ""),
            Self::Serde | Self::SerdeOld => (
                "use factum::Apply;\nuse serde::{Deserialize, Serialize};\n",
                ", Serialize, Deserialize",
            ),
            Self::Factum | Self::FactumTests | Self::FactumOld | Self::FactumRules => (
                "use factum::{Aggregate, Apply, Event};\nuse serde::{Deserialize, Serialize};\n",
                ", Serialize, Deserialize",
            ),
        };
        let rule = match self {
            Self::FactumRules => "#[event(since = 2, renamed_from = \"holder\")]\n    ",
            _ => "",
        };
        let mut source = imports.to_owned();
        for i in 0..EVENTS {
            let (event, attribute) = match self {
                Self::Plain | Self::Serde | Self::SerdeOld => ("", String::new()),
                Self::Factum | Self::FactumTests | Self::FactumOld | Self::FactumRules => {
                    let old = match self {
                        Self::FactumOld => format!(", version = 2, upcast(1 = Event{i}V1)"),
                        Self::FactumRules => ", version = 2".to_owned(),
                        _ => String::new(),
                    };
                    let attribute =
                        format!("#[event(name = \"ledger.event-{i}-happened\"{old})]\n");
                    (", Event", attribute)
                }
            };
            write!(
                source,
                "
#[derive(Clone, Debug, PartialEq{derives}{event})]
{attribute}pub struct Event{i} {{
    {rule}pub owner: String,
    pub cents: u64,
    pub note: Option<String>,
    pub lines: Vec<u32>,
}}

impl Apply<Event{i}> for Ledger {{
    fn apply(&mut self, event: &Event{i}) {{
        self.cents = self.cents.wrapping_add(event.cents);
    }}
}}
"
            )
            .unwrap();
        }
        if let Self::SerdeOld | Self::FactumOld = self {
            (0..EVENTS).for_each(|i| source.push_str(&old(i)));
        }
        let (aggregate, attribute) = self.aggregate();
        write!(
            source,
            "
#[derive(Default, Clone, Debug, PartialEq{derives}{aggregate})]
{attribute}pub struct Ledger {{
    pub cents: u64,
}}
"
        )
        .unwrap();
        source
    }

    fn aggregate(self) -> (&'static str, String) {
        let tests = match self {
            Self::Plain | Self::Serde | Self::SerdeOld => return ("", String::new()),
            Self::Factum | Self::FactumOld | Self::FactumRules => "",
            Self::FactumTests => ", tests",
        };
        let events: Vec<String> = (0..EVENTS).map(|i| format!("Event{i}")).collect();
        let events = events.join(", ");
        let attribute =
            format!("#[aggregate(name = \"ledger\", id = String, events({events}){tests})]\n");
        (", Aggregate", attribute)
    }
}

/// What version 1 of an event was, and the step from there.
fn old(i: u16) -> String {
    format!(
        "
#[derive(Serialize, Deserialize)]
pub struct Event{i}V1 {{
    pub holder: String,
    pub cents: u64,
    pub note: Option<String>,
    pub lines: Vec<u32>,
}}

impl From<Event{i}V1> for Event{i} {{
    fn from(old: Event{i}V1) -> Self {{
        let Event{i}V1 {{ holder, cents, note, lines }} = old;
        Self {{ owner: holder, cents, note, lines }}
    }}
}}
"
    )
}

/// A workspace of its own, with the versions of dependencies that this one has.
pub(crate) fn write(folder: &Path) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let runtime = root.join("runtime").canonicalize().unwrap();
    for variant in ALL {
        let name = variant.name();
        fs::create_dir_all(folder.join(name).join("src")).unwrap();
        let manifest = format!(
            "[package]
name = \"{name}\"
edition = \"2024\"

[dependencies]
factum = {{ path = \"{}\" }}
serde = {{ version = \"1\", features = [\"derive\"] }}
",
            runtime.display()
        );
        fs::write(folder.join(name).join("Cargo.toml"), manifest).unwrap();
        variant.touch(folder);
    }
    let members = ALL.map(Variant::name);
    // Nobody debugs the dependencies of these crates, and cargo compiles them once.
    let manifest = format!(
        "[workspace]
resolver = \"3\"
members = {members:?}

[profile.dev.package.\"*\"]
debug = false
"
    );
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
}
