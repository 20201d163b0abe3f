//! What was answered, what is stored, and whether the one fits to the other.

mod answer;
mod audit;
mod inspection;
mod integrity;
mod judge;
mod row;
mod told;
mod verdict;
mod witness;

pub use answer::Answer;
pub use audit::{Audit, Ledger, listed};
pub use inspection::{Inspection, Shelf};
pub use integrity::{file_integrity, integrity, quiet};
pub use row::{Row, encoded, rows, stored};
pub use told::{Seen, Told, View};
pub use verdict::Verdict;
pub use witness::Witness;
