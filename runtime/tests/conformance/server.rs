//! A server's store, and a barrier in front of its commits.

use std::sync::Arc;

use factum::postgres::deadpool_postgres::{Manager, Pool};
use factum::postgres::tokio_postgres::{Client, NoTls, connect};
use factum::postgres::{Builder, Payloads};
use factum::store::BoxFuture;
use factum::testing::conformance::{Commits, Delay, Kit};
use factum::{Postgres, StreamName};
use factum_server::{Cluster, WAITING};
use tokio::sync::OnceCell;

/// A database of a server that the tests start.
#[derive(Default)]
pub struct OnServer {
    cluster: Option<Arc<Cluster>>,
    url: OnceCell<String>,
    /// Whether its events lie in partitions, of which each case fills several.
    partitioned: bool,
    /// Whether it is opened by a role that may do what `grants` says, and nothing else.
    granted: bool,
    payloads: Option<Payloads>,
    connections: Connections,
}

/// Over which connections its stores are opened.
#[derive(Default)]
enum Connections {
    #[default]
    Own,
    /// The fewest that a store takes.
    Fewest,
    /// Those of a pool that the program has made, and keeps when a store is closed.
    Pool(OnceCell<Pool>),
}

impl OnServer {
    /// A database of this server.
    pub fn of(cluster: &Arc<Cluster>) -> Self {
        Self {
            cluster: Some(Arc::clone(cluster)),
            ..Self::default()
        }
    }

    pub fn of_text() -> Self {
        Self {
            payloads: Some(Payloads::Text),
            ..Self::default()
        }
    }

    pub fn partitioned() -> Self {
        Self {
            partitioned: true,
            ..Self::default()
        }
    }

    pub fn over_two() -> Self {
        Self {
            connections: Connections::Fewest,
            ..Self::default()
        }
    }

    pub fn on_a_pool() -> Self {
        Self {
            connections: Connections::Pool(OnceCell::new()),
            ..Self::default()
        }
    }

    pub fn granted() -> Self {
        Self {
            granted: true,
            ..Self::default()
        }
    }

    async fn url(&self) -> &str {
        let made = async || {
            let url = match &self.cluster {
                Some(cluster) => factum_server::database_at(cluster.folder()).await,
                None => factum_server::database().await,
            };
            if self.partitioned {
                let partitions = (1..100)
                    .step_by(3)
                    .map(|at| Postgres::partition("factum", at..at + 3));
                let sql = Postgres::migration("factum") + &Postgres::partitioning("factum");
                factum_server::execute(&url, &(sql + &partitions.collect::<String>())).await;
            }
            if self.granted {
                let rights =
                    |role: &str| Postgres::migration("factum") + &Postgres::grants("factum", role);
                return factum_server::role(&url, rights).await;
            }
            url
        };
        self.url.get_or_init(made).await
    }

    /// A pool as somebody makes it who does not read on: its sessions plan as they like, and have no limit of time.
    async fn pool(&self) -> Pool {
        let manager = Manager::new(self.url().await.parse().unwrap(), NoTls);
        Pool::builder(manager).max_size(4).build().unwrap()
    }

    async fn opened(&self, builder: Builder) -> Postgres {
        let builder = builder.migrate();
        let builder = match self.payloads {
            Some(payloads) => builder.payloads(payloads),
            None => builder,
        };
        builder.open().await.unwrap()
    }

    async fn session(&self) -> Client {
        let (client, connection) = connect(self.url().await, NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    }
}

impl Kit for OnServer {
    type Store = Postgres;

    async fn open(&self) -> Postgres {
        let own = |count| async move { Postgres::builder(self.url().await).connections(count) };
        let builder = match &self.connections {
            Connections::Own => own(4).await,
            Connections::Fewest => own(2).await,
            Connections::Pool(pool) => {
                let pool = pool.get_or_init(|| self.pool()).await;
                Postgres::on(pool.clone())
            }
        };
        self.opened(builder).await
    }

    async fn reopen(&self, store: Postgres) -> Option<Postgres> {
        drop(store);
        Some(self.open().await)
    }

    /// Another process has a pool of its own.
    async fn beside(&self, _: &Postgres) -> Postgres {
        match self.connections {
            Connections::Own | Connections::Fewest => self.open().await,
            Connections::Pool(_) => self.opened(Postgres::on(self.pool().await)).await,
        }
    }

    /// Another transaction inserts the stream's row first: the append has its positions, meets that row, and waits for
    /// what becomes of it.
    async fn commits(&self, _: &Postgres, stream: &StreamName) -> Commits {
        let holder = self.session().await;
        holder.batch_execute("BEGIN").await.unwrap();
        let insert = "INSERT INTO factum.streams (key, name, first, last) VALUES (-1, $1, 0, -1)";
        holder.execute(insert, &[&stream.as_str()]).await.unwrap();
        let observer = self.session().await;
        Commits::Delayed(Box::new(Held { holder, observer }))
    }
}

/// A transaction that an append waits for.
struct Held {
    holder: Client,
    observer: Client,
}

impl Delay for Held {
    /// The server says who waits for a lock.
    fn reached(&self, appends: usize) -> BoxFuture<'_, ()> {
        let waiting = format!("SELECT count(*) FROM {WAITING}");
        Box::pin(async move {
            loop {
                let row = self.observer.query_one(&waiting, &[]).await.unwrap();
                if usize::try_from(row.get::<_, i64>(0)).unwrap() >= appends {
                    return;
                }
            }
        })
    }

    fn release(&self) -> BoxFuture<'_, ()> {
        Box::pin(async { self.holder.batch_execute("ROLLBACK").await.unwrap() })
    }
}
