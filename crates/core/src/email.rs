//! The mail address of one person.

use std::borrow::Cow;
use std::fmt;

use unicode_normalization::UnicodeNormalization as _;

/// One mail address (RFC 5321 `Mailbox`, without quoted local parts and address literals).
///
/// The local part is kept as written. An internationalized domain is converted to A-labels (RFC 5890), because
/// mail servers without SMTPUTF8 accept only those.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Email {
    address: String,
    at: usize,
    /// Whether it is its own key.
    is_key: bool,
}

/// Why a text is not the mail address of one person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotAnEmail {
    /// Nothing but white space and invisible characters.
    #[error("the address is empty")]
    Empty,
    /// There is no `@` in it.
    #[error("it has no `@`")]
    NoAt,
    /// More than one address. A link is personal, so two people cannot share a row.
    #[error("it is more than one address")]
    Several,
    /// The part before the `@` is not a dot-atom (RFC 5322 §3.2.3), or is longer than 64 octets
    /// (RFC 5321 §4.5.3.1.1).
    #[error("the part before the `@` is not a valid mailbox name")]
    LocalPart,
    /// The part after the `@` is not a host name of at least two labels.
    #[error("{} is not a valid mail domain", crate::quoted(.0))]
    Domain(String),
    /// Longer than 254 octets (RFC 5321 §4.5.3.1.3: 256 with the angle brackets).
    #[error("it is longer than 254 characters")]
    TooLong,
}

impl NotAnEmail {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            NotAnEmail::Several => "use one row for each person: a link is personal",
            NotAnEmail::TooLong => "check whether two cells were merged",
            _ => "write it as name@example.org",
        }
    }
}

impl Email {
    /// Reads an address. Surrounding white space is ignored, and so are invisible characters, which copying from
    /// other programs can add.
    ///
    /// # Errors
    /// [`NotAnEmail`] says which part RFC 5321 does not allow.
    pub fn parse(text: &str) -> Result<Email, NotAnEmail> {
        if let Some(email) = Email::plain(text) {
            return Ok(email);
        }
        let text = visible(text);
        let text = text.trim();
        if text.is_empty() {
            return Err(NotAnEmail::Empty);
        }
        // The last one: an earlier `@` is then part of the local part, and shows that there are two addresses.
        let at = text.rfind('@').ok_or(NotAnEmail::NoAt)?;
        let (local, domain) = (&text[..at], &text[at + 1..]);
        // Address books and spreadsheets separate the addresses in one cell with these, or with white space.
        if local.contains('@') || text.contains([',', ';']) || local.split_whitespace().count() > 1
        {
            let ats = text.matches('@').count();
            return Err(if ats > 1 { NotAnEmail::Several } else { NotAnEmail::LocalPart });
        }
        if !is_dot_atom(local) || local.len() > 64 {
            return Err(NotAnEmail::LocalPart);
        }
        // The mail library sends domains as they are, so an international one has to become A-labels here
        // (`invitation-email` facts, §2.2).
        let domain = a_label(domain).ok_or_else(|| NotAnEmail::Domain(domain.to_owned()))?;
        if local.len() + 1 + domain.len() > 254 {
            return Err(NotAnEmail::TooLong);
        }
        let address = format!("{local}@{domain}");
        let is_key = address.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
        Ok(Email { address, at, is_key })
    }

    /// Reads an address of the most common kind, which is its own [`key`](Email::key): lower-case letters and digits with
    /// single dots between them, and nothing around it. `None` says only that it has to be [parsed](Email::parse).
    pub fn plain(text: &str) -> Option<Email> {
        let at = plain_at(text.as_bytes())?;
        Some(Email { address: text.to_owned(), at, is_key: true })
    }

    /// The address as mail is sent to it.
    pub fn as_str(&self) -> &str {
        &self.address
    }

    /// The part before the `@`, as written.
    pub fn local_part(&self) -> &str {
        &self.address[..self.at]
    }

    /// The part after the `@`, in A-labels.
    pub fn domain(&self) -> &str {
        &self.address[self.at + 1..]
    }

    /// The spellings in which a text can have this address: as mail is sent to it; and with the letters that people write
    /// in an internationalized domain, as most programs store them, and as macOS does in some places, in parts.
    pub fn spellings(&self) -> Vec<String> {
        let (domain, valid) = idna::domain_to_unicode(self.domain());
        let domain = if valid.is_ok() { &*domain } else { self.domain() };
        let written = format!("{}@{domain}", self.local_part());
        let mut all = vec![self.address.clone()];
        for spelling in [written.nfc().collect(), written.nfd().collect()] {
            if !all.contains(&spelling) {
                all.push(spelling);
            }
        }
        all
    }

