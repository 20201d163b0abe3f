//! Road traffic fines: rows of a log become commands, events and figures.

pub mod domain;
