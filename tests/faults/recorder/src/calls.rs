//! What the C library's functions are replaced by.
//!
//! They are those that SQLite and Rust's standard library change files with; that nothing is missed is seen by
//! comparing the files with a replay of all that was written down.

use std::ffi::CStr;

use libc::{c_char, c_int, c_void, mode_t, off_t, size_t, ssize_t};

use crate::fault::{FILE, Kind};
use crate::raw;
use crate::record::Done;
use crate::recorder::recorder;

/// The C library takes `mode` only with some flags; what is there without them is not looked at.
#[unsafe(no_mangle)]
unsafe extern "C" fn open(path: *const c_char, flags: c_int, mode: mode_t) -> c_int {
    let make = || raw::open(path, flags, mode);
    let changes = flags & (libc::O_CREAT | libc::O_TRUNC) != 0;
    let Some(recorder) = recorder().filter(|_| changes) else {
        return make();
    };
    // SAFETY: a path ends with a zero.
    let name = unsafe { CStr::from_ptr(path) };
    let Some(file) = recorder.named(name) else {
        return make();
    };
    let turn = recorder.turn();
    // SAFETY: the system checks the pointer.
    let existed = unsafe { libc::access(path, libc::F_OK) } == 0;
    let opened = make();
    if opened >= 0 && !existed {
        turn.note(&file, Done::Created);
    } else if opened >= 0 && flags & libc::O_TRUNC != 0 {
        turn.note(&file, Done::Resized(0));
    }
    opened
}

#[unsafe(no_mangle)]
unsafe extern "C" fn open64(path: *const c_char, flags: c_int, mode: mode_t) -> c_int {
    // SAFETY: they are the same.
    unsafe { open(path, flags, mode) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn write(file: c_int, data: *const c_void, count: size_t) -> ssize_t {
    written(
        file,
        data,
        count,
        || raw::place(file),
        |count| raw::write(file, data, count),
    )
}

#[unsafe(no_mangle)]
unsafe extern "C" fn pwrite(file: c_int, data: *const c_void, count: size_t, at: off_t) -> ssize_t {
    let place = || u64::try_from(at).unwrap_or_default();
    written(file, data, count, place, |count| {
        raw::pwrite(file, data, count, at)
    })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn pwrite64(
    file: c_int,
    data: *const c_void,
    count: size_t,
    at: off_t,
) -> ssize_t {
    // SAFETY: they are the same.
    unsafe { pwrite(file, data, count, at) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn ftruncate(file: c_int, length: off_t) -> c_int {
    let Some((recorder, name)) = watched(file) else {
        return raw::resize(file, length);
    };
    let mut turn = recorder.turn();
    if let Some(error) = turn.strike(Kind::Write, &name) {
        return raw::fail(error);
    }
    let outcome = raw::resize(file, length);
    if outcome == 0 {
        turn.note(
            &name,
            Done::Resized(u64::try_from(length).unwrap_or_default()),
        );
    }
    outcome
}

#[unsafe(no_mangle)]
unsafe extern "C" fn ftruncate64(file: c_int, length: off_t) -> c_int {
    // SAFETY: they are the same.
    unsafe { ftruncate(file, length) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn fsync(file: c_int) -> c_int {
    let Some((recorder, name)) = watched(file) else {
        return 0;
    };
    let mut turn = recorder.turn();
    match turn.strike(Kind::Sync, &name) {
        None => {
            turn.note(&name, Done::Synced);
            0
        }
        Some(error) => {
            turn.note(&name, Done::SyncFailed);
            raw::fail(error)
        }
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn fdatasync(file: c_int) -> c_int {
    // SAFETY: it syncs less, but for what matters to a reader.
    unsafe { fsync(file) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn unlink(path: *const c_char) -> c_int {
    // SAFETY: a path ends with a zero.
    let name = unsafe { CStr::from_ptr(path) };
    let Some((recorder, file)) = recorder().and_then(|it| Some((it, it.named(name)?))) else {
        return raw::unlink_at(path);
    };
    let turn = recorder.turn();
    let outcome = raw::unlink_at(path);
    if outcome == 0 {
        turn.note(&file, Done::Removed);
    }
    outcome
}

#[unsafe(no_mangle)]
unsafe extern "C" fn rename(from: *const c_char, to: *const c_char) -> c_int {
    // SAFETY: paths end with a zero.
    let names = unsafe { (CStr::from_ptr(from), CStr::from_ptr(to)) };
    let watched = recorder().and_then(|it| Some((it, it.named(names.0)?, it.named(names.1)?)));
    let Some((recorder, file, to_file)) = watched else {
        return raw::rename(from, to);
    };
    let turn = recorder.turn();
    let outcome = raw::rename(from, to);
    if outcome == 0 {
        turn.note(&file, Done::Renamed { to: to_file });
    }
    outcome
}

fn watched(file: c_int) -> Option<(&'static crate::recorder::Recorder, String)> {
    let recorder = recorder()?;
    Some((recorder, recorder.opened(file)?))
}

/// A write that is to fail leaves half of it behind, as a disk that fails may do.
fn written(
    file: c_int,
    data: *const c_void,
    count: size_t,
    place: impl FnOnce() -> u64,
    make: impl FnOnce(size_t) -> libc::c_long,
) -> ssize_t {
    let Some((recorder, name)) = watched(file) else {
        return as_size(make(count));
    };
    // SAFETY: whoever writes has as many bytes there.
    let bytes = unsafe { std::slice::from_raw_parts(data.cast::<u8>(), count) };
    let mut turn = recorder.turn();
    if name == FILE {
        turn.plan(bytes);
        return as_size(make(count));
    }
    let struck = turn.strike(Kind::Write, &name);
    let at = place();
    let outcome = as_size(make(if struck.is_some() { count / 2 } else { count }));
    if let Some(data) = usize::try_from(outcome)
        .ok()
        .and_then(|done| bytes.get(..done))
    {
        turn.note(
            &name,
            Done::Wrote {
                at,
                data: data.to_vec(),
            },
        );
    }
    struck.map_or(outcome, |error| raw::fail(error) as ssize_t)
}

fn as_size(outcome: libc::c_long) -> ssize_t {
    ssize_t::try_from(outcome).unwrap_or(-1)
}
