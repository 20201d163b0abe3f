//! A process of a test that is asked once, and the memory that a process takes.

use std::ffi::OsStr;
use std::process::Command;

/// Plays a role in a process of its own to its end, and gives what it printed last; fails with it.
pub fn told(
    program: &str,
    role: &str,
    arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
) -> String {
    // One arena: what is measured is what the program holds, not what the allocator keeps for each thread.
    let output = Command::new(program)
        .env("MALLOC_ARENA_MAX", "1")
        .arg(role)
        .args(arguments)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{role}: {}\n{errors}",
        output.status
    );
    let printed = String::from_utf8(output.stdout).unwrap();
    printed.lines().last().unwrap_or_default().to_owned()
}

/// The most memory that this process ever had, in bytes.
pub fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.unwrap().trim().trim_end_matches(" kB");
    kilobytes.parse::<u64>().unwrap() << 10
}
