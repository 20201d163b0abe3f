//! What everything stored can do, under one name each, so that one message asks for all of it.

use std::fmt::Debug;

use serde::{Deserialize, Serialize};

/// What every event and every state can do: be written, read, copied, shown and compared.
///
/// It comes by itself with the derives of these five traits, and lets one message ask for all of them:
///
/// ```
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
/// struct Opened { owner: String }
///
/// fn copy_of(it: &impl factum::Stored) -> impl factum::Stored { it.clone() }
/// let opened = Opened { owner: "Ada".into() };
/// assert_eq!(format!("{:?}", copy_of(&opened)), format!("{opened:?}"));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is stored, and lacks derives that this needs",
    label = "not all of `Serialize`, `Deserialize`, `Clone`, `Debug` and `PartialEq`",
    note = "add what is missing of `#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]`"
)]
pub trait Stored: Serialize + for<'de> Deserialize<'de> + Clone + Debug + PartialEq {}

impl<T: Serialize + for<'de> Deserialize<'de> + Clone + Debug + PartialEq> Stored for T {}

/// Never holds. But of two impls that might, rustc takes neither, and so it reports this trait instead of each
/// of the five that it needs.
#[diagnostic::do_not_recommend]
#[doc(hidden)]
impl<T> Stored for T
where
    Nowhere<T>: Never,
    T: Stored,
{
}

/// What every aggregate's state can do: what is [`Stored`], and start from nothing.
///
/// It comes by itself with the derives of these six traits:
///
/// ```
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
/// struct Account { cents: u64 }
///
/// fn first<State: factum::StoredState>() -> State { State::default() }
/// assert_eq!(first::<Account>(), Account { cents: 0 });
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is a state that is stored, and lacks derives that this needs",
    label = "not all of `Serialize`, `Deserialize`, `Default`, `Clone`, `Debug` and `PartialEq`",
    note = "add what is missing of `#[derive(Serialize, Deserialize, Default, Clone, Debug, PartialEq)]`"
)]
pub trait StoredState: Stored + Default {}

impl<T: Stored + Default> StoredState for T {}

/// As with [`Stored`].
#[diagnostic::do_not_recommend]
#[doc(hidden)]
impl<T> StoredState for T
where
    Nowhere<T>: Never,
    T: StoredState,
{
}

/// Implemented for nothing.
pub trait Never {}

/// In `Nowhere<T>: Never`, what nobody can implement, whatever `T` is.
#[derive(Debug)]
pub struct Nowhere<T>(T);
