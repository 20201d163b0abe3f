-- Version 1: streams and their events. A released step is never edited; a change is a new step.

CREATE TABLE factum_meta (
    key TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT;

CREATE TABLE factum_streams (
    key INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    category TEXT NOT NULL,
    first INTEGER NOT NULL, -- the first revision that has an event; last + 1 after a delete
    last INTEGER NOT NULL   -- the last revision that was ever given out
) STRICT;

-- AUTOINCREMENT: a position is never given out twice, even if the newest events are deleted.
CREATE TABLE factum_events (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    stream INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    idx INTEGER NOT NULL,
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    codec TEXT NOT NULL,
    tenant TEXT,
    recorded_at INTEGER NOT NULL, -- microseconds since 1970, UTC
    metadata BLOB NOT NULL,
    payload BLOB NOT NULL,
    UNIQUE (stream, revision),
    UNIQUE (stream, id)
) STRICT;

INSERT INTO factum_meta (key, value) VALUES ('schema', 1);
