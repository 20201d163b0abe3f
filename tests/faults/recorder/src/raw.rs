//! The system's calls, past the C library and what stands in front of it.

use std::ffi::CString;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use libc::{AT_FDCWD, c_char, c_int, c_long, c_void, mode_t, off_t, size_t};

/// As in the C library: -1, and `errno`, for an error.
pub(crate) fn open(path: *const c_char, flags: c_int, mode: mode_t) -> c_int {
    // SAFETY: the system checks the pointer.
    outcome(unsafe { libc::syscall(libc::SYS_openat, AT_FDCWD, path, flags, mode) })
}

pub(crate) fn write(file: c_int, data: *const c_void, count: size_t) -> c_long {
    // SAFETY: the system checks the pointer.
    unsafe { libc::syscall(libc::SYS_write, file, data, count) }
}

pub(crate) fn pwrite(file: c_int, data: *const c_void, count: size_t, at: off_t) -> c_long {
    // SAFETY: the system checks the pointer.
    unsafe { libc::syscall(libc::SYS_pwrite64, file, data, count, at) }
}

pub(crate) fn resize(file: c_int, length: off_t) -> c_int {
    // SAFETY: the call takes numbers only.
    outcome(unsafe { libc::syscall(libc::SYS_ftruncate, file, length) })
}

pub(crate) fn rename(from: *const c_char, to: *const c_char) -> c_int {
    // SAFETY: the system checks the pointers.
    outcome(unsafe { libc::syscall(libc::SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0) })
}

pub(crate) fn unlink_at(path: *const c_char) -> c_int {
    // SAFETY: the system checks the pointer.
    outcome(unsafe { libc::syscall(libc::SYS_unlinkat, AT_FDCWD, path, 0) })
}

pub(crate) fn unlink(path: &Path) {
    if let Ok(path) = CString::new(path.as_os_str().as_bytes()) {
        unlink_at(path.as_ptr());
    }
}

/// Where the next `write` goes.
pub(crate) fn place(file: c_int) -> u64 {
    // SAFETY: the calls take numbers only.
    let at = unsafe {
        let appends = libc::fcntl(file, libc::F_GETFL) & libc::O_APPEND != 0;
        libc::lseek(
            file,
            0,
            if appends {
                libc::SEEK_END
            } else {
                libc::SEEK_CUR
            },
        )
    };
    u64::try_from(at).unwrap_or_default()
}

/// A record that is not whole would be worse than none.
pub(crate) fn append(file: c_int, bytes: &[u8]) {
    if write(file, bytes.as_ptr().cast(), bytes.len())
        != c_long::try_from(bytes.len()).unwrap_or(-1)
    {
        std::process::abort();
    }
}

/// The answer of a call that fails.
pub(crate) fn fail(error: c_int) -> c_int {
    // SAFETY: the C library keeps one for each thread.
    unsafe { *libc::__errno_location() = error };
    -1
}

fn outcome(outcome: c_long) -> c_int {
    c_int::try_from(outcome).unwrap_or(-1)
}
