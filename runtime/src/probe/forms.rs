//! Which of several texts has to have a form: where the kind is open, the refusal of a text does not say where it stands.

use std::collections::HashSet;

use super::knowledge::{Kind, Knowledge};
use super::refusal::Problem;
use super::text::FORMS;

/// What no type takes that reads a text, and how a refusal shows it.
pub(super) const WRONG: Kind = Kind::Bool;
const SHOWN: &str = "boolean";

#[derive(Debug, Default)]
pub(super) struct Forms {
    sought: Option<Sought>,
    /// Texts whose form was found: no other one is right.
    found: HashSet<String>,
    /// Texts of which none could be the one.
    failed: HashSet<Vec<String>>,
}

/// The texts of a run that was refused, in order.
#[derive(Debug)]
struct Sought {
    texts: Vec<String>,
    step: Step,
}

#[derive(Debug)]
enum Step {
    /// This text is given as something else: if that is refused, the text is not behind the one that is sought.
    Find { at: usize, before: Vec<usize> },
    /// The last of these is given in this form; if it is right, the text behind it is reached, which is something else.
    Try { before: Vec<usize>, form: usize },
}

impl Sought {
    /// Goes on to the next text that can be given as something else; a key is a text in any case, and is taken to stand
    /// before what is sought where the text before it does.
    fn find(texts: Vec<String>, mut at: usize, mut before: Vec<usize>) -> Self {
        while texts.get(at).is_some_and(|text| is_key(text)) {
            let is_next = at.checked_sub(1).is_none_or(|last| before.contains(&last));
            before.extend(is_next.then_some(at));
            at += 1;
        }
        let step = if at < texts.len() {
            Step::Find { at, before }
        } else {
            Step::Try { before, form: 0 }
        };
        Self { texts, step }
    }

    /// The text that is given as something else.
    fn wrong(&self) -> Option<&String> {
        match &self.step {
            Step::Find { at, .. } => self.texts.get(*at),
            Step::Try { before, .. } => {
                let mut behind = self.texts.iter().skip(before.last()? + 1);
                behind.find(|text| !is_key(text))
            }
        }
    }
}

fn is_key(place: &str) -> bool {
    place.ends_with("[key]")
}

impl Forms {
    /// Whether a text is given as something that no text is.
    pub(super) fn is_wrong(&self, place: &str) -> bool {
        let wrong = self.sought.as_ref().and_then(Sought::wrong);
        wrong.is_some_and(|wrong| wrong == place)
    }

    /// Whether the form of a text was found.
    pub(super) fn has_found(&self, place: &str) -> bool {
        self.found.contains(place)
    }

    /// The form in which a text is tried.
    pub(super) fn tries(&self, place: &str) -> Option<usize> {
        let Sought { texts, step } = self.sought.as_ref()?;
        let Step::Try { before, form } = step else {
            return None;
        };
        (texts.get(*before.last()?)? == place).then_some(*form)
    }

    /// Starts a search, or ends it.
    pub(super) fn forget(&mut self) {
        self.sought = None;
    }
}

impl Knowledge {
    /// Whether the next run comes closer to the text that was refused among these.
    pub(super) fn learn_form(&mut self, problem: &Problem, texts: &[String]) -> bool {
        let is_custom = matches!(problem, Problem::Other);
        let Some(Sought { texts, step }) = self.forms.sought.take() else {
            let is_new = is_custom && !texts.is_empty() && !self.forms.failed.contains(texts);
            self.forms.sought = is_new.then(|| Sought::find(texts.to_vec(), 0, Vec::new()));
            return is_new;
        };
        let is_reached = matches!(problem, Problem::Kind { got, .. } if got.starts_with(SHOWN));
        let sought = match step {
            Step::Find { at, mut before } => {
                before.extend(is_reached.then_some(at));
                Sought::find(texts, at + 1, before)
            }
            Step::Try { before, form } if !is_custom => {
                if let Some(place) = before.last().and_then(|at| texts.get(*at)) {
                    self.forms.found.insert(place.clone());
                    self.keep_form(place, form);
                }
                // The text behind it was refused for what it was given, and anything else as it always is.
                return is_reached;
            }
            Step::Try { mut before, form } => {
                let form = if form < FORMS {
                    form + 1
                } else {
                    before.pop();
                    0
                };
                let step = Step::Try { before, form };
                Sought { texts, step }
            }
        };
        if matches!(&sought.step, Step::Try { before, .. } if before.is_empty()) {
            self.forms.failed.insert(sought.texts);
        } else {
            self.forms.sought = Some(sought);
        }
        true
    }
}
