//! The one order of all calls.

use std::ffi::CStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use libc::{O_APPEND, O_CLOEXEC, O_CREAT, O_WRONLY, c_int};

use crate::fault::{self, Fault, Kind};
use crate::raw;
use crate::record::{Done, Record};

/// What is watched, and where it is written down.
pub(crate) struct Recorder {
    directory: PathBuf,
    to: c_int,
    fault: Mutex<Option<Fault>>,
}

/// The right to make the next call.
pub(crate) struct Turn<'a> {
    recorder: &'a Recorder,
    fault: MutexGuard<'a, Option<Fault>>,
}

/// None in a process that was not told to record.
pub(crate) fn recorder() -> Option<&'static Recorder> {
    static RECORDER: OnceLock<Option<Recorder>> = OnceLock::new();
    let from_environment = || {
        let directory = std::env::var_os("FACTUM_RECORD_DIRECTORY")?.into();
        let mut to = std::env::var_os("FACTUM_RECORD_TO")?.into_encoded_bytes();
        to.push(0);
        let to = CStr::from_bytes_with_nul(&to).ok()?;
        // Not with the standard library, which would call what is being made here.
        let to = raw::open(
            to.as_ptr(),
            O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
            0o600,
        );
        Some(Recorder {
            directory,
            to,
            fault: Mutex::default(),
        })
    };
    RECORDER.get_or_init(from_environment).as_ref()
}

impl Recorder {
    /// The name of a watched file.
    pub(crate) fn named(&self, path: &CStr) -> Option<String> {
        self.within(Path::new(std::ffi::OsStr::from_bytes(path.to_bytes())))
    }

    /// The name of a watched file that is open.
    pub(crate) fn opened(&self, file: c_int) -> Option<String> {
        self.within(&fs::read_link(format!("/proc/self/fd/{file}")).ok()?)
    }

    fn within(&self, path: &Path) -> Option<String> {
        let name = path.strip_prefix(&self.directory).ok()?;
        Some(name.to_str()?.to_owned())
    }

    pub(crate) fn turn(&self) -> Turn<'_> {
        let fault = self.fault.lock().unwrap_or_else(PoisonError::into_inner);
        Turn {
            recorder: self,
            fault,
        }
    }
}

impl Turn<'_> {
    /// Takes what was written into the file `fault`.
    pub(crate) fn plan(&mut self, text: &[u8]) {
        *self.fault = Fault::parse(text);
    }

    /// The error that a call of this kind has to fail with, if it has to.
    pub(crate) fn strike(&mut self, kind: Kind, file: &str) -> Option<c_int> {
        if file == fault::SAYS {
            return None;
        }
        let strike = Fault::strike(&mut self.fault, kind)?;
        if strike.first {
            raw::unlink(&self.recorder.directory.join(fault::WAITING));
        }
        Some(strike.error)
    }

    /// Writes down what a call did.
    pub(crate) fn note(&self, file: &str, done: Done) {
        if ![fault::FILE, fault::WAITING].contains(&file) && !file.ends_with("-shm") {
            let record = Record {
                file: file.to_owned(),
                done,
            };
            raw::append(self.recorder.to, &record.encode());
        }
    }
}
