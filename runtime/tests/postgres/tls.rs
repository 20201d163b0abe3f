//! Connections over TCP, to a server that does TLS and to one that does not.

mod server;

use std::process::Command;
use std::sync::Arc;

use factum::postgres::Builder;
use factum::postgres::rustls::pki_types::CertificateDer;
use factum::postgres::rustls::pki_types::pem::PemObject;
use factum::postgres::rustls::{ClientConfig, RootCertStore};
use factum::store::Read;
use factum::{Expected, Postgres, Store, StoreError, Unavailable, UnavailableCause, Uuid};
use tokio::sync::OnceCell;

use self::server::{ROLES, Servers, in_years};
use crate::batches::{batch, ids, unavailable};
use crate::fixture::session;
use crate::pages::large;

async fn servers() -> &'static Servers {
    static ROLES_ARE_THERE: OnceCell<()> = OnceCell::const_new();
    let servers = Servers::there();
    let create = async || {
        let session = session(&servers.local).await;
        session.batch_execute(ROLES).await.unwrap();
    };
    ROLES_ARE_THERE.get_or_init(create).await;
    servers
}

/// Whether a store's connections are encrypted, once it has appended and read over them.
async fn used(url: &str, change: impl FnOnce(Builder) -> Builder) -> Result<bool, Unavailable> {
    let name = format!("store_{}", Uuid::new_v4().simple());
    let builder = Postgres::builder(&url.replace('?', &format!("?application_name={name}&")));
    let opened = change(builder.schema(&*name)).migrate().open().await;
    let store = match opened {
        Err(StoreError::Unavailable(error)) => return Err(error),
        opened => opened.unwrap(),
    };
    let append = batch("account-1", Expected::NoStream, [1, 2]);
    store.append(append).await.unwrap();
    assert_eq!(ids(&store, Read::all(None)).await, [1, 2]);
    let servers = servers().await;
    let is_secure = url.contains(&servers.secure.to_string());
    let watch = session(if is_secure {
        &servers.local
    } else {
        &servers.local_plain
    })
    .await;
    let ask =
        "SELECT bool_and(ssl), bool_or(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
        WHERE application_name = $1";
    let row = watch.query_one(ask, &[&name]).await.unwrap();
    let (all, some): (bool, bool) = (row.get(0), row.get(1));
    assert_eq!(all, some, "{url}");
    Ok(all)
}

/// What comes of an address, in a word or a part of the message.
async fn outcome(url: &str) -> String {
    match used(url, |builder| builder).await {
        Ok(true) => "encrypted".to_owned(),
        Ok(false) => "open".to_owned(),
        Err(error) => {
            assert_eq!(error.cause, UnavailableCause::Misconfigured, "{error}");
            error.message
        }
    }
}

const NO_TLS: &str = "the server does no TLS";
const OTHER_CA: &str = "not signed by a CA that is trusted";
const OTHER_HOST: &str = "for another host";
const NOT_LET_IN: &str = "does not let this role in";
const NOT_BELIEVED: &str = "refused the client's certificate";

/// Who connects to where, what the address says, and what comes of it with TLS and without.
const MODES: &str = "
    postgres localhost -                                    encrypted   open
    postgres localhost sslmode=disable                      open        open
    postgres localhost sslmode=allow                        open        open
    postgres localhost sslmode=prefer                       encrypted   open
    postgres localhost sslmode=require                      encrypted   NO_TLS
    postgres 127.0.0.1 sslmode=require                      encrypted   NO_TLS
    postgres localhost sslmode=require&sslrootcert=ours     encrypted   NO_TLS
    postgres 127.0.0.1 sslmode=require&sslrootcert=ours     encrypted   NO_TLS
    postgres localhost sslmode=require&sslrootcert=theirs   OTHER_CA    NO_TLS
    postgres localhost sslmode=verify-ca&sslrootcert=ours   encrypted   NO_TLS
    postgres 127.0.0.1 sslmode=verify-ca&sslrootcert=ours   encrypted   NO_TLS
    postgres localhost sslmode=verify-ca&sslrootcert=theirs OTHER_CA    NO_TLS
    postgres localhost sslmode=verify-full&sslrootcert=ours encrypted   NO_TLS
    postgres 127.0.0.1 sslmode=verify-full&sslrootcert=ours OTHER_HOST  NO_TLS
    postgres localhost sslmode=verify-full&sslrootcert=theirs OTHER_CA  NO_TLS
    secured  localhost sslmode=disable                      NOT_LET_IN  -
    secured  localhost sslmode=allow                        encrypted   -
    open     localhost sslmode=prefer                       open        -
    open     localhost sslmode=require                      NOT_LET_IN  -
