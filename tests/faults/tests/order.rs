//! Positions follow commit order, whatever transactions beside the store do, and past a restore.

mod held;
mod interleaved;
mod restored;
