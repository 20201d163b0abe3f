use factum::StreamName;
use factum::testing::conformance::{Commits, Kit};
use shelf::Shelf;

struct Shelves;

impl Kit for Shelves {
    type Store = Shelf;

    async fn open(&self) -> Shelf {
        Shelf::default()
    }

    async fn reopen(&self, _: Shelf) -> Option<Shelf> {
        None
    }

    async fn commits(&self, _: &Shelf, _: &StreamName) -> Commits {
        Commits::OneByOne
    }
}

factum::conformance! { contract: Shelves }
