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
}

const ALL: [Variant; 4] = [
    Variant::Plain,
    Variant::Serde,
    Variant::Factum,
    Variant::FactumTests,
];

impl Variant {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Serde => "with-serde",
            Self::Factum => "with-factum",
            Self::FactumTests => "with-factum-tests",
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
            Self::Serde => (
                "use factum::Apply;\nuse serde::{Deserialize, Serialize};\n",
                ", Serialize, Deserialize",
            ),
            Self::Factum | Self::FactumTests => (
                "use factum::{Aggregate, Apply, Event};\nuse serde::{Deserialize, Serialize};\n",
                ", Serialize, Deserialize",
            ),
        };
        let mut source = imports.to_owned();
        for i in 0..EVENTS {
            let (event, attribute) = match self {
                Self::Plain | Self::Serde => ("", String::new()),
                Self::Factum | Self::FactumTests => {
                    let attribute = format!("#[event(name = \"ledger.event-{i}-happened\")]\n");
                    (", Event", attribute)
                }
            };
            write!(
                source,
                "
#[derive(Clone, Debug, PartialEq{derives}{event})]
{attribute}pub struct Event{i} {{
    pub owner: String,
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
            Self::Plain | Self::Serde => return ("", String::new()),
            Self::Factum => "",
            Self::FactumTests => ", tests",
        };
        let events: Vec<String> = (0..EVENTS).map(|i| format!("Event{i}")).collect();
        let events = events.join(", ");
        let attribute =
            format!("#[aggregate(name = \"ledger\", id = String, events({events}){tests})]\n");
        (", Aggregate", attribute)
    }
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
