//! What is written down of one call, and how it is read again.
#![allow(dead_code, reason = "the recorder writes it, and the tests read it")]

/// What a call did to a file of the directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    /// The file's name; empty for the directory itself.
    pub(crate) file: String,
    /// What became of it.
    pub(crate) done: Done,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Done {
    Created,
    Wrote {
        at: u64,
        data: Vec<u8>,
    },
    Resized(u64),
    Synced,
    /// The disk could not take it, and the system will not try again.
    SyncFailed,
    Removed,
    Renamed {
        to: String,
    },
}

impl Record {
    /// A kind, a number, and the lengths of a name and of data, followed by both.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let (kind, number, data): (u8, u64, &[u8]) = match &self.done {
            Done::Created => (0, 0, &[]),
            Done::Wrote { at, data } => (1, *at, data),
            Done::Resized(length) => (2, *length, &[]),
            Done::Synced => (3, 0, &[]),
            Done::SyncFailed => (4, 0, &[]),
            Done::Removed => (5, 0, &[]),
            Done::Renamed { to } => (6, 0, to.as_bytes()),
        };
        let mut bytes = vec![kind];
        bytes.extend(number.to_le_bytes());
        bytes.extend((self.file.len() as u64).to_le_bytes());
        bytes.extend((data.len() as u64).to_le_bytes());
        bytes.extend(self.file.as_bytes());
        bytes.extend(data);
        bytes
    }

    /// The first record of these bytes, which goes from them; `None` at their end.
    pub(crate) fn decode(bytes: &mut &[u8]) -> Option<Self> {
        let (&[kind], rest) = bytes.split_first_chunk()?;
        let (number, rest) = rest.split_first_chunk()?;
        let (file, rest) = rest.split_first_chunk()?;
        let (data, rest) = rest.split_first_chunk()?;
        let length = |bytes: &[u8; 8]| usize::try_from(u64::from_le_bytes(*bytes)).ok();
        let (file, rest) = rest.split_at_checked(length(file)?)?;
        let (data, rest) = rest.split_at_checked(length(data)?)?;
        *bytes = rest;
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok();
        let number = u64::from_le_bytes(*number);
        let done = match kind {
            0 => Done::Created,
            1 => Done::Wrote {
                at: number,
                data: data.to_vec(),
            },
            2 => Done::Resized(number),
            3 => Done::Synced,
            4 => Done::SyncFailed,
            5 => Done::Removed,
            6 => Done::Renamed { to: text(data)? },
            _ => return None,
        };
        Some(Self {
            file: text(file)?,
            done,
        })
    }
}
