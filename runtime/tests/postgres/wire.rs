//! A server behind a wire, which goes silent at a chosen byte.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::{UnixListener, UnixStream};

/// Passes on what a server says, and counts it: on each connection so many bytes, and then no more, without an end.
pub(crate) struct Wire {
    pub(crate) url: String,
    passed: Arc<AtomicUsize>,
    _folder: TempDir,
}

impl Wire {
    pub(crate) fn to(server: &str, most: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join(".s.PGSQL.5432")).unwrap();
        let host = server.split("host=").nth(1).unwrap();
        let host = host.split('&').next().unwrap().to_owned();
        let url = server.replace(&host, &folder.path().display().to_string());
        let passed = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&passed);
        tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                let server = UnixStream::connect(format!("{host}/.s.PGSQL.5432"));
                let (mut of_client, to_client) = client.into_split();
                let (of_server, mut to_server) = server.await.unwrap().into_split();
                tokio::spawn(async move { copy(&mut of_client, &mut to_server).await });
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
            _folder: folder,
        }
    }

    /// The bytes of all connections together.
    pub(crate) fn passed(&self) -> usize {
        self.passed.load(Ordering::Relaxed)
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
