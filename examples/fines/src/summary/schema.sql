-- What each event means for the figures, and how far the events have been taken in: both change in one transaction.

CREATE TABLE IF NOT EXISTS fines_checkpoint (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    logic INTEGER NOT NULL,   -- which build's meaning of the events the rows hold
    position INTEGER          -- NULL: nothing taken in yet
) STRICT;

-- Values, not differences: the last one by a day is the one in force on that day.
CREATE TABLE IF NOT EXISTS fines_effects (
    fine TEXT NOT NULL,
    revision INTEGER NOT NULL,
    occurred_at INTEGER NOT NULL, -- microseconds since 1970, UTC
    amount INTEGER,               -- cents: the amount in force from here on
    expense INTEGER,              -- cents: postage that is added
    paid INTEGER,                 -- cents: the total paid from here on
    collection INTEGER NOT NULL,
    appeal INTEGER NOT NULL,
    PRIMARY KEY (fine, revision)
) STRICT, WITHOUT ROWID;
