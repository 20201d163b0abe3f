//! A server behind a wire, which goes silent at a chosen byte and counts how often it is asked.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader, copy};
use tokio::net::{UnixListener, UnixStream};

/// What a server calls the file that it listens on.
pub(crate) const SOCKET: &str = ".s.PGSQL.5432";

/// Passes on what a server says, and counts it: on each connection so many bytes, and then no more, without an end.
pub(crate) struct Wire {
    pub(crate) url: String,
    passed: Arc<AtomicUsize>,
    trips: Arc<AtomicUsize>,
    folder: TempDir,
}

impl Wire {
    pub(crate) fn to(server: &str, most: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join(SOCKET)).unwrap();
        let host = server.split("host=").nth(1).unwrap();
        let host = host.split('&').next().unwrap().to_owned();
        let url = server.replace(&host, &folder.path().display().to_string());
        let (passed, trips) = <(Arc<AtomicUsize>, Arc<AtomicUsize>)>::default();
        let (counted, asked) = (Arc::clone(&passed), Arc::clone(&trips));
        tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                let server = UnixStream::connect(format!("{host}/{SOCKET}"));
                let (of_client, to_client) = client.into_split();
                let (of_server, to_server) = server.await.unwrap().into_split();
                tokio::spawn(Self::requests(of_client, to_server, Arc::clone(&asked)));
                tokio::spawn(Self::answers(
                    of_server,
                    to_client,
                    most,
                    Arc::clone(&counted),
                ));
            }
        });
        Self {
            url,
            passed,
            trips,
            folder,
        }
    }

    /// Where it is found.
    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.path().join(SOCKET)
    }

    /// The bytes of all connections together.
    pub(crate) fn passed(&self) -> usize {
        self.passed.load(Ordering::Relaxed)
    }

    /// How often all connections together have waited for the server: it answers all at once whatever stands before an
    /// `S` (Sync), and each `Q` (a text of its own).
    pub(crate) fn trips(&self) -> usize {
        self.trips.load(Ordering::Relaxed)
    }

    async fn requests(
        client: impl AsyncReadExt + Unpin,
        mut server: impl AsyncWriteExt + Unpin,
        trips: Arc<AtomicUsize>,
    ) -> io::Result<()> {
        let mut client = BufReader::new(client);
        // The first message of a connection has no kind.
        let mut kind = None;
        loop {
            // The length counts itself.
            let length = client.read_u32().await?;
            if let Some(kind) = kind {
                let asks = matches!(kind, b'S' | b'Q');
                trips.fetch_add(usize::from(asks), Ordering::Relaxed);
                server.write_u8(kind).await?;
            }
            server.write_u32(length).await?;
            let body = u64::from(length).saturating_sub(4);
            copy(&mut (&mut client).take(body), &mut server).await?;
            kind = Some(client.read_u8().await?);
        }
    }

    async fn answers(
        mut server: impl AsyncReadExt + Unpin,
        mut client: impl AsyncWriteExt + Unpin,
        mut left: usize,
        passed: Arc<AtomicUsize>,
    ) {
        let mut bytes = vec![0; 64 << 10];
        while left > 0 {
            let read = server.read(&mut bytes).await.unwrap_or(0).min(left);
            // A client that has left takes no more.
            if read == 0 || client.write_all(&bytes[..read]).await.is_err() {
                return;
            }
            left -= read;
            passed.fetch_add(read, Ordering::Relaxed);
        }
        std::future::pending::<()>().await;
    }
}
