//! Every sentence of the store contract, on every store that ships.

use factum::Memory;
use factum::testing::conformance::Kit;

struct InMemory;

impl Kit for InMemory {
    type Store = Memory;

    async fn open(&self) -> Memory {
        Memory::new()
    }

    async fn reopen(&self, _: Memory) -> Option<Memory> {
        None
    }
}

factum::conformance! { memory: InMemory }