";

#[tokio::test]
async fn each_mode_means_what_it_means_to_libpq() {
    let servers = servers().await;
    let mut seen = 0;
    for line in MODES.lines().filter(|line| !line.trim().is_empty()) {
        let [user, host, said, with, without] = line
            .split_whitespace()
            .collect::<Vec<_>>()
            .try_into()
            .unwrap();
        let said = ["ours", "theirs"]
            .iter()
            .fold(said.to_owned(), |said, name| {
                let file = servers.file(&format!("{name}.pem"));
                said.replace(&format!("={name}"), &format!("={}", file.display()))
            });
        for (port, expected) in [(servers.secure, with), (servers.plain, without)] {
            let expected = match expected {
                "-" => continue,
                "NO_TLS" => NO_TLS,
                "OTHER_CA" => OTHER_CA,
                "OTHER_HOST" => OTHER_HOST,
                "NOT_LET_IN" => NOT_LET_IN,
                word => word,
            };
            let said = said.trim_matches('-');
            let url = format!("postgres://{user}@{host}:{port}/postgres?{said}");
            let outcome = outcome(&url).await;
            assert!(outcome.contains(expected), "{url}: {outcome}");
            seen += 1;
        }
    }
    assert_eq!(seen, 34);
}

#[tokio::test]
async fn a_host_that_is_but_a_number_is_asked_for_by_it() {
    let servers = servers().await;
    let root = servers.file("ours.pem").display().to_string();
    for (port, said, expected) in [
        (servers.secure, String::new(), "encrypted"),
        (servers.plain, String::new(), "open"),
        (
            servers.secure,
            format!("&sslmode=verify-ca&sslrootcert={root}"),
            "encrypted",
        ),
        (
            servers.secure,
            format!("&sslmode=verify-full&sslrootcert={root}"),
            OTHER_HOST,
        ),
    ] {
        let url =
            format!("postgres:///postgres?hostaddr=127.0.0.1&port={port}&user=postgres{said}");
        let outcome = outcome(&url).await;
        assert!(outcome.contains(expected), "{url}: {outcome}");
    }
}

#[tokio::test]
async fn a_client_shows_the_certificate_of_its_role() {
    let servers = servers().await;
    for (certificate, key, expected) in [
        ("carded", "carded", "encrypted"),
        ("", "", NOT_LET_IN),
        ("another", "another", NOT_LET_IN),
        ("stranger", "stranger", NOT_BELIEVED),
        ("carded", "another", "make no pair"),
        ("nowhere", "carded", "cannot be used"),
        ("carded", "nowhere", "cannot be used"),
    ] {
        let url = format!(
            "postgres://carded@localhost:{}/postgres?sslmode=verify-full&sslrootcert={}",
            servers.secure,
            servers.file("ours.pem").display()
        );
        let shown = format!(
            "&sslcert={}&sslkey={}",
            servers.file(&format!("{certificate}.pem")).display(),
            servers.file(&format!("{key}.key")).display()
        );
        let url = if certificate.is_empty() {
            url
        } else {
            url + &shown
        };
        let outcome = outcome(&url).await;
        assert!(outcome.contains(expected), "{url}: {outcome}");
    }
}

#[tokio::test]
async fn a_certificate_is_of_use_from_its_first_day_to_its_last() {
    for (years, says) in [(2001..2002, "has expired"), (4000..4001, "not valid yet")] {
        let (_cluster, _folder, url) = in_years(years);
        let error = unavailable(Postgres::open(&url).await);
        assert_eq!(error.cause, UnavailableCause::Misconfigured);
        assert!(error.message.contains(says), "{error}");
    }
}

