//! An address that one person's mail can be sent to.

use std::borrow::Cow;
use std::fmt;

/// One mail address (RFC 5321 `Mailbox`, without quoted local parts and address literals).
///
/// The local part is kept as it was written; a domain in another script is held in its A-label form
/// (RFC 5890), because mail travels with that.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Email {
    address: String,
    at: usize,
}

/// Why a text is not an address that mail can be sent to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotAnEmail {
    /// Nothing is there.
    #[error("the address is empty")]
    Empty,
    /// There is no `@`.
    #[error("there is no `@` in it")]
    NoAt,
    /// More than one address in one place: one link for two people is never right.
    #[error("there is more than one address in it")]
    Several,
    /// What stands before the `@` is no dot-atom (RFC 5322 §3.2.3), or is over 64 octets.
    #[error("what stands before the `@` is not the name of a mailbox")]
    LocalPart,
    /// What stands behind the `@` is no host name of at least two labels.
    #[error("`{0}` is not a domain that gets mail")]
    Domain(String),
    /// Over 254 octets (RFC 5321 §4.5.3.1.3).
    #[error("it is longer than 254 characters")]
    TooLong,
}

impl NotAnEmail {
    /// What the owner of the list can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            NotAnEmail::Several => {
                "give each person a row of their own: one link is for one person"
            }
            NotAnEmail::TooLong => "check for two cells run together",
            _ => "write it as name@example.org",
        }
    }
}

impl Email {
    /// Reads an address; outer white space and invisible characters that come with copying don't count.
    ///
    /// # Errors
    /// [`NotAnEmail`] says which part is not what RFC 5321 allows.
    pub fn parse(text: &str) -> Result<Email, NotAnEmail> {
        if let Some(at) = plain(text.as_bytes()) {
            return Ok(Email { address: text.to_owned(), at });
        }
        let text = visible(text);
        let text = text.trim();
        if text.is_empty() {
            return Err(NotAnEmail::Empty);
        }
        let at = text.rfind('@').ok_or(NotAnEmail::NoAt)?;
        let (local, domain) = (&text[..at], &text[at + 1..]);
        if local.contains('@') || text.contains([',', ';']) || local.split_whitespace().count() > 1
        {
            let ats = text.matches('@').count();
            return Err(if ats > 1 { NotAnEmail::Several } else { NotAnEmail::LocalPart });
        }
        if !is_dot_atom(local) || local.len() > 64 {
            return Err(NotAnEmail::LocalPart);
        }
        let domain = a_label(domain).ok_or_else(|| NotAnEmail::Domain(domain.to_owned()))?;
        if local.len() + 1 + domain.len() > 254 {
            return Err(NotAnEmail::TooLong);
        }
        Ok(Email { address: format!("{local}@{domain}"), at })
    }

    /// The address as mail is sent to it.
    pub fn as_str(&self) -> &str {
        &self.address
    }

    /// What stands before the `@`, as written.
    pub fn local_part(&self) -> &str {
        &self.address[..self.at]
    }

    /// The domain, in A-label form.
    pub fn domain(&self) -> &str {
        &self.address[self.at + 1..]
    }

    /// The address lower-cased: what decides whether two spellings are the same person.
    pub fn key(&self) -> Cow<'_, str> {
        if self.address.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
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

/// The place of the `@` in an address of the commonest kind, told in one pass: lower-case letters, digits and
/// single separators between them. All others take the long way.
fn plain(text: &[u8]) -> Option<usize> {
    let mut at = None;
    let mut label = 0;
    let mut dots = 0;
    let mut letters = false;
    for (place, byte) in text.iter().enumerate() {
        match byte {
            b'a'..=b'z' => {
                label += 1;
                letters = true;
            }
            b'0'..=b'9' => label += 1,
            b'@' if at.is_none() && label > 0 => {
                at = Some(place);
                (label, dots, letters) = (0, 0, false);
            }
            b'.' if label > 0 => {
                dots += 1;
                (label, letters) = (0, false);
            }
            _ => return None,
        }
        if label > 63 {
            return None;
        }
    }
    at.filter(|at| *at <= 64 && label > 0 && dots > 0 && letters && text.len() <= 254)
}

/// The text without the characters that nobody sees and that copying brings along.
fn visible(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let hidden = |c: char| crate::name::is_invisible(c) || matches!(c, '\u{200c}' | '\u{200d}');
    if text.contains(hidden) { Cow::Owned(text.replace(hidden, "")) } else { Cow::Borrowed(text) }
}

/// RFC 5322 §3.2.3 `dot-atom-text`, with RFC 6532's non-ASCII letters.
fn is_dot_atom(local: &str) -> bool {
    let atext = |c: char| {
        c.is_ascii_alphanumeric()
            || "!#$%&'*+-/=?^_`{|}~".contains(c)
            || (!c.is_ascii() && c.is_alphanumeric())
    };
    local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(atext))
}

fn a_label(domain: &str) -> Option<Cow<'_, str>> {
    if is_plain_host(domain) {
        return Some(Cow::Borrowed(domain));
    }
    let ascii = idna::domain_to_ascii_strict(domain).ok()?;
    is_plain_host(&ascii).then_some(Cow::Owned(ascii))
}

/// Two labels or more, letters, digits and inner hyphens only, the last one no number.
fn is_plain_host(domain: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let mut labels = domain.rsplit('.');
    let top = labels.next().unwrap_or_default();
    // A label that claims to be an A-label has to be one.
    let punycode = || {
        domain
            .split('.')
            .any(|label| label.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("xn--")))
    };
    label(top)
        && !top.bytes().all(|byte| byte.is_ascii_digit())
        && domain.contains('.')
        && labels.all(label)
        && domain.len() <= 253
        && (!punycode() || idna::domain_to_unicode(domain).1.is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_the_way_people_write_it() {
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
    fn spellings_of_one_address_share_a_key() {
        let key = |text: &str| Email::parse(text).unwrap().key().into_owned();
        assert_eq!(key("Ada@Example.org"), key("ada@example.ORG"));
        assert_eq!(key("a@Bücher.example"), key("a@xn--BCHER-kva.example"));
        assert_ne!(key("a.b@example.org"), key("ab@example.org"));
    }

    proptest::proptest! {
        #[test]
        fn the_short_way_and_the_long_way_agree(text in "[a-z0-9.@]{0,12}@?[a-z0-9.]{0,12}") {
            if let Some(at) = plain(text.as_bytes()) {
                let (local, domain) = (&text[..at], &text[at + 1..]);
                assert!(is_dot_atom(local) && is_plain_host(domain), "{text}");
            }
        }

        #[test]
        fn whatever_is_taken_for_an_address_is_one_word(text in "\\PC{0,20}@\\PC{0,20}") {
            if let Ok(email) = Email::parse(&text) {
                assert!(!email.as_str().contains(|c: char| c.is_whitespace() || c.is_control() || "<>,;:\"()[]\\".contains(c)));
                assert_eq!(email.as_str().matches('@').count(), 1);
                assert!(email.domain().is_ascii());
                assert_eq!(Email::parse(email.as_str()).unwrap(), email);
            }
        }
    }
}
