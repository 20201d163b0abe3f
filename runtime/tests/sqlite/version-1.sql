-- A file as the first schema version left it, with two streams of which one was deleted and went on.
PRAGMA journal_mode = wal;
CREATE TABLE factum_meta (
    key TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT;
CREATE TABLE factum_streams (
    key INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    category TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL
) STRICT;
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
    recorded_at INTEGER NOT NULL,
    metadata BLOB NOT NULL,
    payload BLOB NOT NULL,
    UNIQUE (stream, revision),
    UNIQUE (stream, id)
) STRICT;
INSERT INTO factum_meta VALUES ('schema', 1);
INSERT INTO factum_streams VALUES (1, 'account-1', 'account', 0, 1), (2, 'order-a-b', 'order', 3, 3);
INSERT INTO factum_events VALUES
    (1, 1, 0, 0, x'00000000000000000000000000000001', 'account.opened', 1, 'json', NULL, 1000000, x'7b7d', x'7b7d'),
    (2, 1, 1, 0, x'00000000000000000000000000000002', 'account.renamed', 3, 'json', 'north', 2000000, x'7b7d', x'00ff'),
    (6, 2, 3, 1, x'00000000000000000000000000000003', 'order.placed', 1, 'cbor', NULL, 3000000, x'7b7d', x'');
UPDATE sqlite_sequence SET seq = 9 WHERE name = 'factum_events';
