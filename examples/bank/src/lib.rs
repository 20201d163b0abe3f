//! A bank account as a stream of events, and a transfer between two of them.

pub mod domain;
pub mod transfer;
