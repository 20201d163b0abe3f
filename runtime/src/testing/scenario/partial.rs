//! Some fields of an event, where the others do not matter.

use std::fmt::Debug;

use crate::event::{Event, EventInfo};
use crate::testing::difference::diff::Expectation;
use crate::testing::difference::fields::{Difference, differences};

type Compare<E, Found> = Box<dyn Fn(&E) -> Found>;

/// Some fields of an event that is expected; made by [`partial!`](crate::partial).
pub struct Partial<E> {
    info: &'static EventInfo,
    fields: Vec<(&'static str, String)>,
    /// Where an event differs, or `None` if it is another event.
    compare: Compare<E, Option<Vec<Difference>>>,
}

impl<E: Clone> Expectation<E> for Partial<E> {
    fn met_by(&self, event: &E) -> bool {
        (self.compare)(event).is_some_and(|found| found.is_empty())
    }

    fn which(&self) -> &'static EventInfo {
        self.info
    }

    fn text(&self) -> String {
        let named = self
            .fields
            .iter()
            .map(|(name, value)| format!("{name}: {value}, "));
        format!("{} {{ {}.. }}", self.info.rust, named.collect::<String>())
    }

    fn differences(&self, event: &E) -> Vec<Difference> {
        (self.compare)(event).unwrap_or_default()
    }
}

/// Some fields of an event of one type, being put together by [`partial!`](crate::partial).
#[doc(hidden)]
pub struct Fields<V> {
    names: Vec<(&'static str, String)>,
    compare: Vec<Compare<V, Vec<Difference>>>,
}

/// One field that still lacks its value; the field's type is known by then, which makes the compiler
/// speak of the value if that has another.
#[doc(hidden)]
pub struct Field<V, T> {
    fields: Fields<V>,
    name: &'static str,
    of: fn(&V) -> &T,
}

/// An event that belongs to a set; a trait of its own, so that the compiler speaks of events where one
/// does not.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is none of the `{E}`s",
    label = "not an event of this aggregate",
    note = "name an event that the aggregate lists in `events(..)`"
)]
pub trait OneOf<E>: Sized {
    #[doc(hidden)]
    fn one_of(event: E) -> Option<Self>;
}

#[diagnostic::do_not_recommend]
impl<E, V: TryFrom<E>> OneOf<E> for V {
    fn one_of(event: E) -> Option<Self> {
        V::try_from(event).ok()
    }
}

impl<V: Event> Fields<V> {
    #[doc(hidden)]
    pub fn none() -> Self {
        Self {
            names: Vec::new(),
            compare: Vec::new(),
        }
    }

    #[doc(hidden)]
    pub fn field<T>(self, name: &'static str, of: fn(&V) -> &T) -> Field<V, T> {
        Field {
            fields: self,
            name,
            of,
        }
    }

    #[doc(hidden)]
    pub fn of<E: Clone>(self) -> Partial<E>
    where
        V: OneOf<E>,
    {
        let compare = self.compare;
        Partial {
            info: const { &V::INFO },
            fields: self.names,
            compare: Box::new(move |event| {
                let event = V::one_of(event.clone())?;
                Some(compare.iter().flat_map(|field| field(&event)).collect())
            }),
        }
    }
}

impl<V, T: PartialEq + Debug + 'static> Field<V, T>
where
    V: 'static,
{
    #[doc(hidden)]
    pub fn is(self, expected: T) -> Fields<V> {
        let Self {
            mut fields,
            name,
            of,
        } = self;
        fields.names.push((name, format!("{expected:?}")));
        fields.compare.push(Box::new(move |event| {
            let actual = of(event);
            if *actual == expected {
                return Vec::new();
            }
            let mut found = differences(&expected, actual);
            if found.is_empty() {
                let actual = format!("{actual:?}, which differs in what `Debug` does not show");
                let expected = Some(format!("{expected:?}"));
                found.push(Difference {
                    path: String::new(),
                    expected,
                    actual: Some(actual),
                });
            }
            for difference in &mut found {
                let dot = if matches!(difference.path.chars().next(), None | Some('[')) {
                    ""
                } else {
                    "."
                };
                difference.path = format!("{name}{dot}{}", difference.path);
            }
            found
        }));
        fields
    }
}

/// Names the fields of an expected event that matter, for [`then_matching`](crate::testing::Then::then_matching).
///
/// ```
/// use factum::{Aggregate, Apply, Event, Uuid, partial};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Event, Serialize, Deserialize, Clone, Debug, PartialEq)]
/// #[event(name = "account.opened")]
/// pub struct Opened { pub owner: String, pub number: Uuid }
///
/// #[derive(Aggregate, Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
/// #[aggregate(name = "account", id = String, events(Opened))]
/// pub struct Account;
///
/// impl Apply<Opened> for Account { fn apply(&mut self, _: &Opened) {} }
///
/// let owner = String::from("Ada");
/// Account::given_nothing()
///     .when_with(|_, context| Ok::<_, String>(Opened { owner: "Ada".into(), number: context.fresh_id() }))
///     .then_matching([partial!(Opened { owner })]);
/// ```
///
/// - It is written as the struct itself would be, with fields left out; `Opened {}` names none.
/// - A value has the type of its field: a text for a `String` is `"Ada".into()`.
#[macro_export]
macro_rules! partial {
    (@value $field:tt) => { $field };
    (@value $field:tt $value:expr) => { $value };
    ($event:path { $($field:tt $(: $value:expr)?),* $(,)? }) => {
        $crate::testing::Fields::<$event>::none()
            $(.field(::core::stringify!($field), |event| &event.$field)
                .is($crate::partial!(@value $field $($value)?)))*
            .of()
    };
}
