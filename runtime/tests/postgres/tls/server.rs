//! A server that does TLS and one that does not, and the certificates of both sides.

use std::fs;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::OnceLock;

use factum_server::{Cluster, free_port};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, PKCS_ECDSA_P256_SHA256,
    date_time_ymd,
};
use tempfile::TempDir;

/// Who may come in over which kind of connection.
const DOORS: &str = "local all all trust
hostssl all carded 127.0.0.1/32 cert clientcert=verify-full
hostssl all secured 127.0.0.1/32 trust
hostnossl all open 127.0.0.1/32 trust
hostssl all worded 127.0.0.1/32 scram-sha-256
hostssl all guarded 127.0.0.1/32 scram-sha-256
hostnossl all guarded 127.0.0.1/32 trust
host all postgres 127.0.0.1/32 trust
";

pub(super) const ROLES: &str = "CREATE ROLE carded SUPERUSER LOGIN;
CREATE ROLE secured SUPERUSER LOGIN;
CREATE ROLE open SUPERUSER LOGIN;
CREATE ROLE worded SUPERUSER LOGIN PASSWORD 'secret';
CREATE ROLE guarded SUPERUSER LOGIN PASSWORD 'secret';";

/// A CA, and what it signs.
struct Authority {
    certificate: String,
    issuer: Issuer<'static, KeyPair>,
}

fn key() -> KeyPair {
    KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap()
}

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = key();
        Self {
            certificate: params.self_signed(&key).unwrap().pem(),
            issuer: Issuer::new(params, key),
        }
    }

    /// A certificate for this name, and its key.
    fn sign(&self, name: &str) -> (String, String) {
        self.sign_for(name, 1975..4096)
    }

    /// The same from the first day of one year to that of another.
    fn sign_for(&self, name: &str, years: Range<i32>) -> (String, String) {
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        params.not_before = date_time_ymd(years.start, 1, 1);
        params.not_after = date_time_ymd(years.end, 1, 1);
        params.distinguished_name.push(DnType::CommonName, name);
        let key = key();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        (certificate.pem(), key.serialize_pem())
    }
}

/// Both servers, and the folder of what clients need.
pub(super) struct Servers {
    _running: [Cluster; 2],
    /// The addresses of their superusers, over sockets.
    pub(super) local: String,
    pub(super) local_plain: String,
    pub(super) secure: u16,
    pub(super) plain: u16,
    folder: TempDir,
}

/// A server whose certificate is of use in some years alone, and an address that has it looked at.
pub(super) fn in_years(years: Range<i32>) -> (Cluster, TempDir, String) {
    let (folder, authority, port) = (
        tempfile::tempdir().unwrap(),
        Authority::new("ours"),
        free_port(),
    );
    let root = folder.path().join("ours.pem");
    fs::write(&root, &authority.certificate).unwrap();
    let (certificate, key) = authority.sign_for("localhost", years);
    let files = [
        ("server.crt", &*certificate),
        ("server.key", &key),
        ("pg_hba.conf", DOORS),
    ];
    let port = format!("port={port}");
    let settings = ["listen_addresses=127.0.0.1", &port, "ssl=on"];
    let cluster = Cluster::start_with(&files, &settings).unwrap();
    let root = root.display();
    let url = format!(
        "postgres:///postgres?host=localhost&{port}&user=postgres&sslmode=verify-full&sslrootcert={root}"
    );
    (cluster, folder, url)
}

impl Servers {
    /// Those of this process.
    pub(super) fn there() -> &'static Self {
        static OWN: OnceLock<Servers> = OnceLock::new();
        OWN.get_or_init(Self::start)
    }

    /// Where a file of a client lies.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (ours, theirs) = (Authority::new("ours"), Authority::new("theirs"));
        let write =
            |name: &str, content: &str| fs::write(folder.path().join(name), content).unwrap();
        write("ours.pem", &ours.certificate);
        write("theirs.pem", &theirs.certificate);
        for (authority, name, file) in [
            (&ours, "carded", "carded"),
            (&ours, "another", "another"),
            (&theirs, "carded", "stranger"),
        ] {
            let (certificate, key) = authority.sign(name);
            write(&format!("{file}.pem"), &certificate);
            write(&format!("{file}.key"), &key);
        }
        let (certificate, key) = ours.sign("localhost");
        let (secure, plain) = (free_port(), free_port());
        let files = [
            ("server.crt", &*certificate),
            ("server.key", &key),
            ("root.crt", &ours.certificate),
            ("pg_hba.conf", DOORS),
        ];
        let listen = |port: u16| {
            [
                "listen_addresses=127.0.0.1".to_owned(),
                format!("port={port}"),
            ]
        };
        let [address, port] = listen(secure);
        let settings = [&*address, &port, "ssl=on", "ssl_ca_file=root.crt"];
        let with = Cluster::start_with(&files, &settings).unwrap();
        let [address, port] = listen(plain);
        let without = Cluster::start(&[&address, &port]).unwrap();
        let local = |cluster: &Cluster, port| {
            let folder = cluster.folder().display();
            format!("postgres:///postgres?host={folder}&port={port}&user=postgres")
        };
        Self {
            local: local(&with, secure),
            local_plain: local(&without, plain),
            _running: [with, without],
            secure,
            plain,
            folder,
        }
    }
}