    /// The address in lower case. Two addresses with the same key are the same person.
    pub fn key(&self) -> Cow<'_, str> {
        // RFC 5321 §2.4 lets a server distinguish `Ada` from `ada` before the `@`. Hardly any does, and a roster with
        // both means one person, who must not get two invitations.
        if self.is_key {
            Cow::Borrowed(&self.address)
        } else {
            Cow::Owned(self.address.to_lowercase())
        }
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.address)
    }
}

/// The position of the `@` in an address of the most common kind: lower-case letters and digits, with single
/// dots between them. It is checked first, without a copy, because rosters can be large. `None` means only that the
/// address has to be parsed in full.
fn plain_at(text: &[u8]) -> Option<usize> {
    let at = memchr::memchr(b'@', text)?;
    let (local, domain) = (&text[..at], &text[at + 1..]);
    if at > 64 || text.len() > 254 || !is_dotted(local) || !is_dotted(domain) {
        return None;
    }
    let top = memchr::memrchr(b'.', domain)?;
    // A label has at most 63 octets (RFC 1035 §2.3.4). Most domains are shorter than that as a whole.
    let is_short =
        domain.len() <= 63 || domain.split(|byte| *byte == b'.').all(|label| label.len() <= 63);
    (is_short && domain[top..].iter().any(u8::is_ascii_lowercase)).then_some(at)
}

/// What an octet is in an address of that kind.
const DOT: u8 = 1;
const OTHER: u8 = 2;
const KINDS: [u8; 256] = {
    let mut kinds = [OTHER; 256];
    let mut byte: u8 = 0;
    while byte < 128 {
        if byte.is_ascii_lowercase() || byte.is_ascii_digit() {
            kinds[byte as usize] = 0;
        }
        byte += 1;
    }
    kinds[b'.' as usize] = DOT;
    kinds
};

/// Whether a text is lower-case letters and digits with single dots between them.
fn is_dotted(text: &[u8]) -> bool {
    // As if a dot stood before it and behind it.
    let (mut before, mut found) = (DOT, 0);
    for byte in text {
        let kind = KINDS[usize::from(*byte)];
        // A dot after a dot is like any other octet.
        found |= kind | (kind & before) << 1;
        before = kind;
    }
    found & OTHER == 0 && before != DOT
}

/// The text without invisible characters.
fn visible(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    // Joiners as well, which a name may need: in an address, nobody can see that they are there.
    let hidden = |c: char| crate::name::is_invisible(c) || matches!(c, '\u{200c}' | '\u{200d}');
    if text.contains(hidden) { Cow::Owned(text.replace(hidden, "")) } else { Cow::Borrowed(text) }
}

/// RFC 5322 §3.2.3 `dot-atom-text`, with RFC 6532's non-ASCII letters.
fn is_dot_atom(local: &str) -> bool {
    let atext = |c: char| {
        c.is_ascii_alphanumeric()
            || "!#$%&'*+-/=?^_`{|}~".contains(c)
            // Letters and digits only. RFC 6532 allows every non-ASCII character, which includes white space and
            // the full-width `＠`.
            || (!c.is_ascii() && c.is_alphanumeric())
    };
    local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(atext))
}

/// The domain in A-labels.
fn a_label(domain: &str) -> Option<Cow<'_, str>> {
    if is_plain_host(domain) {
        return Some(Cow::Borrowed(domain));
    }
    // IDNA also accepts a single label, so its result is checked like any other domain.
    let ascii = idna::domain_to_ascii_strict(domain).ok()?;
    is_plain_host(&ascii).then_some(Cow::Owned(ascii))
}

