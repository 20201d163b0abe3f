//! Bugs that are put into Factum on purpose, and the tests that have to notice: see `tests/planted.rs`.
