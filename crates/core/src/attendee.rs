//! A person in the roster.

use std::borrow::Cow;

use crate::{DisplayName, Email, Uid};

/// What stands between address and name in the key of somebody who shares an address. Neither contains it.
const BETWEEN: char = '\t';

/// A person in the roster, with what the token says about them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attendee {
    /// The id that the roster gives the person; never empty.
    pub own_id: Option<String>,
    /// Where invitations are sent. A roster for link files may have people without an address.
    pub email: Option<Email>,
    /// The name that is shown in the meeting.
    pub name: DisplayName,
    /// The picture on the participant's tile.
    pub avatar: Option<Avatar>,
    /// The number of this person among those without an address who have the same name, starting at 1. For all
    /// others it is 1.
    pub namesake: u32,
    /// In a roster in which several people may share an address: what tells this one apart.
    pub family: Option<FamilyMember>,
}

/// Somebody in a roster in which several people may share an address. Address and name together identify them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FamilyMember {
    /// The UID of address, name, room and start, if the roster has several people with this address: its first digits
    /// are a part of the [`Attendee::id`].
    pub shares: Option<Uid>,
}

impl Attendee {
    /// The `context.user.id` claim, by which Jitsi distinguishes people: the roster's id, or else the key. Of somebody who
    /// shares an address it is the address in lower case, `#`, and eight digits that are their own.
    pub fn id(&self) -> Cow<'_, str> {
        if let Some(id) = &self.own_id {
            return Cow::Borrowed(id);
        }
        match (self.family.and_then(|member| member.shares), self.address_key()) {
            (Some(uid), Some(address)) => Cow::Owned(format!("{address}#{}", uid.short())),
            // Whoever has an address alone keeps the id that they have in any other roster.
            (None, Some(address)) => address,
            (_, None) => self.key(),
        }
    }

    /// What identifies this person in the roster and the ledger: the address in lower case, and for a [`FamilyMember`]
    /// also the name. Without an address it is the name, followed by a number from the second person with that name on.
    /// Two spaces separate them, which a [`DisplayName`] never contains.
    pub fn key(&self) -> Cow<'_, str> {
        match (self.address_key(), self.family) {
            (Some(address), Some(_)) => Cow::Owned(family_key(&address, self.name.as_str())),
            (Some(address), None) => address,
            // The first one has no number, so their id and link stay the same when a namesake is added further down.
            (None, _) if self.namesake > 1 => {
                Cow::Owned(format!("{}  {}", self.name, self.namesake))
            }
            (None, _) => Cow::Borrowed(self.name.as_str()),
        }
    }

    fn address_key(&self) -> Option<Cow<'_, str>> {
        self.email.as_ref().map(Email::key)
    }
}

/// The key of a [`FamilyMember`] with this address, in lower case, and name.
pub fn family_key(address: &str, name: &str) -> String {
    format!("{address}{BETWEEN}{name}")
}

/// The address in an [`Attendee::key`], by which people are chosen: the whole key, except of a [`FamilyMember`].
pub fn address_in_key(key: &str) -> &str {
    key.split(BETWEEN).next().unwrap_or_default()
}

/// The name in the key of a [`FamilyMember`]; `None` in any other key.
pub fn name_in_key(key: &str) -> Option<&str> {
    key.split_once(BETWEEN).map(|(_, name)| name)
}

/// The URL of a picture that every participant's browser can load.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Avatar(String);

/// A text is not an [`Avatar`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAnAvatar {
    /// Not an absolute URL, or another scheme.
    #[error("it is not an absolute https URL")]
    NotHttps,
    /// A user name or a password. Everybody in the meeting could read it. No message may quote such a text.
    #[error(
        "the URL contains a user name or a password, which everybody in the meeting could read"
    )]
    Login,
}

impl Avatar {
    /// Reads an absolute `https` URL (`jitsi-tokens` facts, §2).
    ///
    /// # Errors
    /// [`NotAnAvatar`] for anything else, and for a URL with a login.
    pub fn parse(text: &str) -> Result<Avatar, NotAnAvatar> {
        if is_plain_url(text) {
            return Ok(Avatar(text.to_owned()));
        }
        let text = text.trim();
        // Before anything else: with another mistake in it, it is a login all the same.
        if has_login(text) {
            return Err(NotAnAvatar::Login);
        }
        let url = url::Url::parse(text).map_err(|_| NotAnAvatar::NotHttps)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(NotAnAvatar::Login);
        }
        // Browsers block pictures over plain HTTP in a page that came over HTTPS.
        if url.scheme() == "https" { Ok(Avatar(url.into())) } else { Err(NotAnAvatar::NotHttps) }
    }

    /// The URL.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether the URL parser would change nothing in a URL, so that it can be skipped, which saves time with large rosters. What
