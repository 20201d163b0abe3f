//! The workloads, each beside a twin on the bare driver.
fn main() {}
