//! TLS by rustls: the driver's connector, and what its errors mean.

mod binding;
mod trust;

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio_postgres::{Error, Socket};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{AlertDescription, CertificateError, ClientConfig, Error as Rustls};

pub(super) use self::trust::connector;
use crate::error::UnavailableCause;

/// Makes each connection's TLS from one configuration.
#[derive(Debug, Clone)]
pub(super) struct Connector(pub(super) Arc<ClientConfig>);

/// The TLS of one connection, to this host.
pub(super) struct ToHost {
    connector: TlsConnector,
    host: String,
}

/// Why a handshake came to nothing.
#[derive(Debug, thiserror::Error)]
#[error("the handshake failed")]
pub(super) struct Handshake(#[source] io::Error);

impl MakeTlsConnect<Socket> for Connector {
    type Stream = Secured;
    type TlsConnect = ToHost;
    type Error = Handshake;

    fn make_tls_connect(&mut self, host: &str) -> Result<ToHost, Handshake> {
        Ok(ToHost {
            connector: Arc::clone(&self.0).into(),
            host: host.to_owned(),
        })
    }
}

impl TlsConnect<Socket> for ToHost {
    type Stream = Secured;
    type Error = Handshake;
    type Future = Pin<Box<dyn Future<Output = Result<Secured, Handshake>> + Send>>;

    fn connect(self, stream: Socket) -> Self::Future {
        Box::pin(async move {
            let host = ServerName::try_from(self.host)
                .map_err(|error| Handshake(io::Error::new(io::ErrorKind::InvalidInput, error)))?;
            let secured = self.connector.connect(host, stream).await;
            secured.map(Secured).map_err(Handshake)
        })
    }
}

/// A connection that nobody reads on the way.
pub(super) struct Secured(tokio_rustls::client::TlsStream<Socket>);

impl TlsStream for Secured {
    fn channel_binding(&self) -> ChannelBinding {
        let (_, session) = self.0.get_ref();
        let certificate = session.peer_certificates().and_then(<[_]>::first);
        certificate
            .and_then(|certificate| binding::hash(certificate))
            .map_or_else(ChannelBinding::none, ChannelBinding::tls_server_end_point)
    }
}

impl AsyncRead for Secured {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl AsyncWrite for Secured {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}

/// Whether a handshake came to nothing: without TLS there would be none.
pub(super) fn is_broken(error: &Error) -> bool {
    causes(error).any(<dyn std::error::Error>::is::<Handshake>)
}

/// What an error of TLS means, and what to do; none if it is another one.
pub(super) fn explained(error: &Error) -> Option<(UnavailableCause, String)> {
    // The driver has no type for it.
    if causes(error).any(|cause| cause.to_string() == "server does not support TLS") {
        let message = "the server does no TLS, and `sslmode` requires it: set `ssl = on` there, or ask for less";
        return Some((UnavailableCause::Misconfigured, message.to_owned()));
    }
    let of_rustls = causes(error)
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .find_map(|error| error.get_ref()?.downcast_ref::<Rustls>());
    let advice = match of_rustls {
        Some(Rustls::InvalidCertificate(certificate)) => of_server(certificate),
        Some(Rustls::AlertReceived(alert)) => of_client(*alert),
        Some(_) => {
            "TLS with the server came to nothing; see that both sides know a version and a cipher of it"
        }
        None if is_broken(error) => {
            return Some((
                UnavailableCause::Io,
                "the connection ended in the midst of the TLS handshake; look at the server's log"
                    .to_owned(),
            ));
        }
        None => return None,
    };
    let told = of_rustls.map_or_else(String::new, |error| format!(" ({error})"));
    Some((UnavailableCause::Misconfigured, format!("{advice}{told}")))
}

/// What is wrong with the server's certificate.
fn of_server(error: &CertificateError) -> &'static str {
    match error {
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "the server's certificate is for another host; connect under a name that is in it"
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "the server's certificate has expired; have it renewed"
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "the server's certificate is not valid yet; look at the clocks"
        }
        _ => {
            "the server's certificate is not signed by a CA that is trusted; give the right one as `sslrootcert`, or somebody else is answering"
        }
    }
}

/// What the server has against the client, or its certificate.
const fn of_client(alert: AlertDescription) -> &'static str {
    match alert {
        AlertDescription::UnknownCA
        | AlertDescription::BadCertificate
        | AlertDescription::UnsupportedCertificate
        | AlertDescription::CertificateRevoked
        | AlertDescription::CertificateExpired
        | AlertDescription::CertificateUnknown
        | AlertDescription::CertificateRequired
        | AlertDescription::DecryptError
        | AlertDescription::AccessDenied => {
            "the server refused the client's certificate; give one of a CA that the server trusts as `sslcert` and `sslkey`"
        }
        _ => "the server ended the TLS handshake; look at its log",
    }
}

/// The error and what caused it, one after the other.
fn causes(error: &Error) -> impl Iterator<Item = &(dyn std::error::Error + 'static)> {
    std::iter::successors(Some(error as &dyn std::error::Error), |error| {
        error.source()
    })
}
