-- Makes the events of a store a table that is partitioned by position: what is there becomes the first partition, and
-- what is to come goes where its partition is, or into the one for the rest. Appends wait meanwhile.
--
-- No index of a partitioned table can keep a stream's revisions and ids apart across partitions. What does is the lock
-- on the head, under which `append` looks for both before it inserts.
DO {body}
DECLARE
    beyond bigint;
BEGIN
    LOCK TABLE {schema}.head IN ACCESS EXCLUSIVE MODE;
    UPDATE {schema}.head h SET apart = false RETURNING h.position + 1 INTO STRICT beyond;
    -- It would show the first partition alone.
    DROP VIEW IF EXISTS {schema}.readable;
    ALTER TABLE {schema}.events RENAME TO events_first;
    ALTER INDEX {schema}.events_pkey RENAME TO events_first_pkey;
    DROP INDEX {schema}.events_of_stream, {schema}.events_by_id;
    CREATE TABLE {schema}.events (LIKE {schema}.events_first) PARTITION BY RANGE (position);
    ALTER TABLE {schema}.events ADD PRIMARY KEY (position);
    CREATE INDEX events_of_stream ON {schema}.events (stream, revision);
    CREATE INDEX events_by_id ON {schema}.events (stream, id);
    EXECUTE 'ALTER TABLE ' || {events} || ' ATTACH PARTITION ' || {events} || '_first FOR VALUES FROM (MINVALUE) TO (' || beyond || ')';
    CREATE TABLE {schema}.events_rest PARTITION OF {schema}.events DEFAULT;
END
{body};
