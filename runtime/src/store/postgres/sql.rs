//! The statements, with the name of the schema in them.

use std::sync::Arc;

use crate::store::sql::{BARE, REST, order};
use crate::store::{Direction, Read, Scope};

/// What is read of a snapshot.
const SNAPSHOT: &str = "n.first, n.revision, n.shape, n.codec, n.state";

/// What the store sends, each statement once.
#[derive(Debug)]
pub(super) struct Sql {
    /// The schema as it stands in SQL.
    pub(super) schema: String,
    pub(super) append: Arc<str>,
    pub(super) delete: Arc<str>,
    pub(super) head: Arc<str>,
    /// Bare pages of several streams.
    pub(super) loads: Arc<str>,
    pub(super) names: Arc<str>,
    /// Of which type the payloads are.
    pub(super) payload: String,
    pub(super) load: Arc<str>,
    pub(super) seen: Arc<str>,
    pub(super) save: Arc<str>,
    /// A page for each [`Kind`] of read.
    pages: Vec<Arc<str>>,
}

impl Sql {
    pub(super) fn new(schema: &str) -> Self {
        let schema = quoted(schema);
        Self {
            append: format!(
                "SELECT * FROM {schema}.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
            )
            .into(),
            delete: format!("SELECT * FROM {schema}.delete($1, $2)").into(),
            head: format!("SELECT position FROM {schema}.head").into(),
            loads: loads(&schema).into(),
            names: format!("SELECT key, name FROM {schema}.streams WHERE key = ANY ($1)").into(),
            payload: format!(
                "SELECT a.atttypid::regtype::text FROM pg_attribute a
                 WHERE a.attrelid = '{}.events'::regclass AND a.attname = 'payload'",
                schema.replace('\'', "''")
            ),
            load: format!("SELECT {SNAPSHOT} FROM {schema}.snapshots n WHERE n.stream = $1").into(),
            seen: format!(
                "SELECT {SNAPSHOT}, s.first, s.last
                 FROM (SELECT) one
                 LEFT JOIN {schema}.streams s ON s.name = $1
                 LEFT JOIN {schema}.snapshots n ON n.stream = $1"
            )
            .into(),
            save: format!("SELECT {schema}.save($1, $2, $3, $4, $5, $6, $7, $8, $9)").into(),
            pages: (0..Kind::COUNT)
                .map(|kind| Kind(kind).statement(&schema).into())
                .collect(),
            schema,
        }
    }

    /// The statement for a page of this kind.
    pub(super) fn page(&self, read: &Read) -> &Arc<str> {
        &self.pages[Kind::of(read).0]
    }
}

/// Pages of streams by their names, from behind a revision, in any order: the rows of each stay together and as they are
/// below, because only a nested loop can join what refers to the rows of the function.
fn loads(schema: &str) -> String {
    let columns = columns("");
    let page = page(
        schema,
        "",
        ("r.name", Some("r.id"), "|| int8send(r.n)"),
        |key| {
            let (of, limit) = ((key, "r.after"), ("true", "$4"));
            events(schema, "", Direction::Forward, of, limit)
        },
    );
    format!(
        "SELECT {columns}, e.place
         FROM unnest($1::text[], $2::bigint[], $3::uuid[]) WITH ORDINALITY AS r (name, after, id, n)
         CROSS JOIN LATERAL ({page}) e"
    )
}

/// A stream by its name, which is one row that says as one value what there is to say of it: its first and its last
/// revision, where the event of an id stands, or -1, and more. Behind it come its events, which the server appends.
fn page(
    schema: &str,
    rest: &str,
    (name, id, more): (&str, Option<&str>, &str),
    events: impl FnOnce(&str) -> String,
) -> String {
    let found = id.map_or_else(
        || "(-1)::bigint".to_owned(),
        |id| {
            format!(
                "coalesce((SELECT f.revision FROM {schema}.events f WHERE f.stream = s.key AND f.id = {id}), -1)"
            )
        },
    );
    let nothing = nothing(rest);
    let events = events(&format!(
        "(SELECT s.key FROM {schema}.streams s WHERE s.name = {name})"
    ));
    format!(
        "SELECT {nothing}, int8send(s.first) || int8send(s.last) || int8send({found}) {more} AS place
         FROM {schema}.streams s WHERE s.name = {name}
         UNION ALL ({events})"
    )
}

/// Events of a stream from behind a revision, so many of those that are let through.
fn events(
    schema: &str,
    rest: &str,
    direction: Direction,
    (key, after): (&str, &str),
    (condition, limit): (&str, &str),
) -> String {
    let columns = columns(rest);
    let (behind, order) = order(direction);
    format!(
        "SELECT {columns}, NULL FROM {schema}.events e
         WHERE e.stream = {key} AND e.revision {behind} {after} AND {condition}
         ORDER BY e.revision {order} LIMIT {limit}"
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

    /// Of one stream, and so in the order of its events.
    fn of_stream(&self, schema: &str) -> String {
        let rest = if self.has(Self::BARE) { "" } else { REST };
        let id = self.has(Self::FINDS).then_some("$4");
        let names = if id.is_some() { "$5" } else { "$4" };
        let names = lets("e.name", names, self.has(Self::NAMED));
        page(schema, rest, ("$1", id, ""), |key| {
            events(schema, rest, self.direction(), (key, "$2"), (&names, "$3"))
        })
    }

    /// Of everything: first what the head says, and then events.
    fn of_all(&self, schema: &str) -> String {
        let rest = format!("{REST}, stream");
        let (nothing, columns) = (nothing(&rest), columns(&rest));
        let (behind, order) = order(self.direction());
        let (is_categorized, is_named) = (self.has(Self::CATEGORIZED), self.has(Self::NAMED));
        let categories = lets("e.category", "$4", is_categorized);
        let names = lets("e.name", if is_categorized { "$5" } else { "$4" }, is_named);
        let within = match self.direction() {
            _ if !is_categorized && !is_named => "true".to_owned(),
            Direction::Forward => "e.position <= $3".to_owned(),
            Direction::Backward => format!(
                "e.position >= least($1, (SELECT h.position + 1 FROM {schema}.head h)) - $3"
            ),
        };
        format!(
            "SELECT {nothing}, int8send(h.position) AS place FROM {schema}.head h
             UNION ALL (
                 SELECT {columns}, NULL FROM {schema}.events e
                 WHERE e.position {behind} $1 AND {within} AND {categories} AND {names}
                 ORDER BY e.position {order} LIMIT $2
             )"
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

/// Where those would stand, in a row that is not of an event.
fn nothing(rest: &str) -> String {
    let all = [BARE, rest].concat();
    let all: Vec<_> = all.split(", ").collect();
    format!("NULL AS {}", all.join(", NULL AS "))
}

/// The condition for one of several, or any.
fn lets(column: &str, parameter: &str, is_filtered: bool) -> String {
    if is_filtered {
        format!("{column} = ANY ({parameter}::text[])")
    } else {
        "true".to_owned()
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
