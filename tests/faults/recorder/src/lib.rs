//! Stands between a process and the C library, and writes down what is written and synced.
//!
//! It is loaded with `LD_PRELOAD` and told by its environment what to watch: `FACTUM_RECORD_DIRECTORY`, from the
//! root on and without links, and `FACTUM_RECORD_TO`, a file outside of it. Each call waits for the one before, so
//! that what is written down has one order. What the calls did can be read with `record.rs`.
//!
//! - Nothing is really synced: the power cut is played, and to wait for the disk would only take time.
//! - `-shm` is left out. It is mapped, not written, and no power cut leaves it behind: SQLite makes it again.
//! - A file named `fault` in the directory is a request to fail, which `fault.rs` explains.
#![cfg(all(target_os = "linux", target_pointer_width = "64"))]

mod calls;
mod fault;
mod raw;
mod record;
mod recorder;
