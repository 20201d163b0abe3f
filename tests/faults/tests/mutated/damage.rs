//! Ways to damage a row, and what belongs to it.

use factum::sqlite::rusqlite::{Connection, ToSql, params};
use fastrand::Rng;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Damage {
    Payload,
    Nested,
    Bomb,
    Metadata,
    Name,
    Version,
    Codec,
    StreamName,
    Id,
    Revision,
    RecordedAt,
    Index,
    Tenant,
    Orphaned,
    Deleted,
    EndTooEarly,
    EndTooLate,
}

impl Damage {
    /// Whether the stream is not whole any more, which has to be noticed.
    pub(crate) fn tears(self) -> bool {
        matches!(
            self,
            Self::Revision | Self::Orphaned | Self::Deleted | Self::EndTooEarly | Self::EndTooLate
        )
    }

    /// Whether it is in what folding does not read.
    pub(crate) fn is_beside(self) -> bool {
        matches!(
            self,
            Self::Id | Self::Metadata | Self::RecordedAt | Self::Index | Self::Tenant
        )
    }
}

/// Text that need not be any.
const TEXT: &str = "CAST(?1 AS TEXT)";

/// Damages a book, mostly in the event at this position.
pub(crate) fn damage(raw: &Connection, random: &mut Rng, book: u64, position: u64) -> Damage {
    use Damage::{
        Bomb, Codec, Deleted, EndTooEarly, EndTooLate, Id, Index, Metadata, Name, Nested, Orphaned,
        Payload, RecordedAt, Revision, StreamName, Tenant, Version,
    };
    let position = position.cast_signed();
    let execute = |sql: &str, values: &[&dyn ToSql]| {
        raw.prepare_cached(sql).unwrap().execute(values).unwrap()
    };
    let set = |column: &str, value: &dyn ToSql| {
        let sql = format!("UPDATE factum_events SET {column} WHERE position = ?2");
        assert_eq!(execute(&sql, params![value, position]), 1);
    };
    let get = |column: &str| -> Vec<u8> {
        let sql = format!("SELECT CAST({column} AS BLOB) FROM factum_events WHERE position = ?1");
        raw.prepare_cached(&sql)
            .unwrap()
            .query_row([position], |row| row.get(0))
            .unwrap()
    };
    // Deep and large ones are dear.
    let damage = match random.u32(..1_000) {
        0 => Nested,
        1 => Bomb,
        2..300 => Payload,
        300..450 => Metadata,
        450..550 => Name,
        550..600 => Version,
        600..650 => Codec,
        650..700 => StreamName,
        700..750 => Id,
        750..800 => Revision,
        800..830 => RecordedAt,
        830..850 => Index,
        850..880 => Tenant,
        880..910 => Orphaned,
        910..940 => Deleted,
        940..970 => EndTooEarly,
        _ => EndTooLate,
    };
    match damage {
        Payload => set("payload = ?1", &mutated(random, &get("payload"))),
        Nested => set("payload = ?1", &nested(random)),
        Bomb => set("payload = ?1", &bomb(random)),
        Metadata if random.u8(..100) == 0 => set("metadata = ?1", &nested(random)),
        Metadata => set("metadata = ?1", &mutated(random, &get("metadata"))),
        Name if random.bool() => set("name = ?1", &"book.closed"),
        Name => set(&format!("name = {TEXT}"), &mutated(random, &get("name"))),
        Version => {
            let versions = [-1, 0, 1, 2, 4, 65_535, 65_536, i64::MIN, i64::MAX];
            set("version = ?1", &versions[random.usize(..versions.len())]);
        }
        Codec => set(&format!("codec = {TEXT}"), &mutated(random, &get("codec"))),
        StreamName => {
            let mut name = format!("book-{book}").into_bytes();
            match random.u8(..4) {
                0 => name = format!("book{book}").into_bytes(),
                1 => name.extend(vec![b'x'; 2_000]),
                2 => name.extend(random.choice([b"\xff", b"\0", b"\x80"]).unwrap()),
                _ => name.extend(b"-x"),
            }
            let sql = format!("UPDATE factum_streams SET name = {TEXT} WHERE key = ?2");
            assert_eq!(execute(&sql, params![name, 1_000 + book.cast_signed()]), 1);
        }
        Id => set("id = ?1", &random_bytes(random, 20)),
        Revision => {
            let revisions = [-1, 3, 7, i64::MIN, i64::MAX];
            set("revision = ?1", &revisions[random.usize(..revisions.len())]);
        }
        RecordedAt => set("recorded_at = ?1", &random.choice([i64::MIN, -1, i64::MAX])),
        Index => set("idx = ?1", &random.choice([i64::MIN, -1, 7, i64::MAX])),
        Tenant => set(&format!("tenant = {TEXT}"), &random_bytes(random, 9)),
        Orphaned => set("stream = ?1", &(-position)),
        Deleted => assert_eq!(
            execute(
                "DELETE FROM factum_events WHERE position = ?1",
                &[&position]
            ),
            1
        ),
        EndTooEarly | EndTooLate => {
            let last = if damage == EndTooEarly {
                random.i64(0..2)
            } else {
                random.i64(3..9)
            };
            let sql = "UPDATE factum_streams SET last = ?1 WHERE key = ?2";
            assert_eq!(execute(sql, params![last, 1_000 + book.cast_signed()]), 1);
        }
    }
    damage
}

fn random_bytes(random: &mut Rng, most: usize) -> Vec<u8> {
    (0..random.usize(..most)).map(|_| random.u8(..)).collect()
}

/// Some bits flipped, the end cut off, or something behind it.
fn mutated(random: &mut Rng, was: &[u8]) -> Vec<u8> {
    loop {
        let mut bytes = was.to_vec();
        match random.u8(..4) {
            0 => bytes.truncate(random.usize(..bytes.len())),
            1 => bytes.extend(random_bytes(random, 20)),
            _ => {
                for _ in 0..random.usize(1..4) {
                    let at = random.usize(..bytes.len());
                    bytes[at] ^= 1 << random.u8(..8);
                }
            }
        }
        if bytes != was {
            return bytes;
        }
    }
}

/// A million levels, where an event should be, in a field of it, and in one that nobody reads.
fn nested(random: &mut Rng) -> Vec<u8> {
    let levels = match random.u8(..3) {
        0 => "[".repeat(1_000_000),
        1 => "{\"a\":".repeat(200_000),
        _ => "[{\"kind\":".repeat(100_000),
    };
    let fields = ["", "{\"lines\":", "{\"unknown\":", "{\"notes\":{\"a\":"];
    format!("{}{levels}", fields[random.usize(..4)]).into_bytes()
}

/// Twice what the codec lets through, where something small should be.
fn bomb(random: &mut Rng) -> Vec<u8> {
    let large = match random.u8(..4) {
        0 => format!("\"{}\"", "x".repeat(2 << 20)),
        1 => "9".repeat(1 << 20),
        2 => format!("1e{}", "9".repeat(1 << 10)),
        _ => format!("[{}1]", "1,".repeat(1 << 20)),
    };
    let fields = ["cents", "text", "rate", "lines", "unknown"];
    format!("{{\"{}\":{large}}}", fields[random.usize(..5)]).into_bytes()
}
