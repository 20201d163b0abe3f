//! The SQLite store on real files.

mod append;
mod failures;
mod fixture;
mod group;
mod open;
mod processes;
mod read;
mod schema;
mod wait;
