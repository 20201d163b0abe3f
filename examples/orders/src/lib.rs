//! An order as a state machine: what can happen to it depends on how far it has come, and the compiler knows.

pub mod domain;
