//! Road traffic fines: rows of a log become commands, events and figures.

pub mod domain;
pub mod import;
pub mod log;
pub mod rows;
pub mod show;
pub mod summary;