/// At least two labels of letters, digits and inner hyphens. The last one is not a number, as it would be in an
/// IP address.
fn is_plain_host(domain: &str) -> bool {
    let label = |label: &str| {
        // Lengths as in RFC 1035 §2.3.4. Unlike DNS itself, a host name has no underscore (RFC 1123 §2.1).
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let mut labels = domain.rsplit('.');
    let top = labels.next().unwrap_or_default();
    // A label that looks like an A-label has to decode.
    let punycode = || {
        domain
            .split('.')
            .any(|label| label.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("xn--")))
    };
    label(top)
        && !top.bytes().all(|byte| byte.is_ascii_digit())
        // A host name without a dot is known only within one network.
        && domain.contains('.')
        && labels.all(label)
        && domain.len() <= 253
        && (!punycode() || idna::domain_to_unicode(domain).1.is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_people_write_them() {
        #[track_caller]
        fn case(text: &str, expected: Result<&str, NotAnEmail>) {
            assert_eq!(
                Email::parse(text).map(|email| email.as_str().to_owned()),
                expected.map(str::to_owned)
            );
        }
        let domain = |text: &str| Err(NotAnEmail::Domain(text.to_owned()));

        case("ada@example.org", Ok("ada@example.org"));
        case("  Ada.Lovelace+x@Example.ORG\u{a0}", Ok("Ada.Lovelace+x@Example.ORG"));
        case("\u{200b}ada@exam\u{ad}ple.org\u{feff}", Ok("ada@example.org"));
        case("zoé@bücher.example", Ok("zoé@xn--bcher-kva.example"));
        case("a@BÜCHER.example", Ok("a@xn--bcher-kva.example"));
        // A slash is valid in a local part (RFC 5322 §3.2.3). Whoever names a file after an address has to replace it.
        case("/etc/x@example.org", Ok("/etc/x@example.org"));
        case("", Err(NotAnEmail::Empty));
        case(" \u{200b} ", Err(NotAnEmail::Empty));
        case("ada.example.org", Err(NotAnEmail::NoAt));
        case("ada@example.org, bob@example.org", Err(NotAnEmail::Several));
        case("ada@example.org;bob@example.org", Err(NotAnEmail::Several));
        case("ada@example.org bob@example.org", Err(NotAnEmail::Several));
        case("ada@bob@example.org", Err(NotAnEmail::Several));
        case("../x@example.org", Err(NotAnEmail::LocalPart));
        case("a..b@example.org", Err(NotAnEmail::LocalPart));
        case("@example.org", Err(NotAnEmail::LocalPart));
        case("a b@example.org", Err(NotAnEmail::LocalPart));
        case("\"a b\"@example.org", Err(NotAnEmail::LocalPart));
        case("a\r\nBcc: x@example.org", Err(NotAnEmail::LocalPart));
        case("a\0@example.org", Err(NotAnEmail::LocalPart));
        case(&format!("{}@example.org", "a".repeat(65)), Err(NotAnEmail::LocalPart));
        // lettre's own parser accepts some of these, so it cannot be the check (`invitation-email` facts, §4.3).
        case("a@localhost", domain("localhost"));
        case("a@[192.168.0.1]", domain("[192.168.0.1]"));
        case("a@192.168.0.1", domain("192.168.0.1"));
        case("a@example.org.", domain("example.org."));
        case("a@-example.org", domain("-example.org"));
        case("a@x_y.org", domain("x_y.org"));
        case("a@exa mple.org", domain("exa mple.org"));
        case("a@xn--a.org", domain("xn--a.org"));
        case("a@", domain(""));
        let long = format!("a@{}.org", vec!["b".repeat(60); 5].join("."));
        assert!(matches!(Email::parse(&long), Err(NotAnEmail::Domain(_))));
    }

    #[test]
    fn spellings_of_one_address_have_the_same_key() {
        let key = |text: &str| Email::parse(text).unwrap().key().into_owned();
        assert_eq!(key("Ada@Example.org"), key("ada@example.ORG"));
        assert_eq!(key("a@Bücher.example"), key("a@xn--BCHER-kva.example"));
        assert_ne!(key("a.b@example.org"), key("ab@example.org"));
    }

    proptest::proptest! {
        #[test]
        fn the_fast_path_and_the_full_parser_agree(text in "[a-z0-9.@]{0,12}@?[a-z0-9.]{0,12}") {
            if let Some(at) = plain_at(text.as_bytes()) {
                let (local, domain) = (&text[..at], &text[at + 1..]);
                assert!(is_dot_atom(local) && is_plain_host(domain), "{text}");
                assert_eq!(Email::parse(&text).unwrap().key(), text.to_lowercase());
            }
        }

        #[test]
        fn an_accepted_address_is_one_word(text in "\\PC{0,20}@\\PC{0,20}") {
            if let Ok(email) = Email::parse(&text) {
                assert!(!email.as_str().contains(|c: char| c.is_whitespace() || c.is_control() || "<>,;:\"()[]\\".contains(c)));
                assert_eq!(email.as_str().matches('@').count(), 1);
                assert!(email.domain().is_ascii());
                assert_eq!(Email::parse(email.as_str()).unwrap(), email);
                assert_eq!(email.key(), email.as_str().to_lowercase());
            }
        }
    }

    #[test]
    fn an_international_domain_has_several_spellings() {
        let spellings = |text: &str| Email::parse(text).unwrap().spellings();
        assert_eq!(spellings("Ada@example.org"), ["Ada@example.org"]);
        let all =
            ["ada@xn--bcher-kva.example", "ada@b\u{fc}cher.example", "ada@bu\u{308}cher.example"];
        assert_eq!(spellings("ada@b\u{fc}cher.example"), all);
        assert_eq!(spellings("ada@xn--bcher-kva.example"), all);
        assert_eq!(
            spellings("zo\u{eb}@example.org"),
            ["zo\u{eb}@example.org", "zoe\u{308}@example.org"]
        );
    }
}
