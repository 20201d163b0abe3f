//! The files all of whose changes were tried, as they stood then: what one machine has done need not be done by the next.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::list::Mutant;
use crate::outcomes::{Kind, Outcomes};

/// Its name is a path in the project: it is committed.
pub(crate) const TRIED: &str = "tests/mutants/tried.tsv";

const COLUMNS: &str = "file\tas it stood\tcaught\tdo not compile\thave no switch\n";

/// The files as they stood, and how many of their changes came to what.
pub(crate) struct Tried {
    root: PathBuf,
    files: BTreeMap<String, (String, String)>,
}

impl Tried {
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let text = fs::read_to_string(root.join(TRIED)).unwrap_or_default();
        let mut files = BTreeMap::new();
        for line in text.lines().skip(1) {
            let columns: Vec<_> = line.splitn(3, '\t').map(str::to_owned).collect();
            let Ok([file, of, counts]) = <[String; 3]>::try_from(columns) else {
                bail!("{TRIED} has a line that is none: {line}");
            };
            files.insert(file, (of, counts));
        }
        Ok(Self {
            root: root.to_owned(),
            files,
        })
    }

    /// Whether all changes of its file were tried as that stands.
    pub(crate) fn has(&self, mutant: &Mutant) -> bool {
        let of = self.files.get(&mutant.file);
        of.is_some_and(|(of, _)| *of == mutant.of)
    }

    /// Notes the files of which each change has an outcome and none survived, and forgets those that are gone.
    pub(crate) fn note(&mut self, mutants: &[Mutant], outcomes: &Outcomes) -> Result<()> {
        let known = outcomes.known()?;
        let mut counts = BTreeMap::<_, (&str, Option<[usize; 3]>)>::new();
        for mutant in mutants {
            let (_, of_file) = counts
                .entry(&mutant.file)
                .or_insert((&mutant.of, Some([0; 3])));
            let place = match known.get(&(mutant.of.clone(), mutant.name.clone())) {
                Some(Kind::Caught) => 0,
                Some(Kind::DoesNotCompile) => 1,
                Some(Kind::HasNoSwitch) => 2,
                Some(Kind::Survived) | None => {
                    *of_file = None;
                    continue;
                }
            };
            if let Some(of_file) = of_file {
                of_file[place] += 1;
            }
        }
        for (file, (of, counts)) in counts {
            if let Some([caught, refused, unplaced]) = counts {
                let counts = format!("{caught}\t{refused}\t{unplaced}");
                self.files.insert(file.clone(), (of.to_owned(), counts));
            }
        }
        let mut text = COLUMNS.to_owned();
        for (file, (of, counts)) in &self.files {
            if self.root.join(file).exists() {
                writeln!(text, "{file}\t{of}\t{counts}")?;
            }
        }
        Ok(fs::write(self.root.join(TRIED), text)?)
    }
}

#[cfg(test)]
mod tests {
    use anyhow::Result;
    use tempfile::TempDir;

    use super::{TRIED, Tried};
    use crate::list::{Genre, Mutant, Place, Span};
    use crate::outcomes::{Kind, Outcomes};

    fn mutant(file: &str, of: &str, name: &str) -> Mutant {
        Mutant {
            name: name.to_owned(),
            file: file.to_owned(),
            genre: Genre::FnValue,
            replacement: String::new(),
            span: Span {
                start: Place { line: 1, column: 1 },
            },
            of: of.to_owned(),
        }
    }

    #[test]
    fn a_file_is_left_out_while_it_stands_as_it_did_when_none_survived() -> Result<()> {
        let folder = TempDir::new()?;
        let write = |path: &str| -> Result<()> {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap_or(folder.path()))?;
            Ok(std::fs::write(path, "")?)
        };
        for file in ["whole.rs", "half.rs", "survived.rs", TRIED] {
            write(file)?;
        }
        let outcomes = Outcomes::open(&folder.path().join("outcomes"))?;
        let tried = [
            (Kind::Caught, mutant("whole.rs", "a", "first")),
            (Kind::DoesNotCompile, mutant("whole.rs", "a", "second")),
            (Kind::Caught, mutant("gone.rs", "b", "first")),
            (Kind::Caught, mutant("half.rs", "c", "first")),
            (Kind::Caught, mutant("survived.rs", "d", "first")),
            (Kind::Survived, mutant("survived.rs", "d", "second")),
        ];
        for (kind, mutant) in &tried {
            outcomes.add(*kind, mutant, "a test")?;
        }
        let mut mutants: Vec<_> = tried.into_iter().map(|(_, mutant)| mutant).collect();
        mutants.push(mutant("half.rs", "c", "second"));
        Tried::read(folder.path())?.note(&mutants, &outcomes)?;

        let noted = Tried::read(folder.path())?;
        let left_out: Vec<_> = mutants.iter().filter(|it| noted.has(it)).collect();
        assert!(left_out.iter().all(|mutant| mutant.file == "whole.rs"));
        assert_eq!(left_out.len(), 2);
        assert!(!noted.has(&mutant("whole.rs", "changed", "first")));
        let text = std::fs::read_to_string(folder.path().join(TRIED))?;
        assert!(text.ends_with("whole.rs\ta\t1\t1\t0\n"), "{text}");
        Ok(())
    }
}
