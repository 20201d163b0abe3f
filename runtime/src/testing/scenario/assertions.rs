//! Then: what is expected of the outcome.

use std::fmt::Debug;

use super::checks::events;
use super::partial::Partial;
use super::scene::fail;
use super::then::Then;
use crate::aggregate::{Aggregate, IntoEvents, collected};
use crate::recorded::Metadata;
use crate::testing::difference::diff::{Expectation, compared};
use crate::testing::difference::fields::{Difference, differences, line, table};
use crate::testing::difference::paint::Paint;

impl<A: Aggregate, R: Debug> Then<'_, A, R> {
    /// Exactly these events were recorded, in this order.
    ///
    /// # Panics
    ///
    /// If others were, or if the request was rejected.
    #[track_caller]
    pub fn then(self, expected: impl IntoEvents<A::Event>) -> Self {
        let expected = collected(expected);
        if self.is_rejected() || expected != self.recorded {
            fail(&self.differ(&expected, false));
        }
        self
    }

    /// These events were recorded in this order; others may stand before, between and behind them.
    ///
    /// # Panics
    ///
    /// If one of them was not, or if the request was rejected.
    #[track_caller]
    pub fn then_contains(self, expected: impl IntoEvents<A::Event>) -> Self {
        let expected = collected(expected);
        let mut recorded = self.recorded.iter();
        let contained = expected
            .iter()
            .all(|wanted| recorded.any(|event| event == wanted));
        if self.is_rejected() || !contained {
            fail(&self.differ(&expected, true));
        }
        self
    }

    /// As many events were recorded, and in each the named fields are these.
    ///
    /// ```
    /// use factum::partial;
    /// # use factum::{Aggregate, Apply, Event};
    /// # use serde::{Deserialize, Serialize};
    /// # #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
    /// # #[event(name = "account.deposited")]
    /// # pub struct Deposited { pub cents: u64, pub note: String }
    /// # #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    /// # #[aggregate(name = "account", id = String, events(Deposited))]
    /// # pub struct Account { cents: u64 }
    /// # impl Apply<Deposited> for Account { fn apply(&mut self, e: &Deposited) { self.cents += e.cents } }
    ///
    /// Account::given_nothing()
    ///     .when(|_| Ok::<_, String>(Deposited { cents: 100, note: "slip 77".into() }))
    ///     .then_matching([partial!(Deposited { cents: 100 })]);
    /// ```
    ///
    /// # Panics
    ///
    /// If others were recorded, or if the request was rejected.
    #[track_caller]
    pub fn then_matching(self, expected: impl IntoIterator<Item = Partial<A::Event>>) -> Self {
        let expected: Vec<_> = expected.into_iter().collect();
        let pairs = || expected.iter().zip(&self.recorded);
        let matching = expected.len() == self.recorded.len()
            && pairs().all(|(partial, event)| partial.met_by(event));
        if self.is_rejected() || !matching {
            fail(&self.differ(&expected, false));
        }
        self
    }

    /// The request was accepted, and recorded nothing.
    ///
    /// # Panics
    ///
    /// If something was recorded, or if a run was rejected.
    #[track_caller]
    pub fn then_nothing(self) -> Self {
        if self.rejected > 0 || !self.recorded.is_empty() {
            fail(&self.differ::<A::Event>(&[], false));
        }
        self
    }

    /// The request was rejected, with exactly this error.
    ///
    /// # Panics
    ///
    /// If it was accepted, or rejected with another error.
    #[track_caller]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "reads as `then` does: what is expected is given"
    )]
    pub fn then_error(self, expected: R) -> Self
    where
        R: PartialEq,
    {
        let problem = match &self.last {
            Err(rejection) if *rejection == expected => None,
            Err(rejection) => {
                let mut found = differences(&expected, rejection);
                // Without a field's name the values alone say little.
                if let [
                    Difference {
                        path,
                        expected: wanted,
                        actual,
                    },
                ] = found.as_mut_slice()
                    && path.is_empty()
                {
                    (*wanted, *actual) = (Some(line(&expected)), Some(line(rejection)));
                }
                let then = table(&found, ["", ""], "", Paint::of_stderr());
                Some(self.report("the rejection differs from the expected one", Some(&then)))
            }
            Ok(()) => Some(self.accepted(&format!("expected the rejection {expected:?}"))),
        };
        match problem {
            Some(problem) => fail(&problem),
            None => self,
        }
    }

    /// The request was rejected, with an error for which this holds.
    ///
    /// # Panics
    ///
    /// If it was accepted, or rejected in another way.
    #[track_caller]
    pub fn then_error_matching(self, expected: impl FnOnce(&R) -> bool) -> Self {
        let problem = match &self.last {
            Err(rejection) if expected(rejection) => None,
            Err(rejection) => {
                let headline = "the rejection is not one of those expected";
                Some(self.report(headline, Some(&format!("{rejection:?}"))))
            }
            Ok(()) => Some(self.accepted("expected a rejection")),
        };
        match problem {
            Some(problem) => fail(&problem),
            None => self,
        }
    }

    /// True if no run was accepted: then there are no events to speak of.
    fn is_rejected(&self) -> bool {
        self.rejected == self.runs
    }

    fn differ<X: Expectation<A::Event>>(&self, expected: &[X], extra_is_fine: bool) -> String {
        let paint = Paint::of_stderr();
        let mut then = compared(expected, &self.recorded, extra_is_fine, paint);
        if let (Err(rejection), true) = (&self.last, self.recorded.is_empty()) {
            let expected = match expected.len() {
                0 => "nothing to be recorded".to_owned(),
                count => events(count),
            };
            then.push_str(&paint.found(&format!("+ rejected: {rejection:?}")));
            let headline = format!("expected {expected}, and the request was rejected");
            return self.report(&headline, Some(&then));
        }
        if let Err(rejection) = &self.last {
            then.push_str(&paint.quiet(&format!("  the last run was rejected: {rejection:?}")));
            then.push('\n');
        }
        let headline = match (expected.is_empty(), extra_is_fine) {
            (true, _) => "expected nothing to be recorded",
            (false, true) => "the recorded events do not contain the expected ones in order",
            (false, false) => "the recorded events differ from the expected ones",
        };
        if expected.is_empty() || extra_is_fine {
            return self.report(headline, Some(&then));
        }
        let legend = [paint.missing("- expected"), paint.found("+ recorded")].join("  ");
        then.push_str(&legend);
        self.report(headline, Some(&then))
    }

    fn accepted(&self, headline: &str) -> String {
        let headline = format!("{headline}, and the request was accepted");
        if self.recorded.is_empty() {
            return self.report(&headline, Some("nothing was recorded"));
        }
        let then = compared::<A::Event, A::Event>(&[], &self.recorded, false, Paint::of_stderr());
        self.report(&headline, Some(&then))
    }
}

impl<A: Aggregate, R> Then<'_, A, R> {
    /// Hands the state to assertions of your own, whether the request was accepted or not.
    pub fn then_state(self, check: impl FnOnce(&A)) -> Self {
        check(&self.state);
        self
    }

    /// The state is exactly this, whether the request was accepted or not.
    ///
    /// # Panics
    ///
    /// If it is another; the message shows the fields that differ.
    #[track_caller]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "reads as `then` does: what is expected is given"
    )]
    pub fn then_state_is(self, expected: A) -> Self {
        if self.state != expected {
            let found = differences(&expected, &self.state);
            let then = table(&found, ["", ""], "", Paint::of_stderr());
            fail(&self.report("the state differs from the expected one", Some(&then)));
        }
        self
    }

    /// Hands the metadata of the recorded events to assertions of your own.
    ///
    /// It is what a repository would write: the context's, and the command's id with a hash of its content.
    ///
    /// # Panics
    ///
    /// If nothing was recorded.
    #[track_caller]
    pub fn then_metadata(self, check: impl FnOnce(&Metadata)) -> Self {
        match &self.metadata {
            Some(metadata) => check(metadata),
            None => fail(&self.report("nothing was recorded, so there is no metadata", None)),
        }
        self
    }
}