/// it would change or refuse: a host may be an IP address if it or its last label begins with a digit, and a label with `xn--`
/// has to decode; it adds a missing `/`, and it resolves dot segments.
fn is_plain_url(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://") else { return false };
    let is_known = |byte: u8| {
        byte.is_ascii_lowercase()
            | byte.is_ascii_digit()
            | matches!(byte, b'-' | b'_' | b'~' | b'/' | b'.')
    };
    let is_bad = |before: u8, byte: u8| (byte == b'.') & matches!(before, b'.' | b'/' | b'-');
    // From the slash before the host on, each octet with the one before; to the end in any case, so that compilers look at
    // many octets at a time.
    let befores = &text.as_bytes()["https:/".len()..];
    let is_plain = befores.iter().zip(rest.as_bytes()).fold(true, |is_plain, (before, byte)| {
        is_plain & is_known(*byte) & !is_bad(*before, *byte)
    });
    let host = rest.split_once('/').map_or("", |(host, _)| host);
    let top = host.rsplit('.').next().unwrap_or_default();
    let starts_with_letter = |text: &str| text.starts_with(|c: char| c.is_ascii_lowercase());
    // Looked for only where there may be one.
    let has_encoded = || host.contains('-') && host.contains("xn--");
    is_plain && starts_with_letter(host) && starts_with_letter(top) && !has_encoded()
}

/// Whether there is an `@` where a URL has its login (RFC 3986 §3.2), even if the rest is not a URL.
fn has_login(text: &str) -> bool {
    let rest = text.split_once("//").map_or(text, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    authority.contains('@')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attendee(email: &str, name: &str) -> Attendee {
        Attendee {
            own_id: None,
            email: Email::parse(email).ok(),
            name: DisplayName::clean(name).unwrap(),
            avatar: None,
            namesake: 1,
            family: None,
        }
    }

    /// Calendars and servers know people by these: a failure means that they would change for everybody.
    #[test]
    fn a_key_is_the_address_and_in_a_family_also_the_name() {
        let alone = attendee("Muster@example.org", "Ada  Muster");
        assert_eq!((&*alone.key(), &*alone.id()), ("muster@example.org", "muster@example.org"));
        let mut ada = Attendee { family: Some(FamilyMember::default()), ..alone };
        assert_eq!(ada.key(), "muster@example.org\tAda Muster");
        assert_eq!(ada.id(), "muster@example.org");
        ada.family = Some(FamilyMember { shares: Some(Uid::from_octets([0xab; 16])) });
        assert_eq!(ada.key(), "muster@example.org\tAda Muster");
        assert_eq!(ada.id(), "muster@example.org#abababab");
        assert_eq!(address_in_key(&ada.key()), "muster@example.org");
        assert_eq!(name_in_key(&ada.key()), Some("Ada Muster"));
        assert_eq!(name_in_key("muster@example.org"), None);
        let own = Attendee { own_id: Some("17".to_owned()), ..ada };
        assert_eq!(own.id(), "17");
        let nameless = Attendee { email: None, namesake: 2, ..own };
        assert_eq!(
            (&*nameless.key(), address_in_key(&nameless.key())),
            ("Ada Muster  2", "Ada Muster  2")
        );
    }

    #[test]
    fn a_picture_with_a_login_is_refused_as_such() {
        for text in [
            "https://user:pass@example.org/",
            "https://user@example.org/a.png",
            "https://:pass@example.org/a.png",
            "https:user:pass@example.org/a.png",
            "http://user:pass@example.org/a.png",
            "ftp://user:pa ss@exam ple/a.png",
            "user:pass@example.org/a.png",
        ] {
            assert_eq!(Avatar::parse(text), Err(NotAnAvatar::Login), "{text}");
        }
        assert!(Avatar::parse("https://example.org/@ada/a.png?to=a@b").is_ok());
    }

    proptest::proptest! {
        #[test]
        fn a_plain_url_is_what_the_parser_makes_of_it(text in "https://[a-c0-2._~/-]{0,16}|https://[a-z]{1,4}[a-z0-9./~_-]{0,20}") {
            if is_plain_url(&text) {
                assert_eq!(url::Url::parse(&text).unwrap().as_str(), text);
            }
        }
    }

    #[test]
    fn an_avatar_is_an_https_url() {
        #[track_caller]
        fn case(text: &str, expected: Option<&str>) {
            assert_eq!(Avatar::parse(text).ok().as_ref().map(Avatar::as_str), expected);
        }

        case(" https://example.org/a.png ", Some("https://example.org/a.png"));
        case("https://example.org/ü.png?s=1", Some("https://example.org/%C3%BC.png?s=1"));
        case("https://example.org/a b\r\nc.png", Some("https://example.org/a%20bc.png"));
        case("https://example.1/a.png", None);
        case("https://example.0x1/a.png", None);
        case("https://example.1./a.png", None);
        case("https://xn--a.example/a.png", None);
        case("http://example.org/a.png", None);
        case("a.png", None);
        case("javascript:alert(1)", None);
        case("", None);
    }
}
