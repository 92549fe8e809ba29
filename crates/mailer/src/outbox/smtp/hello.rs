//! The name that the client gives in EHLO.

use std::net::IpAddr;

/// The longest argument of EHLO: a domain name (RFC 5321 §4.5.3.1.2).
const LONGEST: usize = 255;

/// The longest part of a domain name between its dots (RFC 1035 §2.3.4).
const LONGEST_LABEL: usize = 63;

/// Whether a text can be the argument of EHLO: a host name, or an address literal in brackets (RFC 5321 §4.1.3). A space
/// or a line break would change the command.
pub fn is_valid_hello(text: &str) -> bool {
    if let Some(literal) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return match literal.strip_prefix("IPv6:") {
            Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
            None => literal.parse::<std::net::Ipv4Addr>().is_ok(),
        };
    }
    // Without brackets an address would be taken for a name.
    text.len() <= LONGEST && text.parse::<IpAddr>().is_err() && text.split('.').all(is_label)
}

/// The address literal of an address (RFC 5321 §4.1.3). A client without a name of its own gives that of its connection
/// (§4.1.4).
pub(super) fn address_literal(address: IpAddr) -> String {
    // An IPv6 socket shows an IPv4 address as a mapped one.
    match address.to_canonical() {
        IpAddr::V4(address) => format!("[{address}]"),
        IpAddr::V6(address) => format!("[IPv6:{address}]"),
    }
}

fn is_label(label: &str) -> bool {
    // No host name contains `_`, but names of real machines do.
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=LONGEST_LABEL).contains(&label.len())
        && label.bytes().all(allowed)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_or_an_address_literal_is_valid() {
        let longest = format!("{}.org", "a".repeat(LONGEST_LABEL));
        let literals = ["[192.0.2.1]", "[IPv6:2001:db8::1]"];
        for text in ["host.example.org", "localhost", "my_pc.example.org", &longest]
            .into_iter()
            .chain(literals)
        {
            assert!(is_valid_hello(text), "{text}");
        }
        let too_long = format!("a{longest}");
        for text in [
            "",
            ".",
            "host.example.org.",
            "host..org",
            "-a.org",
            "a-.org",
            "two words",
            "host.example.org\r\nMAIL",
            "büro.example.org",
            "192.0.2.1",
            "2001:db8::1",
            "[2001:db8::1]",
            "[IPv6:192.0.2.1]",
            "[host.example.org]",
            "[]",
            "[192.0.2.1",
            &too_long,
        ] {
            assert!(!is_valid_hello(text), "{text}");
        }
    }

    #[test]
    fn an_address_literal_is_valid() {
        for (address, expected) in [
            ("192.0.2.1", "[192.0.2.1]"),
            ("::ffff:192.0.2.1", "[192.0.2.1]"),
            ("2001:db8::1", "[IPv6:2001:db8::1]"),
        ] {
            let literal = address_literal(address.parse().unwrap());
            assert_eq!(literal, expected);
            assert!(is_valid_hello(&literal));
        }
    }
}
