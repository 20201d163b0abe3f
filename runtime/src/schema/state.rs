//! The shape of a state, by which a snapshot is told from one that another build took.

use std::any::TypeId;
use std::collections::HashMap;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{LazyLock, Mutex, PoisonError};

use super::Shape;
use crate::aggregate::Aggregate;
use crate::codec::{Codec, Json};
use crate::evolve::fold;
use crate::probe::{Known, Probe};
use crate::stored::StoredState;

/// Goes on from the hash of a state's declaration with what its types read, wherever they are declared.
///
/// What is claimed to be an aggregate is one: what it lacks is said there alone.
pub fn traced<A: Aggregate>(declared: u64) -> u64 {
    hash::<A>(declared)
}

fn hash<A: StoredState + 'static>(declared: u64) -> u64 {
    static TRACED: LazyLock<Mutex<HashMap<TypeId, u64>>> = LazyLock::new(Mutex::default);
    let traced = || TRACED.lock().unwrap_or_else(PoisonError::into_inner);
    let ty = TypeId::of::<A>();
    let known = traced().get(&ty).copied();
    // Not under the lock: the state of one aggregate may hold what asks for the shape of another one.
    let shape = known.unwrap_or_else(|| {
        let shape = shape::<A>().to_json().to_string();
        let shape = fold(0, shape.as_bytes());
        traced().insert(ty, shape);
        shape
    });
    fold(declared, &shape.to_be_bytes())
}

/// One that cannot be traced is told by its declaration alone.
fn shape<A: StoredState>() -> Shape {
    let read = |probe: &Probe| {
        let state = probe.decode::<A>(&[])?;
        let mut written = Vec::new();
        if Json::default().encode(&state, &mut written).is_ok() {
            probe.wrote(&written);
        }
        Ok(())
    };
    let trace = || Probe::trace(Known::default(), &mut |probe| read(probe));
    panic::catch_unwind(AssertUnwindSafe(trace)).unwrap_or_else(|_| Shape::opaque())
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::hash;

    #[derive(Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    struct State<T> {
        inner: T,
    }

    #[derive(Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    struct Before {
        cents: u64,
    }

    #[derive(Serialize, Deserialize, Default, Clone, Debug, PartialEq)]
    struct After {
        #[serde(rename = "amount")]
        cents: u64,
    }

    #[test]
    fn what_a_nested_type_reads_is_part_of_it() {
        assert_eq!(hash::<State<Before>>(1), hash::<State<Before>>(1));
        assert_ne!(hash::<State<Before>>(1), hash::<State<Before>>(2));
        assert_ne!(hash::<State<Before>>(1), hash::<State<After>>(1));
    }

    #[derive(Serialize, Default, Clone, Debug, PartialEq)]
    struct Panics;

    impl<'de> Deserialize<'de> for Panics {
        fn deserialize<D: serde::Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
            panic!("never deserialized")
        }
    }

    #[test]
    fn one_that_cannot_be_traced_is_told_by_its_declaration() {
        assert_eq!(hash::<State<Panics>>(1), hash::<Panics>(1));
        assert_ne!(hash::<State<Panics>>(1), hash::<State<Panics>>(2));
    }
}
