//! What the tests record.

mod add;
mod batch;
mod booked;
mod counter;
mod notes;

pub use add::Add;
pub use batch::Batch;
pub use booked::{Book, BookEvent, Booked, Closed, Line};
pub use counter::{Added, Counter, CounterEvent};
pub use notes::{Noted, Notes, NotesEvent};
