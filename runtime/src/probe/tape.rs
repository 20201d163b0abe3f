//! One run of a probe: the choices that it made, the document that they gave, and where it stands.

use super::chance::Chance;
use super::keys::OTHER;
use super::knowledge::{Kind, Knowledge};
use super::path::{Part, place};
use super::shown::Shown;
use super::text::{FORMS, kept, text};
use super::trace::{Trace, part_of};
use super::types::Types;

/// How choices are made where none is given.
#[derive(Debug, Clone)]
pub(crate) enum Manner {
    /// The simplest one.
    Plain,
    /// In the n-th round the n-th of each, so that a few rounds see every variant.
    Covering(u64),
    /// Numbers that can be added up without an overflow.
    Moderate(Chance),
    /// Numbers as an outside world sends them: those at the limits, and those near the given ones, which a decision
    /// may compare with.
    Extreme(Chance, Vec<u64>),
    /// Each time the way that was gone least at this place, so that each of them is seen.
    Tracing,
}

/// A choice, and what else it could have been.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) value: u64,
    /// How many answers are worth trying in its place.
    pub(super) options: usize,
    pub(super) path: String,
    form: Option<usize>,
    /// Whether it says what is there, and not only of which value it is.
    is_way: bool,
}

/// What a choice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Way {
    /// Which of the values that are alike.
    Value,
    /// Whether there is one.
    Some,
    /// How many there are.
    Length,
    /// Of which kind it is.
    Kind,
    /// Which variant it is.
    Variant,
}

/// Nested deeper than this, a value has to end, if its type holds itself.
pub(super) const DEEP: usize = 5;

/// Nested deeper than this, it has to end in any case.
const DEEPEST: usize = 3 * DEEP;

/// Numbers that are tried in the place of one that was refused.
const NUMBERS: &[u64] = &[1, 0, 2, 12, 100, 2026, 3, 4, 7, 24, 50, 1000, 1_767_225_600];

