//! What became of events that are recorded: each name is one of an event of this build, or ignored.

use std::collections::BTreeSet;

use super::lock::{Entry, Judged, Lock, Present};
use crate::event::EventInfo;

impl Judged {
    /// Whether it still happens is recorded too: what it is folded into depends on that.
    pub(super) fn retired(&mut self, info: &EventInfo, entry: Entry, retired: bool) -> Entry {
        let is_known = !entry.versions.is_empty();
        if is_known && entry.retired != retired {
            let now = if retired {
                "no longer happens"
            } else {
                "happens again"
            };
            self.new
                .push(format!("`{}` {now}, which is not recorded\n", info.name));
        }
        Entry { retired, ..entry }
    }

    /// An event that this build does not have was stored under all of its names.
    pub(super) fn left(
        &mut self,
        name: &str,
        entry: &Entry,
        present: &[Present<'_>],
        ignored: &[&str],
    ) {
        let missing = |name: &&str| !ignored.contains(name) && !is_named(present, name);
        let names = entry.was.iter().map(String::as_str).filter(missing);
        let former: Vec<String> = names.map(quoted).collect();
        if missing(&name) {
            let names = [vec![quoted(name)], former].concat().join(", ");
            self.broken.push(format!(
                "`{name}` is recorded, and no event of this build reads it\n\
                 help: if it has another name now, write `alias({names})` on the event; if it no longer happens, list its type in \
                 `retired(..)` or its name in `ignored({names})`\n"
            ));
        } else if !former.is_empty() {
            let former = former.join(", ");
            self.broken.push(format!(
                "`{name}` was stored under a former name too, which no event of this build reads\n\
                 help: write it beside the other one: `ignored(\"{name}\", {former})`\n"
            ));
        }
    }

    /// What was ignored once is still there.
    pub(super) fn ignored(&mut self, before: &Lock, present: &[Present<'_>], ignored: &[&str]) {
        let ignored: BTreeSet<&str> = ignored.iter().copied().collect();
        for name in &before.ignored {
            if !ignored.contains(name.as_str()) && !is_named(present, name) {
                self.broken.push(format!(
                    "`{name}` is recorded as ignored, and this build does not know it: it can read no stream that holds one\n\
                     help: write `ignored(\"{name}\")` again\n\
                     note: if it was never stored, delete it from the file\n"
                ));
            }
        }
        for name in &ignored {
            if !before.ignored.iter().any(|before| before == name) {
                self.new
                    .push(format!("`{name}` is ignored, which is not recorded\n"));
            }
        }
        self.lock.ignored = ignored.into_iter().map(str::to_owned).collect();
    }
}

fn is_named(present: &[Present<'_>], name: &str) -> bool {
    present.iter().any(|event| event.info.is_named(name))
}

fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}
