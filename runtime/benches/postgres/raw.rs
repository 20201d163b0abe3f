//! The twins: the store's own tables by hand, each group of appends in one statement of its own.

use std::error::Error;
use std::sync::Arc;

use factum::postgres::tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use factum::postgres::tokio_postgres::{Client, NoTls, Row, Statement, connect};
use factum::{Clock, SystemClock};
use tokio::sync::{mpsc, oneshot};

use crate::account::{Account, AccountId};
use crate::ratio::Outcome;
use crate::raw::{Batch, Cache, Known, Names, Stored, acknowledged, decided, decode, fold, stream};

/// The store's own: fixed plans, by index.
const OPTIONS: &str = "&options=-c%20jit%3Doff%20-c%20enable_seqscan%3Doff%20-c%20enable_bitmapscan%3Doff%20-c%20plan_cache_mode%3Dforce_generic_plan";

const LOAD: &str = "SELECT revision, name, version, codec, payload FROM factum.events
    WHERE stream = (SELECT key FROM factum.streams WHERE name = $1) ORDER BY revision";

const LOCK: &str = "SELECT position FROM factum.head FOR UPDATE";

const PAGE: &str =
    "SELECT e.position, e.revision, e.idx, e.id, e.name, e.version, e.codec, e.tenant,
        e.recorded_at, e.metadata, e.payload, e.stream
    FROM factum.events e WHERE e.position > $1 ORDER BY e.position LIMIT 1000";

const NAMES: &str = "SELECT key, name FROM factum.streams WHERE key = ANY ($1)";

/// The update of the head is the lock that lasts until the commit; a revision that is there already breaks the index.
const APPEND: &str = "WITH moved AS (
        UPDATE factum.head SET position = position + $1 RETURNING position - $1 AS before
    ), lengthened AS (
        INSERT INTO factum.streams (key, name, first, last)
        SELECT nextval('factum.stream_keys'), b.name, 0, b.last FROM unnest($2::text[], $3::bigint[]) AS b (name, last)
        ON CONFLICT (name) DO UPDATE SET last = EXCLUDED.last
        RETURNING key, name
    )
    INSERT INTO factum.events (position, stream, revision, recorded_at, id, idx, version, category, name, codec, tenant, payload, metadata)
    SELECT m.before + e.n, l.key, e.revision, $4, e.id, 0, 1, 'account', e.name, 'json', NULL, e.payload, e.metadata
    FROM moved m, unnest($5::text[], $6::bigint[], $7::uuid[], $8::text[], $9::bytea[], $10::bytea[]) WITH ORDINALITY
        AS e (stream, revision, id, name, payload, metadata, n)
    JOIN lengthened l ON l.name = e.stream
    ORDER BY 1
    RETURNING position";

/// Microseconds since the start of 2000, as the server keeps a time.
#[derive(Debug)]
pub(crate) struct Time(pub(crate) i64);

/// From there to 1970.
const EPOCH: i64 = 946_684_800_000_000;

type Failed = Box<dyn Error + Sync + Send>;

