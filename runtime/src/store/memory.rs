//! x
/// x
pub struct Memory;
