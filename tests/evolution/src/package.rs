//! A domain of three packages, `shop` on `near` on `far`, in a folder of its own.

#![expect(clippy::expect_used, clippy::panic, reason = "only tests call it")]

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The event is here.
const SHOP: &str = r#"use factum::{Aggregate, Apply, Event};
use serde::{Deserialize, Serialize};

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "order.placed")]
pub struct Placed {
    pub line: near::Line,
    pub by: String,
}

#[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[event(name = "order.paid")]
pub struct Paid {
    pub cents: u64,
}

#[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
#[aggregate(name = "order", id = String, events(Placed, Paid), tests)]
pub struct Order {
    paid: u64,
}

impl Apply<Placed> for Order {
    fn apply(&mut self, _: &Placed) {}
}

impl Apply<Paid> for Order {
    fn apply(&mut self, event: &Paid) {
        self.paid = self.paid.saturating_add(event.cents);
    }
}
"#;

/// The type of its field.
const NEAR: &str = r"use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Line {
    pub price: far::Price,
    pub tender: far::Tender,
}
";

/// The types of that one's fields.
const FAR: &str = r"use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Price {
    pub cents: u32,
    pub currency: String,
    pub tax: Tax,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Tax {
    pub percent: u8,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub enum Tender {
    Cash,
    Card { number: String },
}
";

/// What a run of the generated tests came to.
#[derive(Debug)]
pub struct Outcome {
    /// Whether each of them passed.
    pub passes: bool,
    /// What stands on the screen.
    pub printed: String,
}

/// The three packages, and the folder for what cargo makes of them, which others share.
pub struct Package {
    folder: PathBuf,
    target: PathBuf,
}

impl Package {
    /// Writes them into a folder, with the versions of dependencies that this workspace has.
    ///
    /// # Panics
    ///
    /// If a file cannot be written.
    pub fn write(folder: &Path, target: &Path) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let root = fs::canonicalize(root).expect("the workspace");
        let this = Self {
            folder: folder.to_owned(),
            target: target.to_owned(),
        };
        this.save(
            "Cargo.toml",
            "[workspace]\nresolver = \"3\"\nmembers = [\"shop\", \"near\", \"far\"]\n\n[profile.dev]\ndebug = false\n",
        );
        this.save("rustfmt.toml", "");
        this.save(".gitignore", "target\n");
        let factum = format!(
            "factum = {{ path = \"{}\" }}\n",
            root.join("runtime").display()
        );
        for (name, needs, source) in [
            ("shop", factum + "near = { path = \"../near\" }\n", SHOP),
            ("near", "far = { path = \"../far\" }\n".to_owned(), NEAR),
            ("far", String::new(), FAR),
        ] {
            let manifest = format!(
                "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n{needs}serde = {{ version = \"1\", features = [\"derive\"] }}\nserde_json = \"1\"\n"
            );
            this.save(&format!("{name}/Cargo.toml"), &manifest);
            this.save(&format!("{name}/src/lib.rs"), source);
        }
        fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))
            .expect("the lock file is copied");
        this
    }

    /// The same, in another folder.
    pub fn at(&self, folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            target: self.target.clone(),
        }
    }

    /// The path of a file in it.
    pub fn path(&self, file: &str) -> PathBuf {
        self.folder.join(file)
    }

    /// The text of a file in it.
    ///
    /// # Panics
    ///
    /// If there is none.
    pub fn text(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    /// Writes a file in it.
    ///
    /// # Panics
    ///
    /// If it cannot be written.
    pub fn save(&self, file: &str, text: &str) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder is made");
        fs::write(path, text).expect("a file is written");
    }

    /// Changes a file as its author does, at one place.
    ///
    /// # Panics
    ///
    /// If that place is not there, or twice.
    pub fn edit(&self, file: &str, from: &str, to: &str) {
        let text = self.text(file);
        assert_eq!(text.matches(from).count(), 1, "{from} in {file}");
        self.save(file, &text.replace(from, to));
    }

    /// Runs the generated test of what is stored, as `cargo test` does.
    pub fn test(&self) -> Outcome {
        self.cargo(&["--lib"], &[])
    }

    /// Runs it so that it records what is new.
    pub fn bless(&self) -> Outcome {
        self.cargo(&["--lib"], &[("BLESS", "1")])
    }

    /// Runs the tests of that name in a test target.
    pub fn test_target(&self, name: &str) -> Outcome {
        self.cargo(&["--test", name], &[])
    }

    /// Runs them so that they record what is new.
    pub fn bless_target(&self, name: &str) -> Outcome {
        self.cargo(&["--test", name], &[("BLESS", "1")])
    }

    fn cargo(&self, target: &[&str], variables: &[(&str, &str)]) -> Outcome {
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .args(["test", "--quiet", "--offline", "--package", "shop"])
            .args(target)
            .args(["--", "--nocapture", "order_schema_contract"]);
        let output = self.run(cargo.env("CARGO_TARGET_DIR", &self.target), variables);
        self.outcome(&output)
    }

    fn outcome(&self, output: &Output) -> Outcome {
        let printed = String::from_utf8_lossy(&output.stderr);
        Outcome {
            passes: output.status.success(),
            printed: printed.replace(&*self.folder.to_string_lossy(), "[folder]"),
        }
    }

    /// Compiles the tests, and gives the program that runs them.
    ///
    /// # Panics
    ///
    /// If cargo does not say where it is.
    pub fn compiled(&self) -> PathBuf {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args([
            "test",
            "--no-run",
            "--offline",
            "--package",
            "shop",
            "--lib",
        ]);
        let output = self.run(cargo.env("CARGO_TARGET_DIR", &self.target), &[]);
        let printed = String::from_utf8_lossy(&output.stderr);
        let program = printed
            .rsplit_once('(')
            .and_then(|(_, rest)| rest.split_once(')'));
        self.folder
            .join(program.expect("the program in parentheses").0)
    }

    /// Runs such a program as those do that unpack it beside another checkout, this one.
    pub fn run_archived(&self, program: &Path) -> Outcome {
        let mut tests = Command::new(program);
        let package = self.path("shop");
        tests.args(["--nocapture", "order_schema_contract"]);
        let output = self.run(tests.env("CARGO_MANIFEST_DIR", package), &[]);
        self.outcome(&output)
    }

    /// Runs a line in a shell, as it stands.
    ///
    /// # Panics
    ///
    /// If a path holds what separates paths.
    pub fn shell(&self, line: &str) -> Outcome {
        let cargo = Path::new(env!("CARGO")).parent().map(Path::to_owned);
        let others = env::var_os("PATH").unwrap_or_default();
        let paths = cargo.into_iter().chain(env::split_paths(&others));
        let paths = env::join_paths(paths).expect("paths that were joined before");
        let mut shell = Command::new("sh");
        shell.args(["-c", line]).env("PATH", paths);
        shell.env("CARGO_NET_OFFLINE", "true");
        let output = self.run(shell.env("CARGO_TARGET_DIR", &self.target), &[]);
        self.outcome(&output)
    }

    /// Runs git in it, as somebody whom it knows.
    pub fn git(&self, arguments: &[&str]) -> Outcome {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]);
        git.args([
            "-c",
            "commit.gpgsign=false",
            "-c",
            "init.defaultBranch=main",
        ]);
        let output = self.run(git.args(arguments), &[]);
        let printed = [output.stdout, output.stderr].concat();
        Outcome {
            passes: output.status.success(),
            printed: String::from_utf8_lossy(&printed).into_owned(),
        }
    }

    fn run(&self, command: &mut Command, variables: &[(&str, &str)]) -> Output {
        command
            .current_dir(&self.folder)
            .env_remove("BLESS")
            .env_remove("RUSTFLAGS")
            .env("RUST_BACKTRACE", "0")
            .env("NO_COLOR", "1")
            .envs(variables.iter().copied())
            .output()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"))
    }
}
