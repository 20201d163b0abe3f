//! The statements, with the name of the schema in them.

/// What the store sends, each statement once.
#[derive(Debug)]
pub(super) struct Sql {
    /// The schema as it stands in SQL.
    pub(super) schema: String,
    pub(super) append: String,
    pub(super) delete: String,
    pub(super) head: String,
    pub(super) names: String,
    /// Of which type the payloads are.
    pub(super) payload: String,
    pub(super) load: String,
    pub(super) save: String,
}

impl Sql {
    pub(super) fn new(schema: &str) -> Self {
        let schema = quoted(schema);
        Self {
            append: format!(
                "SELECT * FROM {schema}.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
            ),
            delete: format!("SELECT * FROM {schema}.delete($1, $2)"),
            head: format!("SELECT position FROM {schema}.head"),
            names: format!("SELECT key, name FROM {schema}.streams WHERE key = ANY ($1)"),
            payload: format!(
                "SELECT a.atttypid::regtype::text FROM pg_attribute a
                 WHERE a.attrelid = '{}.events'::regclass AND a.attname = 'payload'",
                schema.replace('\'', "''")
            ),
            load: format!(
                "SELECT s.first, s.last, n.first, n.revision, n.shape, n.codec, n.state
                 FROM (SELECT) one
                 LEFT JOIN {schema}.streams s ON s.name = $1
                 LEFT JOIN {schema}.snapshots n ON n.stream = $1"
            ),
            save: format!("SELECT {schema}.save($1, $2, $3, $4, $5, $6, $7, $8, $9)"),
            schema,
        }
    }
}

/// A name as an identifier: whatever it holds is part of the name.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_name_stays_a_name() {
        assert_eq!(quoted("factum"), "\"factum\"");
        assert_eq!(
            quoted("a\"; DROP TABLE x; --"),
            "\"a\"\"; DROP TABLE x; --\""
        );
    }
}
