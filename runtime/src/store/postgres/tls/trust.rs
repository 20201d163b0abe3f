//! Whom a client trusts, and what it shows of itself.

use std::sync::Arc;

use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use tokio_rustls::rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
    crypto,
};

use super::Connector;
use crate::error::{BoxError, Unavailable};
use crate::store::postgres::address::{Mode, Security};
use crate::store::postgres::errors::misconfigured;

/// What is said of TLS, as a configuration.
pub(in crate::store::postgres) fn connector(security: &Security) -> Result<Connector, Unavailable> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| misconfigured("TLS cannot be set up").because(error))?
        .dangerous()
        .with_custom_certificate_verifier(verifier(security, provider)?);
    let mut config = match (&security.certificate, &security.key) {
        (Some(certificate), Some(key)) => builder
            .with_client_auth_cert(certificates("sslcert", certificate)?, private_key(key)?)
            .map_err(|error| {
                misconfigured(
                    "`sslcert` and `sslkey` make no pair; give the key of the certificate",
                )
                .because(error)
            })?,
        _ => builder.with_no_client_auth(),
    };
    // A server that is spoken to in TLS from the first byte on wants to know what for.
    config.alpn_protocols = vec![b"postgresql".to_vec()];
    Ok(Connector(Arc::new(config)))
}

/// How the server's certificate is looked at.
fn verifier(
    security: &Security,
    provider: Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, Unavailable> {
    let mode = security.mode.unwrap_or(Mode::Prefer);
    let roots = match security.roots.as_deref() {
        None if mode < Mode::VerifyCa => {
            let chain = None;
            return Ok(Arc::new(AnyName { chain, provider }));
        }
        None | Some("system") => of_system()?,
        Some(file) => of_file(file)?,
    };
    let full = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
        .build()
        .map_err(|error| misconfigured("there is no CA to trust").because(error))?;
    if mode == Mode::VerifyFull {
        return Ok(full);
    }
    let chain = Some(full);
    Ok(Arc::new(AnyName { chain, provider }))
}

fn of_system() -> Result<RootCertStore, Unavailable> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    // One that cannot be read is not trusted; the others are.
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        let refused = misconfigured(
            "this system has no CAs: install its package of them, or give a file as `sslrootcert`",
        );
        return Err(match found.errors.into_iter().next() {
            Some(error) => refused.because(error),
            None => refused,
        });
    }
    Ok(roots)
}

fn of_file(file: &str) -> Result<RootCertStore, Unavailable> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates("sslrootcert", file)? {
        roots
            .add(certificate)
            .map_err(|error| unreadable("sslrootcert", file, error))?;
    }
    Ok(roots)
}

fn certificates(word: &str, file: &str) -> Result<Vec<CertificateDer<'static>>, Unavailable> {
    let read = CertificateDer::pem_file_iter(file)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| unreadable(word, file, error))?;
    if read.is_empty() {
        return Err(unreadable(word, file, "there is no certificate in it"));
    }
    Ok(read)
}

fn private_key(file: &str) -> Result<PrivateKeyDer<'static>, Unavailable> {
    PrivateKeyDer::from_pem_file(file).map_err(|error| unreadable("sslkey", file, error))
}

fn unreadable(word: &str, file: &str, error: impl Into<BoxError>) -> Unavailable {
    misconfigured(format!(
        "`{word}={file}` cannot be used: give a PEM file that this process may read, without a password"
    ))
    .because(error)
}

/// Has the server prove that it has its certificate's key, and takes any name in it: nobody listens, and without a chain
/// nobody knows to whom one speaks.
#[derive(Debug)]
struct AnyName {
    /// Looks at who signed; without it, anybody may have.
    chain: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for AnyName {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        host: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(chain) = &self.chain else {
            return Ok(ServerCertVerified::assertion());
        };
        // The name is looked at last.
        match chain.verify_server_cert(certificate, between, host, ocsp, now) {
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            outcome => outcome,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = &self.provider.signature_verification_algorithms;
        crypto::verify_tls12_signature(message, certificate, signed, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = &self.provider.signature_verification_algorithms;
        crypto::verify_tls13_signature(message, certificate, signed, known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let known = &self.provider.signature_verification_algorithms;
        known.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

    use super::*;

    /// As `verify-full` and `verify-ca` look at it.
    fn is_trusted(
        certificate: &CertificateDer<'static>,
        root: &CertificateDer<'static>,
    ) -> [bool; 2] {
        let mut roots = RootCertStore::empty();
        roots.add(root.clone()).unwrap();
        let provider = Arc::new(ring::default_provider());
        let full =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
                .build()
                .unwrap();
        let chain = Some(Arc::clone(&full));
        let any_name = AnyName { chain, provider };
        let verifiers: [&dyn ServerCertVerifier; 2] = [&*full, &any_name];
        let now = UnixTime::since_unix_epoch(Duration::from_secs(1_800_000_000));
        let host = ServerName::try_from("localhost").unwrap();
        verifiers.map(|verifier| {
            let judged = verifier.verify_server_cert(certificate, &[], &host, &[], now);
            judged.is_ok()
        })
    }

    #[test]
    fn a_ca_is_no_server_and_a_name_is_looked_at_by_one_of_both() {
        let (ca_key, key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
        let named = |name: &str| CertificateParams::new([name.to_owned()]).unwrap();
        let mut params = named("localhost");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let ca = params.self_signed(&ca_key).unwrap();
        let issuer = Issuer::new(params, ca_key);
        for (name, expected) in [("localhost", [true, true]), ("elsewhere", [false, true])] {
            let server = named(name).signed_by(&key, &issuer).unwrap();
            assert_eq!(is_trusted(server.der(), ca.der()), expected, "{name}");
        }
        let mut past = named("localhost");
        past.not_after = rcgen::date_time_ymd(2020, 1, 1);
        let past = past.signed_by(&key, &issuer).unwrap();
        assert_eq!(is_trusted(past.der(), ca.der()), [false, false]);
        assert_eq!(is_trusted(ca.der(), ca.der()), [false, false]);
    }
}
