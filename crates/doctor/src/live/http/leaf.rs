//! What a certificate says.

use std::net::{Ipv4Addr, Ipv6Addr};

use meetmint_core::is_invisible;
use x509_cert::Certificate as X509;
use x509_cert::der::Decode as _;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::{DirectoryString, GeneralName};
use x509_cert::name::Name;

/// The longest text that is taken from a certificate, in characters: as long as names of hosts can be.
const LONGEST: usize = 253;

/// Seconds of a day.
const DAY: i64 = 86_400;

/// A certificate that is valid now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The names and addresses that it is valid for.
    pub names: Vec<String>,
    /// When it expires, in seconds since 1970 UTC.
    pub expires: i64,
    /// Who issued it: the organization if it is named, else the name of the authority.
    pub issuer: String,
}

impl Certificate {
    /// The full days before it expires; negative if it has.
    pub fn days_left(&self, now: i64) -> i64 {
        self.expires.saturating_sub(now).div_euclid(DAY)
    }
}

/// A certificate as the server sent it, trusted or not.
pub(super) struct Leaf {
    pub(super) certificate: Certificate,
    pub(super) is_self_signed: bool,
}

impl Leaf {
    /// `None` if it is no X.509.
    pub(super) fn of_der(der: &[u8]) -> Option<Leaf> {
        let parsed = X509::from_der(der).ok()?;
        let parsed = parsed.tbs_certificate();
        let names = match parsed.get_extension::<SubjectAltName>() {
            Ok(Some((_, SubjectAltName(names)))) => names.iter().filter_map(name).collect(),
            _ => Vec::new(),
        };
        let expires = parsed.validity().not_after.to_unix_duration().as_secs();
        let certificate = Certificate {
            names,
            expires: i64::try_from(expires).ok()?,
            issuer: for_people(parsed.issuer()),
        };
        Some(Leaf { certificate, is_self_signed: parsed.issuer() == parsed.subject() })
    }
}

fn name(name: &GeneralName) -> Option<String> {
    match name {
        GeneralName::DnsName(name) => Some(clean(name.as_str())),
        GeneralName::IpAddress(octets) => {
            let octets = octets.as_bytes();
            let v4 = <[u8; 4]>::try_from(octets).map(|octets| Ipv4Addr::from(octets).to_string());
            let v6 = <[u8; 16]>::try_from(octets).map(|octets| Ipv6Addr::from(octets).to_string());
            v4.or(v6).ok()
        }
        _ => None,
    }
}

/// The organization and the name of an authority: `Let's Encrypt (R11)`.
fn for_people(name: &Name) -> String {
    let text = |part: Option<DirectoryString>| {
        part.map(|part| clean(&part.value())).filter(|part| !part.is_empty())
    };
    let organization = text(name.organization().ok().flatten());
    let common = text(name.common_name().ok().flatten());
    match (organization, common) {
        (Some(organization), Some(common)) => format!("{organization} ({common})"),
        (one, other) => one.or(other).unwrap_or_default(),
    }
}

/// Without characters that change how the rest of a message looks, and not too long: the server chose it.
fn clean(text: &str) -> String {
    text.chars()
        .filter(|letter| !letter.is_control() && !is_invisible(*letter))
        .take(LONGEST)
        .collect()
}
