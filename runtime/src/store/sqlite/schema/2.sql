-- Version 2: snapshots, by the stream's name: they may be dropped at any time and refer to nothing.

CREATE TABLE factum_snapshots (
    stream TEXT PRIMARY KEY,
    first INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    shape INTEGER NOT NULL, -- the bits of an unsigned number
    codec TEXT NOT NULL,
    state BLOB NOT NULL
) STRICT;

UPDATE factum_meta SET value = 2 WHERE key = 'schema';
