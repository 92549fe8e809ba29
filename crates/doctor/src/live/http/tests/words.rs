//! What people read.

use std::fmt::Write as _;

use super::super::HttpError;

fn unknown(issuer: Option<&str>, is_alone: bool, has_file: bool) -> HttpError {
    HttpError::UnknownAuthority {
        host: "meet.example.org".to_owned(),
        issuer: issuer.map(str::to_owned),
        is_alone,
        has_file,
    }
}

fn wrong_name(names: &[&str]) -> HttpError {
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    HttpError::WrongName { host: "meet.example.org".to_owned(), names }
}

/// Everything that can go wrong: the message, and what to do.
fn table() -> String {
    let host = || "meet.example.org".to_owned();
    let address = || "meet.example.org:443".to_owned();
    let errors = [
        HttpError::NoHost { host: host() },
        HttpError::Refused { address: address() },
        HttpError::Unreachable { address: address() },
        HttpError::ConnectTimedOut { address: address() },
        HttpError::Proxy { address: address() },
        HttpError::TimedOut,
        HttpError::Closed,
        HttpError::TooLarge,
        HttpError::Compressed,
        HttpError::NotHttp { address: address() },
        HttpError::NotTls { address: address() },
        wrong_name(&[]),
        wrong_name(&["*.example.com"]),
        wrong_name(&["*.example.com", "192.0.2.1", "2001:db8::1", "a b", "example.com"]),
        wrong_name(&[
            "a.example",
            "b.example",
            "c.example",
            "d.example",
            "e.example",
            "f.example",
            "g.example",
        ]),
        HttpError::Expired { host: host(), at: Some(1_709_164_800) },
        HttpError::NotYetValid { host: host(), from: Some(4_039_372_800) },
        HttpError::NotYetValid { host: host(), from: None },
        unknown(None, true, false),
        unknown(None, true, true),
        unknown(Some("Example Corp"), true, false),
        unknown(Some("Example Corp"), true, true),
        unknown(Some("Example\u{202e}\u{1b}[31m Corp"), false, false),
        unknown(Some(""), false, true),
        HttpError::BadCertificate { host: host(), why: "it has been revoked".to_owned() },
        HttpError::Tls {
            address: address(),
            why: "the server violates the TLS protocol".to_owned(),
        },
        HttpError::Failed("Too many open files (os error 24)".to_owned()),
        HttpError::Interrupted,
    ];
    let mut table = String::new();
    for error in errors {
        // Writing to a `String` cannot fail.
        let _ = writeln!(table, "{error}\n  {}", error.cure());
    }
    table
}

#[test]
fn every_failure_says_what_to_do() {
    assert_eq!(table(), include_str!("words.txt"));
}