#[tokio::test]
async fn more_than_a_socket_takes_at_once_is_sent_to_its_end() {
    const BYTES: usize = 8 << 20;
    let servers = servers().await;
    let url = format!(
        "postgres://postgres@localhost:{}/postgres?sslmode=require",
        servers.secure
    );
    let builder = Postgres::builder(&url).schema("large");
    let store = builder.migrate().open().await.unwrap();
    store.append(large("large-1", 1, BYTES)).await.unwrap();
    let page = store.read(Read::all(None)).await.unwrap();
    assert_eq!(page.iter().next().unwrap().payload.len(), BYTES + 2);
}

#[tokio::test]
async fn a_password_is_bound_to_the_connection() {
    let servers = servers().await;
    for (password, expected) in [
        (":secret", "encrypted"),
        (":guessed", NOT_LET_IN),
        ("", "(password missing)"),
    ] {
        let url = format!(
            "postgres://worded{password}@localhost:{}/postgres?sslmode=require&channel_binding=require",
            servers.secure
        );
        let outcome = outcome(&url).await;
        assert!(outcome.contains(expected), "{password}: {outcome}");
    }
}

#[tokio::test]
async fn a_wrong_password_is_not_tried_again_in_the_open() {
    let servers = servers().await;
    for (password, expected) in [("secret", "encrypted"), ("guessed", NOT_LET_IN)] {
        let (port, mode) = (servers.secure, "prefer");
        let url = format!("postgres://guarded:{password}@localhost:{port}/postgres?sslmode={mode}");
        let outcome = outcome(&url).await;
        assert!(outcome.contains(expected), "{password}: {outcome}");
    }
}

#[tokio::test]
async fn a_configuration_of_the_program_s_own_decides_alone() {
    let servers = servers().await;
    let trusting = |file: &str| {
        let mut roots = RootCertStore::empty();
        let certificate = CertificateDer::from_pem_file(servers.file(file)).unwrap();
        roots.add(certificate).unwrap();
        let ring = factum::postgres::rustls::crypto::ring::default_provider();
        ClientConfig::builder_with_provider(Arc::new(ring))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth()
    };
    let url = |port, said| format!("postgres://postgres@localhost:{port}/postgres?{said}");
    for (port, said, file, expected) in [
        (servers.secure, "", "ours.pem", Ok(true)),
        (servers.secure, "sslmode=require", "ours.pem", Ok(true)),
        (servers.secure, "", "theirs.pem", Err(OTHER_CA)),
        (servers.plain, "", "ours.pem", Err(NO_TLS)),
        (
            servers.secure,
            "sslmode=verify-full",
            "ours.pem",
            Err("decides on TLS"),
        ),
        (
            servers.secure,
            "sslmode=prefer",
            "ours.pem",
            Err("decides on TLS"),
        ),
    ] {
        let outcome = used(&url(port, said), |builder| builder.tls(trusting(file))).await;
        match (outcome, expected) {
            (Ok(secured), Ok(expected)) => assert_eq!(secured, expected, "{said}"),
            (Err(error), Err(part)) => assert!(error.message.contains(part), "{said}: {error}"),
            (outcome, _) => panic!("{said}: {outcome:?}"),
        }
    }
}

/// The CAs of a system are found by this variable too, which is set for a process of its own.
#[tokio::test]
async fn the_cas_of_the_system_are_trusted_where_no_other_is_named() {
    const PORT: &str = "FACTUM_TEST_PORT";
    if let Ok(port) = std::env::var(PORT) {
        for said in [
            "sslmode=verify-full",
            "sslmode=verify-full&sslrootcert=system",
        ] {
            let url = format!("postgres://postgres@localhost:{port}/postgres?{said}");
            let opened = Postgres::builder(&url)
                .schema("system")
                .migrate()
                .open()
                .await;
            match opened {
                Ok(_) => println!("[trusted]"),
                Err(error) => println!("[{error}]"),
            }
        }
        return;
    }
    let servers = servers().await;
    for (file, expected) in [("ours.pem", "[trusted]"), ("theirs.pem", OTHER_CA)] {
        let name = "tls::the_cas_of_the_system_are_trusted_where_no_other_is_named";
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name, "--nocapture"])
            .env(PORT, servers.secure.to_string())
            .env("SSL_CERT_FILE", servers.file(file))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&child.stdout);
        assert_eq!(said.matches(expected).count(), 2, "{file}: {said}");
    }
}
