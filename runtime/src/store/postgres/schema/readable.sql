-- The events for people and their tools: with the names of streams, and with payloads and metadata as text. What is no
-- text, or holds U+0000, is null there; it stays what it is in the table.
CREATE OR REPLACE FUNCTION {schema}.as_text(bytes bytea) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog
AS {body}
BEGIN
    RETURN convert_from(bytes, 'UTF8');
EXCEPTION WHEN character_not_in_repertoire OR untranslatable_character THEN
    RETURN NULL;
END
{body};

CREATE OR REPLACE FUNCTION {schema}.as_text(text text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN text;

CREATE OR REPLACE VIEW {schema}.readable AS
SELECT e.position, s.name AS stream, e.revision, e.recorded_at, e.id, e.category, e.name, e.version, e.codec, e.tenant,
    {schema}.as_text(e.payload) AS payload, {schema}.as_text(e.metadata) AS metadata
FROM {schema}.events e
JOIN {schema}.streams s ON s.key = e.stream;
