//! What the office allows, and what it does not: each rule accepts and rejects.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

mod fixture;
mod money;
mod order;
mod past;