impl ToSql for Time {
    fn to_sql(&self, _: &Type, out: &mut bytes::BytesMut) -> Result<IsNull, Failed> {
        bytes::BufMut::put_i64(out, self.0 - EPOCH);
        Ok(IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::TIMESTAMPTZ
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Time {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Failed> {
        Ok(Self(i64::from_be_bytes(raw.try_into()?) + EPOCH))
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::TIMESTAMPTZ
    }
}

/// How a group is stored.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// In one statement, which is a transaction by itself.
    Statement,
    /// With the lock on the head and the commit as messages of the client, all sent at once.
    Pipeline,
}

/// One connection, with its statements.
pub(crate) struct Session {
    client: Client,
    lock: Statement,
    load: Statement,
    page: Statement,
    names: Statement,
    append: Statement,
}

impl Session {
    pub(crate) async fn open(url: &str) -> Outcome<Self> {
        let (client, connection) = connect(&format!("{url}{OPTIONS}"), NoTls).await?;
        tokio::spawn(connection);
        Ok(Self {
            lock: client.prepare(LOCK).await?,
            load: client.prepare(LOAD).await?,
            page: client.prepare(PAGE).await?,
            names: client.prepare(NAMES).await?,
            append: client.prepare(APPEND).await?,
            client,
        })
    }

    /// Has the server look at what was filled in, as it does by itself in time.
    pub(crate) async fn settle(&self) -> Outcome<()> {
        Ok(self.client.batch_execute("VACUUM ANALYZE").await?)
    }

    pub(crate) async fn load(&self, stream: &str) -> Outcome<Known> {
        let rows = self.client.query(&self.load, &[&stream]).await?;
        let (mut account, mut last) = (Account::default(), None);
        for row in &rows {
            if row.try_get::<_, &str>(3)? != "json" {
                return Err("another codec".into());
            }
            let version = u16::try_from(row.try_get::<_, i32>(2)?)?;
            let event = decode(row.try_get(1)?, version, row.try_get(4)?)?;
            fold(&mut account, &event);
            last = Some(row.try_get(0)?);
        }
        Ok((account, last))
    }

    /// The next thousand rows behind a position, and the names of streams that did not come up before, which the store
    /// keeps too.
    pub(crate) async fn page(&self, names: &mut Names, after: i64) -> Outcome<Vec<Row>> {
        let rows = self.client.query(&self.page, &[&after]).await?;
        let mut unknown = Vec::new();
        for row in &rows {
            let key = row.try_get(11)?;
            if !names.contains_key(&key) && !unknown.contains(&key) {
                unknown.push(key);
            }
        }
        if !unknown.is_empty() {
            for row in self.client.query(&self.names, &[&unknown]).await? {
                names.insert(row.try_get(0)?, row.try_get::<_, &str>(1)?.into());
            }
        }
        Ok(rows)
    }

    /// Stores batches, each of another stream, in one transaction.
    pub(crate) async fn append(&self, scheme: Scheme, batches: &[&Batch]) -> Outcome<Vec<Stored>> {
        let now = Time(SystemClock.now().as_microsecond());
        let mut total = 0_i64;
        let (mut names, mut lasts) = (Vec::new(), Vec::new());
        let (mut streams, mut revisions, mut ids) = (Vec::new(), Vec::new(), Vec::new());
        let (mut events, mut payloads, mut metadata) = (Vec::new(), Vec::new(), Vec::new());
        for batch in batches {
            let first = batch.expected.map_or(0, |last| last + 1);
            for (revision, event) in (first..).zip(&batch.events) {
                streams.push(batch.stream.as_str());
                revisions.push(revision);
                ids.push(event.id);
                events.push(event.name);
                payloads.push(event.payload.as_slice());
                metadata.push(batch.metadata.as_slice());
            }
            let count = i64::try_from(batch.events.len())?;
            total += count;
            names.push(batch.stream.as_str());
            lasts.push(first + count - 1);
        }
        let values: [&(dyn ToSql + Sync); 10] = [
            &total, &names, &lasts, &now, &streams, &revisions, &ids, &events, &payloads, &metadata,
        ];
        let insert = self.client.query(&self.append, &values);
        let rows = match scheme {
            Scheme::Statement => insert.await?,
            Scheme::Pipeline => {
                let (begun, locked, rows, committed) = tokio::join!(
                    self.client.batch_execute("BEGIN"),
                    self.client.query(&self.lock, &[]),
                    insert,
                    self.client.batch_execute("COMMIT"),
                );
                begun?;
                locked?;
                committed?;
                rows?
            }
        };
        let mut rows = rows.iter();
        let mut stored = Vec::with_capacity(batches.len());
        for (batch, revision) in batches.iter().zip(lasts) {
            let last = rows.by_ref().take(batch.events.len()).last();
            let position = last.ok_or("a row is missing")?.try_get(0)?;
            stored.push(Stored { revision, position });
        }
        Ok(stored)
    }
}

/// The most batches of a transaction.
const GROUP: usize = 512;

struct Request {
    batch: Batch,
    answer: oneshot::Sender<Outcome<Stored>>,
}

/// Callers of one process: they read on connections that they share, and one task stores what has gathered.
pub(crate) struct Accounts {
    sessions: Vec<Session>,
    cache: Cache,
    queue: mpsc::Sender<Request>,
}

impl Accounts {
    pub(crate) async fn open(
        url: &str,
        scheme: Scheme,
        sessions: usize,
        cached: bool,
    ) -> Outcome<Arc<Self>> {
        let (queue, requests) = mpsc::channel(GROUP);
        tokio::spawn(gather(Session::open(url).await?, scheme, requests));
        let mut opened = Vec::new();
        for _ in 0..sessions {
            opened.push(Session::open(url).await?);
        }
        Ok(Arc::new(Self {
            sessions: opened,
            cache: Cache::new(cached),
            queue,
        }))
    }

    /// The connection that a task reads on.
    pub(crate) fn session(&self, task: usize) -> &Session {
        &self.sessions[task % self.sessions.len()]
    }

    /// Leaves a batch with the task that stores.
    pub(crate) async fn store(&self, batch: Batch) -> Outcome<Stored> {
        let (answer, answered) = oneshot::channel();
        let asked = self.queue.send(Request { batch, answer });
        asked.await.map_err(|_| "the task has ended")?;
        answered.await?
    }

    pub(crate) async fn command(
        &self,
        task: usize,
        id: AccountId,
        number: usize,
    ) -> Outcome<Known> {
        let stream = stream(id);
        let known = match self.cache.get(id) {
            Some(known) => known,
            None => self.session(task).load(&stream).await?,
        };
        let (account, batch) = decided(stream, known, number)?;
        let known = acknowledged(Some(self.store(batch).await?), account)?;
        self.cache.put(id, &known);
        Ok(known)
    }
}

async fn gather(session: Session, scheme: Scheme, mut requests: mpsc::Receiver<Request>) {
    let mut group = Vec::new();
    while requests.recv_many(&mut group, GROUP).await > 0 {
        let batches: Vec<&Batch> = group.iter().map(|request| &request.batch).collect();
        match session.append(scheme, &batches).await {
            Ok(stored) => {
                for (request, stored) in group.drain(..).zip(stored) {
                    let _ = request.answer.send(Ok(stored));
                }
            }
            Err(error) => {
                for request in group.drain(..) {
                    let _ = request.answer.send(Err(error.to_string().into()));
                }
            }
        }
    }
}
