use tokio_postgres::Config;

use super::{Address, Mode, Security};
use crate::error::UnavailableCause;

fn full() -> Security {
    Security {
        mode: Some(Mode::VerifyFull),
        roots: Some("/a b/ca's.pem".to_owned()),
        certificate: Some("c&d".to_owned()),
        key: Some("k=\\".to_owned()),
    }
}

#[test]
fn what_is_said_of_tls_is_taken_out_wherever_it_stands() {
    let plain: Config = "host=h user=u password='p q' application_name=\\'x"
        .parse()
        .unwrap();
    for text in [
        "host=h user=u password='p q' application_name=\\'x sslmode=verify-full sslrootcert='/a b/ca\\'s.pem' sslcert=c&d sslkey=k=\\\\",
        "sslkey = 'k=\\\\'  sslcert='c&d' host=h sslmode =verify-full\tuser=u  sslrootcert=/a\\ b/ca\\'s.pem password='p q' application_name=\\'x",
    ] {
        let address: Address = text.parse().unwrap();
        assert_eq!(address.security, full(), "{text}");
        assert_eq!(address.config, plain, "{text}");
    }
    let address: Address =
        "postgres://u:p%20q@h/?sslmode=verify-full&application_name=%27x&sslrootcert=%2Fa%20b/ca's.pem&sslcert=c%26d&sslkey=k=%5C"
            .parse()
            .unwrap();
    assert_eq!(address.security, full());
    assert_eq!(
        address.config,
        "postgres://u:p%20q@h/?application_name=%27x"
            .parse()
            .unwrap()
    );
}

#[test]
fn an_address_without_words_on_tls_is_left_as_it_is() {
    for text in [
        "postgres://u:a?sslmode=b@h/d",
        "postgres:///d?host=/tmp&user=u&options=-c%20a%3Db",
        "host=h password='sslmode=off'",
        "postgresql://h/?sslnegotiation=direct",
    ] {
        let address: Address = text.parse().unwrap();
        assert_eq!(address.security, Security::default(), "{text}");
        assert_eq!(address.config, text.parse().unwrap(), "{text}");
    }
}

#[test]
fn a_quote_within_a_value_is_a_part_of_it() {
    let address: Address = "host=h application_name=a'b sslmode=require"
        .parse()
        .unwrap();
    assert_eq!(address.security.mode, Some(Mode::Require));
    assert_eq!(address.config.get_application_name(), Some("a'b"));
}

#[test]
fn what_is_no_address_is_refused() {
    for text in [
        "host=h sslmode='require",
        "no address",
        "host=h password='open",
        "host=h unknown=1",
        "postgres://h/?sslmode=verify",
        "postgres://h/?sslcrl=a",
    ] {
        let refused = text.parse::<Address>().unwrap_err();
        assert_eq!(refused.cause, UnavailableCause::Misconfigured, "{text}");
    }
}

#[test]
fn nobody_listens_on_a_socket_in_a_folder() {
    for (text, mode) in [
        ("host=h", Mode::Prefer),
        ("host=h sslmode=verify-ca", Mode::VerifyCa),
        ("host=/tmp sslmode=require", Mode::Disable),
        ("host=/tmp,h sslmode=require", Mode::Require),
        ("hostaddr=127.0.0.1 sslmode=require", Mode::Require),
    ] {
        assert_eq!(text.parse::<Address>().unwrap().mode(), mode, "{text}");
    }
}

#[test]
fn what_says_two_things_at_once_is_refused() {
    for (text, is_taken) in [
        ("", true),
        ("sslmode=disable", true),
        ("sslmode=disable sslcert=a sslkey=b", false),
        ("sslcert=a sslkey=b", true),
        ("sslcert=a", false),
        ("sslkey=b", false),
        ("sslrootcert=a", false),
        ("sslrootcert=a sslmode=require", true),
        ("sslrootcert=system sslmode=require", false),
        ("sslrootcert=system sslmode=verify-ca", false),
        ("sslrootcert=system sslmode=verify-full", true),
        ("sslmode=verify-ca", false),
        ("sslmode=verify-full", true),
    ] {
        let address: Address = format!("host=h {text}").parse().unwrap();
        assert_eq!(address.security.check().is_ok(), is_taken, "{text}");
    }
}