#[derive(Debug)]
pub(super) struct Tape {
    given: Vec<u64>,
    manner: Manner,
    /// For each choice, which of its options to take instead of the first.
    attempts: Vec<usize>,
    pub(super) choices: Vec<Choice>,
    pub(super) json: String,
    /// The places of the maps that were closed.
    pub(super) maps: Vec<String>,
    pub(super) path: Vec<Part>,
    pub(super) types: Types,
    pub(super) depth: usize,
    /// How far the run came: a refusal further on is a step forward.
    pub(super) progress: usize,
    /// The fields of the outermost struct, for an example.
    pub(super) fields: Option<&'static [&'static str]>,
    /// The key that was given last, and its map.
    pub(super) key: Option<(String, &'static str)>,
    /// The largest number of ways that any choice had.
    pub(super) widest: u64,
    pub(super) known: Knowledge,
    /// Whether a type reads from this, and not a step what was read.
    pub(super) reading: bool,
    /// Whether the type was learned.
    pub(super) warm: bool,
    /// What open questions were answered with.
    pub(super) shown: Shown,
    /// Places of texts that stand where it is not known which one is refused.
    pub(super) texts: Vec<String>,
    /// The variants that were given as names alone.
    pub(super) named: Vec<(String, &'static str)>,
    /// The enum that was left last, and its variant.
    pub(super) left: Option<(&'static str, &'static str)>,
    /// What the type asks for, if that is of interest.
    pub(super) trace: Option<Box<Trace>>,
}

impl Tape {
    pub(super) fn new() -> Self {
        Self {
            given: Vec::new(),
            manner: Manner::Plain,
            attempts: Vec::new(),
            choices: Vec::new(),
            json: String::new(),
            maps: Vec::new(),
            path: Vec::new(),
            types: Types::default(),
            depth: 0,
            progress: 0,
            fields: None,
            key: None,
            widest: 0,
            known: Knowledge::default(),
            reading: false,
            warm: false,
            shown: Shown::default(),
            texts: Vec::new(),
            named: Vec::new(),
            left: None,
            trace: None,
        }
    }

    /// Starts a run.
    pub(super) fn rewind(&mut self, given: &[u64], manner: &Manner, attempts: &[usize]) {
        let (mut known, widest, warm) = (std::mem::take(&mut self.known), self.widest, self.warm);
        let mut trace = self.trace.take();
        known.tags().rewind();
        known.lengths.rewind();
        if let Some(trace) = &mut trace {
            trace.rewind();
        }
        *self = Self {
            given: given.to_vec(),
            manner: manner.clone(),
            attempts: attempts.to_vec(),
            types: std::mem::take(&mut self.types).rewind(),
            known,
            widest,
            warm,
            trace,
            ..Self::new()
        };
    }

    pub(super) fn place(&self) -> String {
        place(&self.path)
    }

    /// How deep it may be nested, where it is.
    pub(super) const fn deepest(&self) -> usize {
        if self.types.is_again() { DEEP } else { DEEPEST }
    }

    /// How a field of this name is written in a place that stands right here.
    pub(super) fn step(&self, name: &str) -> String {
        let part = Part::field(name, "", self.path.is_empty());
        part.name.into_owned()
    }

    /// One of `ways`; a first round takes `first`.
    pub(super) fn pick(&mut self, way: Way, ways: usize, first: u64) -> usize {
        let count = u64::try_from(ways).unwrap_or(u64::MAX).max(1);
        self.widest = self.widest.max(count);
        let base = match (&self.manner, &mut self.trace) {
            (Manner::Tracing, Some(trace)) => {
                let is_again = self.types.is_again();
                trace.way((way, is_again), place(&self.path), count, first)
            }
            _ => self.base(
                |round, _| round + first,
                |chance| chance.below(count),
                |chance, _| chance.below(count),
            ),
        };
        let attempt = u64::try_from(self.attempt()).unwrap_or(0);
        let value = (base % count + attempt) % count;
        self.push(value, ways.min(64), None);
        let is_way = matches!(way, Way::Some | Way::Length | Way::Variant);
        if let Some(last) = self.choices.last_mut() {
            last.is_way = is_way;
        }
        usize::try_from(value).unwrap_or(0)
    }

    /// A number from 0 to `max`, of which each `scale`th stands for one that counts.
    pub(super) fn number(&mut self, max: u64, scale: u64) -> u64 {
        let base = self.base(
            |round, place| round * 3 + place + 1,
            |chance| moderate(chance, max),
            |chance, near| extreme(chance, max, near, scale),
        );
        let instead = self.attempt().checked_sub(1);
        let instead = instead.and_then(|instead| NUMBERS.get(instead));
        let instead = instead.map(|number| number.saturating_mul(scale));
        let value = instead.unwrap_or(base).min(max);
        self.push(value, NUMBERS.len() + 1, None);
        value
    }

    /// A text in the form that was taken at this place before.
    pub(super) fn text(&mut self) -> &'static str {
        let place = self.place();
        let base = self.base(
            |round, _| round,
            |chance| chance.below(13),
            // Half of them are the same, since the commands of a history name one aggregate.
            |chance, _| chance.below(2) * chance.below(16),
        );
        let example = self.example().map(str::to_owned);
        let forms = FORMS + usize::from(example.is_some());
        let tried = self.known.forms.tries(&place);
        let attempt = if self.known.forms.has_found(&place) {
            0
        } else {
            self.attempt()
        };
        let form = tried.unwrap_or_else(|| self.known.form(&place) + attempt) % forms;
        let name = self.path.iter().rev().find_map(|part| {
            let name = part.name.rsplit('.').next().unwrap_or_default();
            name.starts_with(|c: char| c.is_alphabetic() || c == '_')
                .then_some(name)
        });
        let text = match example {
            Some(example) if form == FORMS => kept(example),
            _ => text(form, base, name.unwrap_or("text")),
        };
        self.push(base, forms, Some(form));
        text
    }

    /// A text where it is not known yet whether one is taken: what refuses it shows which one it was.
    pub(super) fn open_text(&mut self) -> &'static str {
        let text = self.text();
        let place = self.place();
        self.keep_text(place.clone());
        let last = self.choices.last();
        let is_plain = last.is_some_and(|choice| choice.form == Some(0));
        if is_plain && self.known.kind(&place).is_none() {
            return kept(self.known.words.of(text, &place));
        }
        text
    }

    /// Keeps a text of which it will not be said that it was refused.
    fn keep_text(&mut self, place: String) {
        if !self.texts.contains(&place) {
            self.texts.push(place);
        }
    }

    /// Which of the kinds comes first here: that of what an example has, or nothing where anything else does harm.
    pub(super) fn first_kind(&self) -> u64 {
        let kind = self.trace.as_ref().and_then(|trace| {
            let example = trace.example.as_ref();
            let here = example.and_then(|example| part_of(example, &self.path));
            let is_shy = || trace.is_shy(&self.place()).then_some(Kind::Nothing);
            here.map(Kind::of).or_else(is_shy)
        });
        let place = Kind::ALL.iter().position(|other| Some(*other) == kind);
        place
            .and_then(|place| u64::try_from(place).ok())
            .unwrap_or(0)
    }

    /// A key of any name, which no struct has.
    pub(super) fn other_key(&mut self) -> &'static str {
        let text = self.text();
        let last = self.choices.last();
        let is_plain = last.is_some_and(|choice| choice.form == Some(0));
        let key = if is_plain { OTHER } else { text };
        self.keep_text(self.place());
        if let Some(trace) = &mut self.trace {
            trace.gave_key(key);
        }
        key
    }

    /// The text that an example has here.
    fn example(&self) -> Option<&str> {
        let example = self.trace.as_ref()?.example.as_ref()?;
        match self.path.split_last() {
            Some((key, map)) if key.name == "[key]" => {
                let map = part_of(example, map)?.as_object()?;
                map.keys().next().map(String::as_str)
            }
            _ => part_of(example, &self.path)?.as_str(),
        }
    }

    /// Remembers what was taken, and the forms of text.
    pub(super) fn keep(&mut self) {
        if let Some(trace) = &mut self.trace {
            trace.keep(&self.choices);
        }
        self.known.variants.keep_bare(&self.named);
        self.known.words.keep(&self.shown);
        self.known.lengths.forget();
        self.known.forms.forget();
        for Choice { path, form, .. } in &self.choices {
            self.known.keep_taken(path);
            if let Some(form) = form {
                self.known.keep_form(path, *form);
            }
        }
    }

    /// Whether this run went another way than the one that was to be gone.
    pub(super) fn has_turned(&self) -> bool {
        let mut choices = self.choices.iter().zip(&self.attempts);
        self.trace.is_some() && choices.any(|(choice, attempt)| choice.is_way && *attempt > 0)
    }

    fn attempt(&self) -> usize {
        let attempt = self.attempts.get(self.choices.len());
        attempt.copied().unwrap_or(0)
    }

    fn base(
        &mut self,
        covering: impl FnOnce(u64, u64) -> u64,
        moderate: impl FnOnce(&mut Chance) -> u64,
        extreme: impl FnOnce(&mut Chance, &[u64]) -> u64,
    ) -> u64 {
        let at = self.choices.len();
        // Drawn even where a choice is given, so that those that follow stay what they were.
        let drawn = match &mut self.manner {
            Manner::Plain => 0,
            Manner::Covering(round) => covering(*round, u64::try_from(at).unwrap_or(0)),
            Manner::Tracing => {
                let here = place(&self.path);
                let answer = self.trace.as_mut().and_then(|trace| trace.answer(&here));
                return answer.unwrap_or_else(|| covering(0, 0));
            }
            Manner::Moderate(chance) => moderate(chance),
            Manner::Extreme(chance, near) => extreme(chance, near),
        };
        self.given.get(at).copied().unwrap_or(drawn)
    }

    fn push(&mut self, value: u64, options: usize, form: Option<usize>) {
        self.progress += 1;
        self.choices.push(Choice {
            value,
            options,
            path: self.place(),
            form,
            is_way: false,
        });
    }
}

fn moderate(chance: &mut Chance, max: u64) -> u64 {
    let bound = match max {
        0..0x8000 => 6,
        0x8000..0x8000_0000 => 100,
        _ => 1000,
    };
    let bound = if chance.below(3) == 0 { bound } else { 6 };
    chance.below(bound).min(max)
}

fn extreme(chance: &mut Chance, max: u64, near: &[u64], scale: u64) -> u64 {
    match chance.below(8) {
        0 | 1 if !near.is_empty() => {
            let place = usize::try_from(chance.next()).unwrap_or(0) % near.len();
            // More often the number itself than the ones beside it.
            let beside = [0, 1, 1, 2][usize::try_from(chance.below(4)).unwrap_or(0)];
            let number = (near[place] + beside).saturating_sub(1);
            number.saturating_mul(scale).min(max)
        }
        0..4 => chance.below(12).min(max),
        4 => chance.below(1000).min(max),
        5 => (1_u64 << chance.below(64)).min(max),
        6 => max / 2 - chance.below(3).min(max / 2),
        _ => max - chance.below(3).min(max),
    }
}
