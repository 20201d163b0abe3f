//! The messages of PostgreSQL's protocol, as far as the wire looks at them.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// One message; the first of a connection has no kind.
#[derive(Debug)]
pub(super) struct Message {
    kind: Option<u8>,
    body: Vec<u8>,
}

impl Message {
    /// The first message that a client sends.
    pub(super) async fn first(from: &mut (impl AsyncRead + Unpin)) -> io::Result<Self> {
        Self::read(None, from).await
    }

    /// Any other message.
    pub(super) async fn next(from: &mut (impl AsyncRead + Unpin)) -> io::Result<Self> {
        let kind = from.read_u8().await?;
        Self::read(Some(kind), from).await
    }

    async fn read(kind: Option<u8>, from: &mut (impl AsyncRead + Unpin)) -> io::Result<Self> {
        // The length counts itself.
        let length = from.read_u32().await?.saturating_sub(4);
        let mut body = vec![0; usize::try_from(length).unwrap()];
        from.read_exact(&mut body).await?;
        Ok(Self { kind, body })
    }

    pub(super) async fn send(&self, to: &mut (impl AsyncWrite + Unpin)) -> io::Result<()> {
        if let Some(kind) = self.kind {
            to.write_u8(kind).await?;
        }
        to.write_u32(u32::try_from(self.body.len() + 4).unwrap())
            .await?;
        to.write_all(&self.body).await
    }

    /// The name of the statement that it prepares, and its text.
    pub(super) fn prepares(&self) -> Option<(&str, &str)> {
        let mut texts = self.texts(b'P')?;
        Some((texts.next()?, texts.next()?))
    }

    /// The name of the statement that it is to run.
    pub(super) fn runs(&self) -> Option<&str> {
        self.texts(b'B')?.nth(1)
    }

    /// Whether the server says that all is done, and the transaction over.
    pub(super) fn is_end(&self) -> bool {
        self.kind == Some(b'Z')
    }

    fn texts(&self, kind: u8) -> Option<impl Iterator<Item = &str>> {
        let texts = self.body.split(|byte| *byte == 0);
        (self.kind == Some(kind)).then(|| texts.map_while(|text| str::from_utf8(text).ok()))
    }
}
