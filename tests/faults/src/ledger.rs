//! What was answered, what is stored, and whether the one fits to the other.

mod answer;
mod audit;
mod inspection;
mod judge;
mod row;
mod told;
mod verdict;
mod witness;

pub use answer::Answer;
pub use audit::{Audit, Ledger, integrity, listed};
pub use inspection::{Inspection, Shelf};
pub use row::{Row, encoded, rows, stored};
pub use told::{Seen, Told, View};
pub use verdict::Verdict;
pub use witness::Witness;
