-- Version 1: streams, their events and snapshots. A released step is never edited; a change is a new step.

CREATE TABLE {schema}.meta (
    key text PRIMARY KEY,
    value bigint NOT NULL
);

-- One row: the last position that was given out. Whoever gives out positions holds its lock until the commit, so that
-- positions follow commit order; it is the last lock that is taken, and no client's message comes between.
CREATE TABLE {schema}.head (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    position bigint NOT NULL,
    apart boolean NOT NULL DEFAULT true -- whether indexes keep a stream's revisions and ids apart
);
INSERT INTO {schema}.head (position) VALUES (0);

CREATE SEQUENCE {schema}.stream_keys;
CREATE TABLE {schema}.streams (
    key bigint NOT NULL PRIMARY KEY,
    name text COLLATE "C" NOT NULL UNIQUE,
    first bigint NOT NULL, -- the first revision that has an event; last + 1 after a delete
    last bigint NOT NULL   -- the last revision that was ever given out
);

CREATE TABLE {schema}.events (
    position bigint NOT NULL PRIMARY KEY,
    stream bigint NOT NULL,
    revision bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    id uuid NOT NULL,
    idx bigint NOT NULL,
    version integer NOT NULL,
    category text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    codec text COLLATE "C" NOT NULL,
    tenant text COLLATE "C",
    payload {payload} NOT NULL,
    metadata bytea NOT NULL
);
CREATE UNIQUE INDEX events_of_stream ON {schema}.events (stream, revision);
CREATE UNIQUE INDEX events_by_id ON {schema}.events (stream, id);

-- By the stream's name: they may be dropped at any time and refer to nothing.
CREATE TABLE {schema}.snapshots (
    stream text COLLATE "C" PRIMARY KEY,
    first bigint NOT NULL,
    revision bigint NOT NULL,
    shape bigint NOT NULL, -- the bits of an unsigned number
    codec text COLLATE "C" NOT NULL,
    state bytea NOT NULL
);

-- Whether a stream's last revision, if it has events, is what a writer expects: a revision, -1 no stream, -2 some stream,
-- -3 anything.
CREATE FUNCTION {schema}.is_met(expected bigint, actual bigint) RETURNS boolean LANGUAGE sql IMMUTABLE AS {body}
    SELECT coalesce(CASE expected
        WHEN -3 THEN true
        WHEN -2 THEN actual IS NOT NULL
        WHEN -1 THEN actual IS NULL
        ELSE actual = expected
    END, false)
{body};

-- Appends batches, each to its stream, and says of each what came of it. What is plainly met is appended without it, by a
-- statement of the client that takes the same locks in the same order. It says:
--   state 0: stored; its first revision and position
--   state 1: a conflict; the stream's last revision, if it has events
--   state 2 and 3: for each event whose id the stream knows, where it stands; 3 where its content is another one
--   state 4: the stream's revisions would not fit into a bigint
-- Batches of one stream stand in different rounds.
-- It is one statement of the client, so that no client holds the lock on the head, and each statement in it sees what
-- was committed before the lock was had.
CREATE FUNCTION {schema}.append(
    at timestamptz,
    last_round integer,
    b_stream text[], b_category text[], b_expected bigint[], b_count bigint[], b_round integer[],
    e_batch bigint[], e_id uuid[], e_idx bigint[], e_version integer[], e_name text[], e_codec text[], e_tenant text[],
    e_payload {payload}[], e_metadata bytea[]
)
RETURNS TABLE (o_batch bigint, o_event bigint, o_state integer, o_revision bigint, o_position bigint, o_recorded_at timestamptz)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog
SET jit = off
SET enable_seqscan = off
SET plan_cache_mode = force_generic_plan
AS {body}
DECLARE
    before bigint;
