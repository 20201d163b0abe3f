//! The statements, with the name of the schema in them.

use crate::store::sql::{BARE, REST, order};
use crate::store::{Direction, Read, Scope};

/// What is read of a snapshot.
const SNAPSHOT: &str = "n.first, n.revision, n.shape, n.codec, n.state";

/// What the store sends, each statement once.
#[derive(Debug)]
pub(super) struct Sql {
    /// The schema as it stands in SQL.
    pub(super) schema: String,
    pub(super) append: String,
    pub(super) delete: String,
    pub(super) head: String,
    /// Bare pages of several streams.
    pub(super) loads: String,
    pub(super) names: String,
    /// Of which type the payloads are.
    pub(super) payload: String,
    pub(super) load: String,
    pub(super) seen: String,
    pub(super) save: String,
    /// A page for each [`Kind`] of read.
    pages: Vec<String>,
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
            loads: loads(&schema),
            names: format!("SELECT key, name FROM {schema}.streams WHERE key = ANY ($1)"),
            payload: format!(
                "SELECT a.atttypid::regtype::text FROM pg_attribute a
                 WHERE a.attrelid = '{}.events'::regclass AND a.attname = 'payload'",
                schema.replace('\'', "''")
            ),
            load: format!("SELECT {SNAPSHOT} FROM {schema}.snapshots n WHERE n.stream = $1"),
            seen: format!(
                "SELECT {SNAPSHOT}, s.first, s.last
                 FROM (SELECT) one
                 LEFT JOIN {schema}.streams s ON s.name = $1
                 LEFT JOIN {schema}.snapshots n ON n.stream = $1"
            ),
            save: format!("SELECT {schema}.save($1, $2, $3, $4, $5, $6, $7, $8, $9)"),
            pages: (0..Kind::COUNT)
                .map(|kind| Kind(kind).statement(&schema))
                .collect(),
            schema,
        }
    }

    /// The statement for a page of this kind.
    pub(super) fn page(&self, read: &Read) -> &str {
        &self.pages[Kind::of(read).0]
    }
}

/// Pages of streams by their names, from behind a revision, and where an event stands in each. What is looked up for
/// each of them stays in its place (`OFFSET 0`), so that it is looked up by index whatever the statistics say.
fn loads(schema: &str) -> String {
    let (columns, (behind, order)) = (columns(""), order(Direction::Forward));
    format!(
        "SELECT r.n, s.first, s.last, s.found, {columns}
         FROM unnest($1::text[], $2::bigint[], $3::uuid[]) WITH ORDINALITY AS r (name, after, id, n)
         CROSS JOIN LATERAL (
             SELECT s.key, s.first, s.last, (
                 SELECT f.revision FROM {schema}.events f WHERE f.stream = s.key AND f.id = r.id
             ) AS found
             FROM {schema}.streams s WHERE s.name = r.name OFFSET 0
         ) s
         LEFT JOIN LATERAL (
             SELECT {columns} FROM {schema}.events e
             WHERE e.stream = s.key AND e.revision {behind} r.after ORDER BY e.revision {order} LIMIT $4
         ) e ON true
         ORDER BY r.n, e.revision {order}"
    )
}

/// What of a read stands in its statement and not in the values: a bit for each.
struct Kind(usize);

impl Kind {
    const BACKWARD: usize = 1;
    const NAMED: usize = 2;
    const OF_ALL: usize = 4;
    /// Of a stream.
    const BARE: usize = 8;
    const FINDS: usize = 16;
    /// Of everything, in the place of the first one of those.
    const CATEGORIZED: usize = 8;
    const COUNT: usize = 32;

    fn of(read: &Read) -> Self {
        let bit = |is: bool, bit: usize| if is { bit } else { 0 };
        let shared = bit(read.direction == Direction::Backward, Self::BACKWARD)
            | bit(!read.filter.names.is_empty(), Self::NAMED);
        Self(match read.scope {
            Scope::Stream { .. } => {
                shared | bit(read.bare, Self::BARE) | bit(read.find.is_some(), Self::FINDS)
            }
            Scope::All { .. } => {
                let categorized = bit(!read.filter.categories.is_empty(), Self::CATEGORIZED);
                shared | Self::OF_ALL | categorized
            }
        })
    }

    fn has(&self, bit: usize) -> bool {
        self.0 & bit != 0
    }

    fn statement(&self, schema: &str) -> String {
        if self.has(Self::OF_ALL) {
            self.of_all(schema)
        } else {
            self.of_stream(schema)
        }
    }

    fn of_stream(&self, schema: &str) -> String {
        let rest = if self.has(Self::BARE) { "" } else { REST };
        let columns = columns(rest);
        let (behind, order) = order(self.direction());
        let names = lets("e.name", "$5", self.has(Self::NAMED));
        let (found, finds) = if self.has(Self::FINDS) {
            let id = format!("LEFT JOIN {schema}.events f ON f.stream = s.key AND f.id = $4::uuid");
            ("f.revision", id)
        } else {
            ("NULL::bigint", String::new())
        };
        // A number that no revision has, and that comes before all of them.
        let first = match self.direction() {
            Direction::Forward => "(-1)::bigint",
            Direction::Backward => "9223372036854775807",
        };
        let others = "NULL, ".repeat(columns.matches(',').count());
        format!(
            "SELECT {first}, {others}s.first, s.last, {found}
             FROM {schema}.streams s {finds}
             WHERE s.name = $1 AND ($4::uuid IS NULL OR true) AND ($5::text[] IS NULL OR true)
             UNION ALL (
                 SELECT {columns}, NULL::bigint, NULL::bigint, NULL::bigint FROM {schema}.events e
                 WHERE e.stream = (SELECT key FROM {schema}.streams WHERE name = $1)
                     AND e.revision {behind} $2 AND {names}
                 ORDER BY e.revision {order} LIMIT $3
             )
             ORDER BY 1 {order}"
        )
    }

    fn of_all(&self, schema: &str) -> String {
        let columns = columns(REST);
        let (behind, order) = order(self.direction());
        let within = match self.direction() {
            Direction::Forward => "e.position <= $2",
            Direction::Backward => "e.position >= least($1, h.position + 1) - $2",
        };
        let categories = lets("e.category", "$4", self.has(Self::CATEGORIZED));
        let names = lets("e.name", "$5", self.has(Self::NAMED));
        format!(
            "SELECT h.position, {columns}, e.stream
             FROM {schema}.head h
             LEFT JOIN LATERAL (
                 SELECT * FROM {schema}.events e
                 WHERE e.position {behind} $1 AND {within} AND {categories} AND {names}
                 ORDER BY e.position {order} LIMIT $3
             ) e ON true"
        )
    }

    fn direction(&self) -> Direction {
        if self.has(Self::BACKWARD) {
            Direction::Backward
        } else {
            Direction::Forward
        }
    }
}

/// The columns of an event, of the table that a page's statement calls `e`.
fn columns(rest: &str) -> String {
    let all = [BARE, rest].concat();
    format!("e.{}", all.replace(", ", ", e."))
}

/// The condition for one of several, or any; the parameter is there in any case, so that there are always as many, and
/// costs nothing.
fn lets(column: &str, parameter: &str, is_filtered: bool) -> String {
    if is_filtered {
        format!("{column} = ANY ({parameter}::text[])")
    } else {
        format!("({parameter}::text[] IS NULL OR true)")
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