BEGIN
    SELECT h.position INTO STRICT before FROM {schema}.head h FOR UPDATE;
    FOR this IN 0 .. last_round LOOP
        RETURN QUERY
        WITH batch AS MATERIALIZED (
            SELECT b.n, b.stream, b.category, b.expected, b.count, s.key, coalesce(s.last, -1) AS last,
                CASE WHEN s.first <= s.last THEN s.last END AS actual
            FROM unnest(b_stream, b_category, b_expected, b_count, b_round) WITH ORDINALITY
                AS b (stream, category, expected, count, round, n)
            LEFT JOIN LATERAL (
                SELECT s.key, s.first, s.last FROM {schema}.streams s WHERE s.name = b.stream OFFSET 0
            ) s ON true
            WHERE b.round = this
        ), event AS MATERIALIZED (
            SELECT e.*, b.key, b.n AS of
            FROM unnest(e_batch, e_id, e_idx, e_version, e_name, e_codec, e_tenant, e_payload, e_metadata) WITH ORDINALITY
                AS e (batch, id, idx, version, name, codec, tenant, payload, metadata, n)
            JOIN batch b ON b.n = e.batch
        ), known AS MATERIALIZED (
            SELECT e.of, e.n, k.*
            FROM event e
            CROSS JOIN LATERAL (
                SELECT k.revision, k.position, k.recorded_at,
                    k.name = e.name AND k.version = e.version AND k.codec = e.codec AND k.payload = e.payload AS equal
                FROM {schema}.events k WHERE k.stream = e.key AND k.id = e.id OFFSET 0
            ) k
        ), judged AS MATERIALIZED (
            SELECT b.*, CASE
                    WHEN NOT {schema}.is_met(b.expected, b.actual) THEN 1
                    WHEN b.last > 9223372036854775806 - b.count THEN 4
                    ELSE 0
                END AS state
            FROM batch b
            WHERE NOT EXISTS (SELECT FROM known k WHERE k.of = b.n)
        ), taken AS MATERIALIZED (
            SELECT j.n, j.stream, j.category, j.count, j.last, coalesce(j.key, nextval({keys})) AS key,
                (before + sum(j.count) OVER (ORDER BY j.n) - j.count)::bigint AS before
            FROM judged j WHERE j.state = 0
        ), lengthened AS (
            INSERT INTO {schema}.streams (key, name, first, last)
            SELECT t.key, t.stream, 0, t.last + t.count FROM taken t
            ON CONFLICT (name) DO UPDATE SET last = EXCLUDED.last
        ), stored AS (
            INSERT INTO {schema}.events (position, stream, revision, recorded_at, id, idx, version, category, name, codec, tenant, payload, metadata)
            SELECT t.before + e.place, t.key, t.last + e.place, at, e.id, e.idx, e.version, t.category, e.name, e.codec, e.tenant, e.payload, e.metadata
            FROM (SELECT e.*, row_number() OVER (PARTITION BY e.batch ORDER BY e.n) AS place FROM event e) e
            JOIN taken t ON t.n = e.batch
            ORDER BY 1
        ), moved AS (
            UPDATE {schema}.head SET position = position + t.total
            FROM (SELECT sum(count)::bigint AS total FROM taken) t WHERE t.total > 0
        )
        SELECT j.n, NULL::bigint, j.state, CASE j.state WHEN 0 THEN j.last + 1 ELSE j.actual END, t.before + 1, NULL::timestamptz
        FROM judged j LEFT JOIN taken t ON t.n = j.n
        UNION ALL
        SELECT k.of, k.n, CASE WHEN k.equal THEN 2 ELSE 3 END, k.revision, k.position, k.recorded_at FROM known k;
        IF this < last_round THEN
            SELECT h.position INTO STRICT before FROM {schema}.head h;
        END IF;
    END LOOP;
END
{body};

-- Deletes the events of a stream, and its snapshot: how many there were, or else that its last revision is not what is
-- expected. Its row stays: revisions go on from where they were.
CREATE FUNCTION {schema}.delete(of text, expected bigint)
RETURNS TABLE (o_met boolean, o_number bigint)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog
SET jit = off
SET enable_seqscan = off
SET plan_cache_mode = force_generic_plan
AS {body}
DECLARE
    found_key bigint;
    actual bigint;
    deleted bigint := 0;
BEGIN
    PERFORM FROM {schema}.head FOR UPDATE;
    -- Whoever saves a snapshot has come to its end before, or waits until there is nothing left to save.
    SELECT s.key, CASE WHEN s.first <= s.last THEN s.last END INTO found_key, actual FROM {schema}.streams s WHERE s.name = of FOR UPDATE;
    IF NOT {schema}.is_met(expected, actual) THEN
        RETURN QUERY SELECT false, actual;
        RETURN;
    END IF;
    DELETE FROM {schema}.snapshots s WHERE s.stream = of;
    IF found_key IS NOT NULL THEN
        DELETE FROM {schema}.events e WHERE e.stream = found_key;
        GET DIAGNOSTICS deleted = ROW_COUNT;
        UPDATE {schema}.streams s SET first = s.last + 1 WHERE s.key = found_key;
    END IF;
    RETURN QUERY SELECT true, deleted;
END
{body};

-- Keeps a snapshot if the stream has events from that revision on, and if the one that is there is that which the
-- client has seen; whether it did.
CREATE FUNCTION {schema}.save(of text, n_first bigint, n_revision bigint, n_shape bigint, n_codec text, n_state bytea,
    seen_first bigint, seen_revision bigint, seen_shape bigint)
RETURNS boolean
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog
SET jit = off
SET enable_seqscan = off
AS {body}
DECLARE
    is_there boolean;
BEGIN
    -- A delete waits for this, or this for it, before either of them touches a snapshot.
    PERFORM FROM {schema}.streams s WHERE s.name = of AND s.first = n_first AND n_revision <= s.last FOR SHARE;
    IF NOT FOUND THEN
        RETURN true;
    END IF;
    SELECT true INTO is_there FROM {schema}.snapshots s WHERE s.stream = of FOR UPDATE;
    IF is_there IS NULL THEN
        INSERT INTO {schema}.snapshots (stream, first, revision, shape, codec, state)
        VALUES (of, n_first, n_revision, n_shape, n_codec, n_state) ON CONFLICT (stream) DO NOTHING;
    ELSE
        UPDATE {schema}.snapshots s SET first = n_first, revision = n_revision, shape = n_shape, codec = n_codec, state = n_state
        WHERE s.stream = of AND (s.first, s.revision, s.shape) = (seen_first, seen_revision, seen_shape);
    END IF;
    RETURN FOUND;
END
{body};

INSERT INTO {schema}.meta (key, value) VALUES ('schema', 1);
